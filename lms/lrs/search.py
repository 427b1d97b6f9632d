"""GET statements: which statements a query finds, page by page (xAPI 1.0.3 Communication 2.1.3).

A query goes in by one door or a few: the index by which the rarest of what it names is found, in the order of storing. So
a page costs what stands on it, however many statements there are. All else is asked of the rows on the way.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.core import db
from lms.lrs import bodies, dictionary, doors, driver
from lms.lrs.models import micros, moment

MOST = 200
"""Statements on a page, and what limit=0 means."""


@dataclass(frozen=True)
class Query:
    """What is asked for. All that is given must hold."""

    agent: str | None = None
    """An identity (`lms.lrs.actors.identity`)."""
    verb: str | None = None
    activity: str | None = None
    registration: UUID | None = None
    related_agents: bool = False
    related_activities: bool = False
    since: datetime | None = None
    """Stored after this, and not at it."""
    until: datetime | None = None
    """Stored at this or before."""
    limit: int = 0
    """0 is as many as the store gives."""
    ascending: bool = False
    after: int | None = None
    """The cursor: where the last one on the page before is stored, in microseconds."""
    mine: int | None = None
    """Only what came by this key: the scope statements/read/mine."""
    within: UUID | None = None
    """Only what stands in this registration itself: the key of a launch."""
    voided_too: bool = False
    """Voided statements too: for operators and exports, never for the protocol."""


@dataclass(frozen=True)
class Page:
    """What was found."""

    bodies: list[str]
    """JSON texts."""
    last: int | None
    """The cursor for the next page; None when this is the last."""


def page(query: Query) -> Page:
    """The statements that `query` finds, newest first unless `ascending`; never a voided one.

    A statement that refers to another one (StatementRef), by whatever chain, is found where that one would be. Time,
    limit and cursor are asked of the referring statement itself.
    """
    size = min(query.limit or MOST, MOST)
    values = _values(query)
    shape = doors.Shape(
        frozenset(values), query.related_agents, query.related_activities, query.ascending, query.voided_too
    )
    found = driver.rows(doors.asked(shape, _style()), {**values, "size": size + 1})
    found = sorted({row[0]: row for row in found}.values(), reverse=not query.ascending)
    more, found = len(found) > size, found[:size]
    return Page(_texts(found), found[-1][0] if more else None)


def find_body(
    statement_id: UUID, voided: bool, mine: int | None = None, within: UUID | None = None
) -> tuple[str, datetime] | None:
    """The JSON text of one statement that is voided, or is not, and when it was stored (Communication 2.1.3, 2.1.4)."""
    asked = {"sid": _id(statement_id), "voided": voided} | ({"within": _id(within)} if within else {})
    found = driver.rows(doors.one(_style(), within is not None), asked)
    if not found or (mine is not None and found[0][3] not in dictionary.authorities(credential=mine)):
        return None
    return _texts(found)[0], moment(found[0][0])


def next_page(query: Query, last: int) -> Query:
    """The query of the page that follows."""
    return replace(query, after=last)


def _texts(found: list[Any]) -> list[str]:
    vouching = dictionary.authority_texts({row[3] for row in found})
    return [bodies.whole(body, stored, vouching[by], happened is not None) for stored, happened, body, by in found]


def _style() -> str:
    """How the driver marks its parameters."""
    return ":{}" if db.is_sqlite() else "%({})s"


def _id(value: UUID) -> Any:
    return value.bytes if db.is_sqlite() else value


def _values(query: Query) -> dict[str, Any]:
    """The parameters of the SQL; -1, which no row has, for what no statement ever named."""
    found: dict[str, Any] = {}
    for kind, text in (("agent", query.agent), ("verb", query.verb), ("activity", query.activity)):
        if text is not None:
            found[kind] = dictionary.find_id(kind, text) or -1
    several = {}
    if query.related_agents and "agent" in found:
        several["vouching"] = dictionary.authorities(agent=found["agent"])
    if query.mine is not None:
        several["mine"] = dictionary.authorities(credential=query.mine) or [-1]
    found |= {f"{name}_{n}": one for name, some in several.items() for n, one in enumerate(some)}
    if query.registration is not None:
        found["registration"] = _id(query.registration)
    if query.within is not None:
        found["within"] = _id(query.within)
    for name, when in (("since", query.since), ("until", query.until)):
        if when is not None:
            found[name] = micros(when)
    if query.after is not None:
        found["after"] = query.after
    return found
