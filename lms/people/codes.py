"""One-time codes: twelve characters, easy to read from paper and to say (60 random bits, Crockford's base 32)."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from lms.core import settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
CODE_HOLDS = timedelta(days=14)
LINK_HOLDS = timedelta(minutes=20)
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "\u00a0": None, ".": None})


def make() -> str:
    """A fresh code as it is printed: K7QM-4TXP-92HD."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(drawn[i : i + 4] for i in range(0, LENGTH, 4))


def read(text: str) -> str:
    """The code as it counts: upper case, no hyphens, what is easily misread forgiven; empty for what is no code."""
    found = text.strip().upper().translate(_MISREAD)
    return found if len(found) == LENGTH and set(found) <= set(ALPHABET) else ""


def kept(text: str) -> str:
    """How a code or a link's token is kept: HMAC-SHA-256 under the installation's secret, in hex."""
    return hmac.new(
        settings.current().secret_key.encode(), b"one-time code:" + text.encode(), hashlib.sha256
    ).hexdigest()
