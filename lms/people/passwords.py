"""Passwords by NIST SP 800-63B-4: long rather than complicated, not changed for its own sake, kept by argon2id."""

import os
import threading
import unicodedata
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lms.core import errors
from lms.core.errors import N_
from lms.core.paths import PACKAGE

SHORTEST, SHORTEST_WITH_PASSKEY, LONGEST = 15, 8, 1024
FREE_LETTERS = 8
"""So many characters must be left when common words are taken out of a password."""
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's smaller setting for argon2id: 19 MiB, two passes, one lane."""
_at_once = threading.BoundedSemaphore(max(1, os.cpu_count() or 1))
"""Each hash takes 19 MiB and a core: more at once only make all slower."""


class PasswordUnreadable(errors.Invalid):
    """Not hashed at all: it cannot be anybody's password."""

    says = N_(
        "A password has at most 1,024 characters, none of them invisible control characters. Please type it again."
    )


class PasswordRefused(errors.Invalid):
    """A password that others guess too easily; `says` tells why."""

    def __init__(self, says: str, **params):
        self.says = says
        super().__init__(**params)


def normal(text: str) -> str:
    """`text` as it is hashed: in Unicode NFC, the same from any keyboard; raises PasswordUnreadable."""
    if len(text) > LONGEST or "\0" in text:
        raise PasswordUnreadable
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PasswordUnreadable from None
    return unicodedata.normalize("NFC", text)


def hashed(text: str) -> str:
    """The argon2id hash of `text`; takes about 40 ms, so call it outside a transaction."""
    password = normal(text)
    with _at_once:
        return _hasher.hash(password)


@cache
def _nobodys() -> str:
    return hashed("nobody has this password, so that unknown accounts take as long as known ones")


def matches(kept: str, text: str) -> bool:
    """Whether `text` is the password behind the hash `kept`; takes as long where `kept` is empty."""
    password = normal(text)
    with _at_once:
        try:
            return _hasher.verify(kept or _nobodys(), password) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """Whether a hash was made with other settings than ours now, and should be made again at sign-in."""
    return _hasher.check_needs_rehash(kept)


@cache
def common() -> tuple[str, ...]:
    """Words that passwords are commonly made of, the longest first."""
    lines = (PACKAGE / "people" / "common_passwords.txt").read_text("utf-8").split("\n")
    return tuple(sorted({w for w in lines if w and not w.startswith("#")}, key=lambda w: (-len(w), w)))


def check(text: str, with_passkey: bool = False, never: Iterable[str] = (), weak: Iterable[str] = ()) -> None:
    """Refuse a password that is short or easily guessed; raises PasswordRefused or PasswordUnreadable.

    Nothing of `never` (name, NIP, birthday) may stand in it; words of `weak` (the agency's) count for nothing, like
    common passwords.
    """
    password = normal(text)
    shortest = SHORTEST_WITH_PASSKEY if with_passkey else SHORTEST
    if len(password) < shortest:
        raise PasswordRefused(
            N_("Please use at least %(n)s characters. A short sentence is easy to remember."), n=shortest
        )
    plain = password.casefold()
    if any(word.casefold() in plain for word in never):
        raise PasswordRefused(
            N_("Your name, NIP or birthday is in this password; others guess that first. Please choose another.")
        )
    left = plain
    for word in (*sorted((w.casefold() for w in weak), key=len, reverse=True), *common()):
        left = left.replace(word, "")
    free = [c for c in left if c.isalnum()]
    if (
        plain in common()
        or len(free) < (FREE_LETTERS if not with_passkey else FREE_LETTERS // 2)
        or len(set(plain)) < 5
    ):
        raise PasswordRefused(
            N_("This password is made of words that are guessed first. Please put in words of your own.")
        )
