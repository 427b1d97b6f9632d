"""Taking statements out for good: only what was never true, such as a demo. Erasing a person forgets the account instead."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select

from lms.core import db
from lms.lrs import dictionary
from lms.lrs.actors import identity
from lms.lrs.models import Link, Reference, Statement, StatementId, Via


def remove(registrations: Iterable[UUID], actors: Iterable[dict[str, Any]]) -> int:
    """Every statement of these registrations or by these actors is gone, with what voids or cites it; returns how many."""
    known = [dictionary.find_id("agent", name) for name in map(identity, actors) if name]
    gone = sum(_remove(Statement.registration == one) for one in registrations)
    return gone + sum(_remove(Statement.actor_id == one) for one in known if one is not None)


def _remove(those: ColumnElement[bool]) -> int:
    ids = select(Statement.sid).where(those)
    citing = select(Reference.stored).where(Reference.ref.in_(ids))
    places = list(db.session.scalars(select(Statement.stored).where(or_(those, Statement.stored.in_(citing)))))
    for start in range(0, len(places), 500):
        part = places[start : start + 500]
        gone = select(Statement.sid).where(Statement.stored.in_(part))
        db.session.execute(delete(StatementId).where(StatementId.sid.in_(gone)))
        for table, column in (
            (Link, Link.stored),
            (Reference, Reference.stored),
            (Via, Via.stored),
            (Via, Via.source),
            (Statement, Statement.stored),
        ):
            db.session.execute(delete(table).where(column.in_(part)))
    return len(places)
