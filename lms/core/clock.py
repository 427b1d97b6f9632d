"""The time. Always UTC and never naive; a day or a year is somebody's, in their unit's zone."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """The moment, in UTC."""
    return _told.get() or datetime.now(UTC)


def is_told() -> bool:
    """Whether the time is told, by a test or a demo, and not read."""
    return _told.get() is not None


def today(zone: str) -> date:
    """The calendar day that it is in `zone` (an IANA name)."""
    return now().astimezone(ZoneInfo(zone)).date()


def day_of(moment: datetime, zone: str) -> date:
    """The calendar day of `moment` in `zone`."""
    return moment.astimezone(ZoneInfo(zone)).date()


def start_of(day: date, zone: str) -> datetime:
    """The first moment of `day` in `zone`, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside, it is `moment`: for tests, and for the demo agency's past months."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    token = _told.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)


def travel(moment: datetime) -> None:
    """Inside `at`, it is `moment` from now on."""
    if _told.get() is None:
        raise RuntimeError("only a told time can be changed")
    _told.set(moment.astimezone(UTC))


def later(**amount: float) -> datetime:
    """The moment that comes after `amount` (as for timedelta) from now."""
    return now() + timedelta(**amount)
