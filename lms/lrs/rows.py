"""Writing many rows at once, each engine in the way that is fast there: the hot path of the store.

SQLite takes tuples one after another; PostgreSQL takes one JSON text for all of them, which spares a message for each row.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from lms.core import db
from lms.lrs import driver

_SQLITE = (
    "INSERT INTO statement_id (stored, sid) VALUES (?, ?)",
    "INSERT INTO statement (stored, sid, timestamp, registration, actor_id, verb_id, activity_id, authority_id, "
    "voiding, voided, own, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO statement_link (name_id, stored, near) VALUES (?, ?, ?)",
)
_VIA = "INSERT INTO statement_via (name_id, stored, source, near) VALUES ({}, {}, {}, {}) ON CONFLICT DO NOTHING"


@dataclass(slots=True)
class Row:
    """A row of `statement`, its place not known yet: ids in lower case, moments in microseconds."""

    sid: str
    timestamp: int | None
    registration: str | None
    actor_id: int | None
    verb_id: int
    activity_id: int | None
    authority_id: int
    voiding: bool
    own: bool
    body: str
    links: list[tuple[int, bool]]
    """What else finds it: a name, and whether it is near."""


def write(rows: list[Row], first: int) -> None:
    """Insert statements with their ids and links at the places from `first` on; the caller has the turn."""
    if not db.is_sqlite():
        given, *links = _given(rows)
        driver.rows("SELECT lrs_write(%s::json, %s, %s::int[], %s::int[], %s::boolean[])", (given, first, *links))
        return
    many = [
        (
            at, octets(r.sid), r.timestamp, octets(r.registration) if r.registration else None,
            r.actor_id, r.verb_id, r.activity_id, r.authority_id, r.voiding, False, r.own, r.body,
        )
        for at, r in enumerate(rows, first)
    ]  # fmt: skip
    linking = [(name, at, near) for at, row in enumerate(rows, first) for name, near in row.links]
    with driver.connection() as raw:
        raw.executemany(_SQLITE[0], [one[:2] for one in many])
        raw.executemany(_SQLITE[1], many)
        raw.executemany(_SQLITE[2], linking)


def put(rows: list[Row], told: int | None, highest_name: int) -> bool:
    """PostgreSQL only: take the turn, write and commit, all in one round trip.

    False, and nothing is written, where an id is stored already or referred to, or the dictionary has no number
    `highest_name` any more: then it takes a transaction and a closer look. `told` is the time if it is told.
    """
    given, *links = _given(rows)
    ids = _array(row.sid for row in rows)
    asked = "SELECT lrs_put(%s::json, %s::uuid[], %s, %s, %s::int[], %s::int[], %s::boolean[])"
    return driver.rows(asked, (given, ids, told, highest_name, *links))[0][0] is not None


def _given(rows: list[Row]) -> tuple[str, ...]:
    """The rows as one JSON text, and their links as three arrays: names, places from 0, near."""
    text = json.dumps(
        [
            {
                "sid": r.sid,
                "timestamp": r.timestamp,
                "registration": r.registration,
                "actor_id": r.actor_id,
                "verb_id": r.verb_id,
                "activity_id": r.activity_id,
                "authority_id": r.authority_id,
                "voiding": r.voiding,
                "voided": False,
                "own": r.own,
                "body": r.body,
            }
            for r in rows
        ],
        ensure_ascii=False,
    )
    links = [(name, place, near) for place, row in enumerate(rows) for name, near in row.links]
    return text, *(_array(str(link[n]) for link in links) for n in range(3))


def _array(some: Iterable[str]) -> str:
    return "{" + ",".join(some) + "}"


def write_references(rows: list[tuple[str, int, bool]]) -> None:
    """Insert (id that is referred to, stored, whether it voids)."""
    many = [(UUID(ref), stored, voiding) for ref, stored, voiding in rows]
    driver.write("INSERT INTO statement_ref (ref, stored, voiding) VALUES ({}, {}, {})", many)


def write_via(rows: list[tuple[int, int, int, bool]]) -> None:
    """Insert (name, stored, source, near); what is there already is left alone."""
    driver.write(_VIA, rows)


def octets(sid: str) -> bytes:
    """The sixteen octets of a UUID in lower case."""
    return bytes.fromhex(sid.replace("-", ""))
