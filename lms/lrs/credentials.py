"""Who speaks to the store: keys, what their scopes allow, and the authority that the store writes for them."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from lms.core import settings

SCOPES = ("all", "statements/write", "statements/read", "statements/read/mine", "state", "define", "profile")
"""What a key may do (1.0.3 Communication 4.2). Voiding needs `all`."""


@dataclass(frozen=True)
class Credential:
    """One who may use the store."""

    id: int | None
    """The row of the key; None for the store's own."""
    key: str
    name: str
    scopes: frozenset[str]
    own: bool = False
    """Whether what it stores is our own word, on which progress and credit may rest."""

    def may(self, *scopes: str) -> bool:
        """Whether it holds one of `scopes`; `all` holds every one."""
        return "all" in self.scopes or not self.scopes.isdisjoint(scopes)


OWN = Credential(None, "asah", "Asah", frozenset({"all"}), own=True)
"""The product itself."""


def hashed(secret: str) -> str:
    """What is kept of a secret: fast, since a secret has 256 bits, and keyed, since a stolen table must not help."""
    return hmac.new(
        settings.current().secret_key.encode(), b"lrs credential\0" + secret.encode(), hashlib.sha256
    ).hexdigest()


def matches(kept: str, secret: str) -> bool:
    """Whether `secret` is the one that was hashed to `kept`, in a time that tells nothing."""
    return hmac.compare_digest(kept, hashed(secret))


def signed(text: str) -> str:
    """A mark that only this store can put on `text` (for the `more` links), 128 bits in hex."""
    return hmac.new(settings.current().secret_key.encode(), b"lrs more\0" + text.encode(), hashlib.sha256).hexdigest()[
        :32
    ]


def authority(credential: Credential) -> dict[str, Any]:
    """The Agent that vouches for what `credential` stores; the server always sets it (1.0.3 Data 2.4.9)."""
    return {
        "objectType": "Agent",
        "name": credential.name,
        "account": {"homePage": settings.current().address, "name": credential.key},
    }
