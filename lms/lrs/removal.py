"""Taking statements out for good: only for what was never true, such as a demo. A person's are kept (erasure forgets the account)."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, or_, select

from lms.core import db
from lms.lrs.models import Link, Statement


def remove_registrations(registrations: Iterable[UUID]) -> int:
    """Every statement of these registrations is gone, with what voids or cites it; returns how many."""
    gone = 0
    for registration in registrations:
        mine = select(Statement.sid).where(Statement.registration == registration)
        rows = list(
            db.session.scalars(
                select(Statement.id).where(or_(Statement.registration == registration, Statement.ref.in_(mine)))
            )
        )
        for start in range(0, len(rows), 500):
            part = rows[start : start + 500]
            db.session.execute(delete(Link).where(Link.statement_id.in_(part)))
            db.session.execute(delete(Statement).where(Statement.id.in_(part)))
        gone += len(rows)
    return gone
