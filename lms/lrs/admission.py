"""Who a request comes from, by its Authorization header: remembered for a second, since asking costs more than storing.

So a key that is revoked opens nothing after a second at most; in the process that revoked it, at once.
"""

import binascii
import re
from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from lms.core import clock, db
from lms.lrs import queries
from lms.lrs.credentials import Credential
from lms.lrs.errors import WrongCredentials

HOLDS = timedelta(seconds=1)
MOST = 10_000
_BASIC = re.compile(r"(?i:basic) +([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True, slots=True)
class _Known:
    credential: Credential
    used: datetime | None
    since: datetime


_known: WeakKeyDictionary[Any, dict[str, _Known]] = WeakKeyDictionary()
"""By engine and header; only who was let in."""


def of(header: str) -> tuple[Credential, datetime | None]:
    """Who may enter by this header, and when the key was last used; raises WrongCredentials for anything else."""
    here, now = _known.setdefault(db.engine(), {}), clock.now()
    found = here.get(header)
    if found is None or not timedelta(0) <= now - found.since < HOLDS:
        if len(here) > MOST:
            here.clear()
        credential, used = _asked(header)
        found = here[header] = _Known(credential, used, now)
    return found.credential, found.used


def forget() -> None:
    """Ask again at the next request."""
    _known.pop(db.engine(), None)


def _asked(header: str) -> tuple[Credential, datetime | None]:
    given = _BASIC.fullmatch(header)
    try:
        key, colon, secret = b64decode(given.group(1), validate=True).decode().partition(":") if given else ("", "", "")
    except (binascii.Error, UnicodeDecodeError):
        raise WrongCredentials from None
    found = queries.find_credential(key, secret) if colon and "\0" not in key else None
    if found is None:
        raise WrongCredentials
    return found
