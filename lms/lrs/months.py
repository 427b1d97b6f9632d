"""The months into which PostgreSQL cuts the table of statements: one partition for each UTC month of `stored`.

Who asks for some months reads those alone, and an old month can be moved or kept elsewhere as a whole. A statement of a
month that has no partition lies in `statement_default`: nothing is ever refused for want of one. SQLite keeps the table whole.
"""

from datetime import UTC, datetime

import structlog
from sqlalchemy.exc import IntegrityError, OperationalError

from lms.core import clock, db
from lms.lrs import driver
from lms.lrs.models import micros, moment

AHEAD = 3
"""Months after this one that are made before they begin."""
_PATIENCE = "3s"
"""How long to wait for those who read; less than the five seconds for which they, meanwhile, wait for us."""
log = structlog.get_logger()


def make() -> list[str]:
    """This month and the `AHEAD` after it have partitions, and so has every month of which something was stored.

    Each month is a transaction of its own: the statements of a month lie in `statement_default` or in its partition, and
    are found at every moment. Returns the names of those that were made, the earliest first of each kind. Harmless when
    repeated, and when several do it at once. Where the table is busy for too long, the rest is left for the next time.
    """
    made: list[str] = []
    if db.is_sqlite():
        return made
    first = _month_of(clock.now())
    due = [_after(first, n) for n in range(AHEAD + 1)]
    try:
        for month in due:
            made += _make(month)
        at = _next_without(moment(0))
        while at is not None:
            made += _make(at)
            at = _next_without(_after(at, 1))
    except (IntegrityError, OperationalError) as error:
        log.warning("months are left for the next time", made=made, error=type(error).__name__)
    return made


def name_of(month: datetime) -> str:
    """The partition of a month."""
    return f"statement_{month:%Y_%m}"


def _month_of(when: datetime) -> datetime:
    when = when.astimezone(UTC)
    return datetime(when.year, when.month, 1, tzinfo=UTC)


def _after(month: datetime, count: int) -> datetime:
    """The month that comes `count` months after `month`."""
    years, at = divmod(month.month - 1 + count, 12)
    return month.replace(year=month.year + years, month=at + 1)


def _next_without(begin: datetime) -> datetime | None:
    """The month, from `begin` on, of the oldest statement in `statement_default`."""
    [(stored,)] = driver.rows("SELECT min(stored) FROM statement_default WHERE stored >= %s", (micros(begin),))
    return None if stored is None else _month_of(moment(stored))


def _make(month: datetime) -> list[str]:
    """The month has a partition, and its statements are in it."""
    name, first, end = name_of(month), micros(month), micros(_after(month, 1))
    if _is_there(name):
        return []
    inside = f"stored >= {first} AND stored < {end}"
    with db.transaction(), driver.connection() as raw:
        raw.execute(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
        # Nobody else makes months meanwhile and nobody stores, and all may read. Only the parent is locked: a vacuum of some
        # month need not end first. An advisory lock would not do: who had it would not yet know of the others' tables.
        raw.execute("LOCK TABLE ONLY statement IN SHARE ROW EXCLUSIVE MODE")
        if _is_there(name):
            return []
        raw.execute(f"CREATE TABLE {name} (LIKE statement INCLUDING ALL, CONSTRAINT month CHECK ({inside}))")
        raw.execute(f"INSERT INTO {name} SELECT * FROM statement_default WHERE {inside}")  # noqa: S608 - our own names
        # Who reads has planned with the months that they saw: nobody may be between plan and rows when these move.
        raw.execute("LOCK TABLE ONLY statement IN ACCESS EXCLUSIVE MODE")
        raw.execute(f"DELETE FROM statement_default WHERE {inside}")  # noqa: S608
        raw.execute(f"ALTER TABLE statement ATTACH PARTITION {name} FOR VALUES FROM ({first}) TO ({end})")
        raw.execute(f"ALTER TABLE {name} DROP CONSTRAINT month")  # it spared a look at every row
    return [name]


def _is_there(name: str) -> bool:
    return driver.rows("SELECT to_regclass(%s) IS NOT NULL", (name,))[0][0]
