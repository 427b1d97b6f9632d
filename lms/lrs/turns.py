"""Whose turn it is to store: statements appear in the order of their `stored`, one transaction after another.

So who pages by `since` or `more` misses nothing and sees nothing twice, however many write, and
X-Experience-API-Consistent-Through can be true. The turn ends with the transaction. On PostgreSQL it is an advisory lock;
on SQLite, where only one can write anyway, the queue of writers tells readers of all processes that somebody does.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from lms.core import clock, db, writers
from lms.lrs import driver
from lms.lrs.models import micros

_KNOWN = "SELECT sid, stored FROM statement_id WHERE sid"
_REFERRING = "SELECT ref, stored, voiding FROM statement_ref WHERE ref"

_LOCK = 0x6C7273
"""The advisory lock of the store on PostgreSQL: "lrs"."""
_CLOCK = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
_NAMES = "(SELECT max(id) FROM lrs_name)"
_TICK_SQLITE = f"UPDATE lrs_tick SET last = max(last, ? - 1) + ? WHERE id = 1 RETURNING last, {_NAMES}"
# The clock is read by the database, once the turn has come: the time of whoever waits is too early.
_TICK_POSTGRESQL = (
    f"UPDATE lrs_tick SET last = greatest(last, coalesce(%s::bigint, {_CLOCK}) - 1) + %s WHERE id = 1 "
    f"RETURNING last, {_NAMES}"
)
_THROUGH_POSTGRESQL = (
    f"SELECT CASE WHEN pg_try_advisory_lock_shared({_LOCK}) "
    f"THEN (SELECT coalesce(%s::bigint, {_CLOCK}) FROM pg_advisory_unlock_shared({_LOCK})) "
    "ELSE (SELECT last FROM lrs_tick) END"
)


_seen: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
"""By engine, the latest moment that `through` found."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody who stores has to know."""

    first: int
    """The first of the moments that are theirs, in microseconds: later than all that was ever stored."""
    highest_name: int | None
    """The highest number in the dictionary."""
    known: dict[str, int]
    """Where those of their ids stand that are stored already."""
    referring: list[tuple[str, int, bool]]
    """The references to their ids: (id, where the statement that refers stands, whether it voids)."""


def take(sids: list[str]) -> Turn:
    """Wait for the turn to store statements of these ids, and have it until the transaction ends."""
    engine = db.engine()
    if engine.dialect.name == "sqlite":
        last, highest = driver.rows(_TICK_SQLITE, (micros(clock.now()), len(sids)))[0]
        uuids = [UUID(sid) for sid in sids]
        known, referring = driver.among(_KNOWN, uuids), driver.among(_REFERRING, uuids)
    else:
        told = micros(clock.now()) if clock.is_told() else None
        ids = "{" + ",".join(sids) + "}"
        with driver.connection() as raw, raw.pipeline():
            raw.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
            ticking = raw.execute(_TICK_POSTGRESQL, (told, len(sids)))
            knowing = raw.execute(f"{_KNOWN} = ANY(%s::uuid[])", (ids,))
            asking = raw.execute(f"{_REFERRING} = ANY(%s::uuid[])", (ids,))
            last, highest = ticking.fetchone()
            known, referring = knowing.fetchall(), asking.fetchall()
    return Turn(
        last - len(sids) + 1,
        highest,
        {str(sid): at for sid, at in known},
        [(str(ref), at, bool(voids)) for ref, at, voids in referring],
    )


def through() -> int:
    """The moment, in microseconds, up to which everything that was stored is seen by whoever reads from now on."""
    engine, now = db.engine(), micros(clock.now())
    if engine.dialect.name != "sqlite":
        found = int(driver.rows(_THROUGH_POSTGRESQL, (now if clock.is_told() else None,))[0][0])
    else:
        queue = writers.queue_of(engine.url.database)
        found = now if queue is None or queue.is_free() else int(driver.rows("SELECT last FROM lrs_tick")[0][0])
    _seen[engine] = max(found, _seen.get(engine, 0))
    return found


def known_through() -> int:
    """A moment up to which that was so when somebody last asked: it stays true. For answers that read nothing."""
    return _seen.get(db.engine()) or through()
