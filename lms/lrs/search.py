"""GET statements: which statements a query finds, page by page (xAPI 1.0.3 Communication 2.1.3)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from lms.core import db
from lms.lrs.dictionary import find_id
from lms.lrs.models import Link, Statement

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
    after: tuple[datetime, int] | None = None
    """The cursor: what came last on the page before (stored, row)."""
    mine: int | None = None
    """Only what came by this key: the scope statements/read/mine."""


@dataclass(frozen=True)
class Page:
    """What was found."""

    bodies: list[str]
    """JSON texts."""
    last: tuple[datetime, int] | None
    """The cursor for the next page; None when this is the last."""


def page(query: Query) -> Page:
    """The statements that `query` finds, newest first unless `ascending`; never a voided one.

    A statement that refers to another one (StatementRef), by whatever chain, is found where that one would be. Time,
    limit and cursor are asked of the referring statement itself.
    """
    size = min(query.limit or MOST, MOST)
    numbers = _numbers(query)
    criteria = _criteria(query, numbers, Statement)
    rows = _read(query, criteria, size + 1)
    if criteria:
        rows = _merged(query, rows, _read(query, [Statement.sid.in_(_referring(query, numbers))], size + 1))
    more = len(rows) > size
    rows = rows[:size]
    return Page([row.body for row in rows], (rows[-1].stored, rows[-1].id) if more else None)


def find_body(statement_id: UUID, voided: bool, mine: int | None = None) -> tuple[str, datetime] | None:
    """The JSON text of one statement that is voided, or is not, and when it was stored (Communication 2.1.3, 2.1.4)."""
    asked = select(Statement.body, Statement.stored).where(Statement.sid == statement_id, Statement.voided.is_(voided))
    if mine is not None:
        asked = asked.where(Statement.credential_id == mine)
    row = db.session.execute(asked).first()
    return (row.body, row.stored) if row else None


def next_page(query: Query, last: tuple[datetime, int]) -> Query:
    """The query of the page that follows."""
    return replace(query, after=last)


def _numbers(query: Query) -> dict[str, int]:
    """The dictionary's ids of what the query names; -1, which no row has, for what no statement ever named."""
    named = {"agent": query.agent, "verb": query.verb, "activity": query.activity}
    return {kind: find_id(kind, text) or -1 for kind, text in named.items() if text is not None}


def _criteria(query: Query, numbers: dict[str, int], of: Any) -> list[ColumnElement[bool]]:
    """The filters that a StatementRef hands on: all but time, limit and cursor. `of` is the table or an alias of it."""
    found: list[ColumnElement[bool]] = []
    if "agent" in numbers:
        agent = numbers["agent"]
        linked = select(Link.statement_id).where(Link.name_id == agent)
        if query.related_agents:
            found.append(or_(of.actor_id == agent, of.authority_id == agent, of.id.in_(linked)))
        else:
            found.append(or_(of.actor_id == agent, of.id.in_(linked.where(Link.near.is_(True)))))
    if "verb" in numbers:
        found.append(of.verb_id == numbers["verb"])
    if "activity" in numbers:
        direct = of.activity_id == numbers["activity"]
        linked = select(Link.statement_id).where(Link.name_id == numbers["activity"])
        found.append(or_(direct, of.id.in_(linked)) if query.related_activities else direct)
    if query.registration is not None:
        found.append(of.registration == query.registration)
    return found


def _referring(query: Query, numbers: dict[str, int]) -> Any:
    """The ids of statements that refer, by a chain of StatementRefs, to one for which the filters hold."""
    first, target, further = aliased(Statement), aliased(Statement), aliased(Statement)
    chain = (
        select(first.sid)
        .join_from(first, target, target.sid == first.ref)
        .where(first.ref.is_not(None), *_criteria(query, numbers, target))
        .cte("referring", recursive=True)
    )
    chain = chain.union(select(further.sid).join(chain, further.ref == chain.c.sid))  # UNION ends a loop of references
    return select(chain.c.sid)


def _read(query: Query, criteria: list[ColumnElement[bool]], limit: int) -> list[Any]:
    asked = select(Statement.id, Statement.stored, Statement.body).where(Statement.voided.is_(False), *criteria)
    if query.mine is not None:
        asked = asked.where(Statement.credential_id == query.mine)
    if query.since is not None:
        asked = asked.where(Statement.stored > query.since)
    if query.until is not None:
        asked = asked.where(Statement.stored <= query.until)
    if query.after is not None:
        stored, row = query.after
        if query.ascending:
            past = and_(Statement.stored >= stored, or_(Statement.stored > stored, Statement.id > row))
        else:
            past = and_(Statement.stored <= stored, or_(Statement.stored < stored, Statement.id < row))
        asked = asked.where(past)
    order = (Statement.stored, Statement.id) if query.ascending else (Statement.stored.desc(), Statement.id.desc())
    return list(db.session.execute(asked.order_by(*order).limit(limit)))


def _merged(query: Query, some: list[Any], others: list[Any]) -> list[Any]:
    unique = {row.id: row for row in (*some, *others)}
    return sorted(unique.values(), key=lambda row: (row.stored, row.id), reverse=not query.ascending)
