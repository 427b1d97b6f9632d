"""How fast somebody may try to sign in. Waits grow and time forgives: nobody is ever locked out for good.

A try is counted before it is checked and taken back when it succeeds, so a hundred tries at once are a hundred tries.
A browser that has signed this person in before has a count of its own: a stranger's tries do not make the owner wait.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.core import clock, db
from lms.people.models import SignInThrottle


@dataclass(frozen=True)
class Limit:
    """How many tries are free, how long the first wait is and the longest, and how many tries a day forgives."""

    free: int
    first: float
    """Seconds."""
    longest: float
    """Seconds."""
    forgives: float
    """Tries a day."""

    def wait(self, failures: float) -> timedelta:
        """How long to wait after so many failures: doubling with each beyond the free ones."""
        beyond = round(failures - self.free)  # time forgives fractions of a try
        if beyond < 0:
            return timedelta(0)
        return timedelta(seconds=min(self.longest, self.first * 2 ** min(beyond, 32)))


LIMITS = {
    "account": Limit(free=5, first=30, longest=3600, forgives=5),
    "code": Limit(free=20, first=30, longest=600, forgives=24 * 20),
    "device": Limit(free=5, first=30, longest=3600, forgives=5),
    "address": Limit(free=100, first=5, longest=300, forgives=24 * 300),
    "everyone": Limit(free=1000, first=1, longest=30, forgives=24 * 3000),
}
"""One-time codes are random, so they wait apart from passwords: whoever is being guessed at still comes in by a code.
An address may be a whole office behind one router; `everyone` slows a flood from many addresses."""


def _row(key: str) -> SignInThrottle:
    query = select(SignInThrottle).where(SignInThrottle.key == key).with_for_update()
    found = db.session.scalar(query)
    if found is None:
        found = SignInThrottle(key=key, failures=0.0, last_at=clock.now())
        try:
            with db.session.begin_nested():
                db.session.add(found)
        except IntegrityError:  # two first tries at once
            return db.session.scalars(query).one()
    return found


def _forgive(row: SignInThrottle) -> None:
    now = clock.now()
    days = max(0.0, (now - row.last_at).total_seconds()) / 86400
    row.failures = max(0.0, row.failures - days * LIMITS[row.key.split(":")[0]].forgives)
    row.last_at = now


def begin(keys: list[str]) -> timedelta | None:
    """Count a try under each of `keys`, or return how long to wait; a try that has to wait is not counted.

    Belongs into a transaction of its own that is committed before the try is checked.
    """
    rows = [
        _row(key) for key in sorted(keys)
    ]  # always in one order, so two tries never wait for each other in a circle
    now = clock.now()
    waits = [row.wait_until - now for row in rows if row.wait_until and row.wait_until > now]
    if waits:
        return max(waits)
    for row in rows:
        _forgive(row)
        row.failures += 1
        wait = LIMITS[row.key.split(":")[0]].wait(row.failures)
        row.wait_until = now + wait if wait else None
    db.session.flush()
    return None


def succeeded(keys: list[str]) -> None:
    """Take the try back: nothing waits any more for the account and the device, and the others have one try less."""
    for key in sorted(keys):
        row = _row(key)
        if key.startswith(("account:", "code:", "device:")):
            row.failures, row.wait_until = 0.0, None
        else:
            _forgive(row)
            row.failures = max(0.0, row.failures - 1)
            if not LIMITS[key.split(":")[0]].wait(row.failures):
                row.wait_until = None
    db.session.flush()
