"""The ids of everything that leaves: UUIDs of version 7, which sort by the time they were made (RFC 9562, 5.7)."""

import secrets
from uuid import UUID

from lms.core import clock


def new() -> UUID:
    """A fresh UUIDv7: 48 bits of Unix milliseconds, 74 bits at random."""
    millis = int(clock.now().timestamp() * 1000)
    return UUID(int=millis << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62))


def token() -> str:
    """An unguessable secret of 256 bits, safe in an address."""
    return secrets.token_urlsafe(32)
