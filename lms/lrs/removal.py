"""Taking statements out for good: only what was never true, such as a demo. Erasing a person forgets the account instead."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select

from lms.core import db
from lms.lrs import dictionary
from lms.lrs.actors import identity
from lms.lrs.models import Link, Statement


def remove(registrations: Iterable[UUID], actors: Iterable[dict[str, Any]]) -> int:
    """Every statement of these registrations or by these actors is gone, with what voids or cites it; returns how many."""
    known = [dictionary.find_id("agent", name) for name in map(identity, actors) if name]
    gone = sum(_remove(Statement.registration == one) for one in registrations)
    return gone + sum(_remove(Statement.actor_id == one) for one in known if one is not None)


def _remove(those: ColumnElement[bool]) -> int:
    rows = list(
        db.session.scalars(
            select(Statement.id).where(or_(those, Statement.ref.in_(select(Statement.sid).where(those))))
        )
    )
    for start in range(0, len(rows), 500):
        part = rows[start : start + 500]
        db.session.execute(delete(Link).where(Link.statement_id.in_(part)))
        db.session.execute(delete(Statement).where(Statement.id.in_(part)))
    return len(rows)
