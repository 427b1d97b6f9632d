"""Questions about what people were told."""

from uuid import UUID

from sqlalchemy import func, select

from lms.core import db, errors
from lms.notifications.models import Notification
from lms.people.models import Person

SHOWN = 50
"""How many of the newest a page shows."""


def of_person(person: Person, unread: bool = False, limit: int = SHOWN) -> list[Notification]:
    """What they were told, the newest first; with `unread` only what they have not seen."""
    query = (
        select(Notification).where(Notification.person_id == person.id).order_by(Notification.id.desc()).limit(limit)
    )
    return list(db.session.scalars(query.where(Notification.read_at.is_(None)) if unread else query))


def unread_of(person: Person) -> int:
    """How much they have not seen."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Notification)
            .where(Notification.person_id == person.id, Notification.read_at.is_(None))
        )
        or 0
    )


def was_told(person_id: int, kind: str, cause: str) -> bool:
    """Whether this person was told this kind of thing about this cause."""
    return (
        db.session.scalar(
            select(Notification.id).where(
                Notification.person_id == person_id, Notification.kind == kind, Notification.cause == cause
            )
        )
        is not None
    )


def notification(uuid: UUID, person: Person) -> Notification:
    """The notification, if it was for `person`; raises NotFound."""
    found = db.session.scalar(
        select(Notification).where(Notification.uuid == uuid, Notification.person_id == person.id)
    )
    if found is None:
        raise errors.NotFound
    return found
