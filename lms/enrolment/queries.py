"""Who learns what."""

from uuid import UUID

from sqlalchemy import select

from lms.catalogue.models import Course
from lms.core import db, errors
from lms.enrolment.models import Enrolment
from lms.people.models import Person


def find_enrolment(person: Person, course: Course) -> Enrolment | None:
    """Their open place on the course."""
    return db.session.scalar(
        select(Enrolment).where(
            Enrolment.person_id == person.id, Enrolment.course_id == course.id, Enrolment.ended_at.is_(None)
        )
    )


def enrolment(uuid: UUID, person: Person) -> Enrolment:
    """The place with this id, if it is theirs, open or left; raises NotFound otherwise."""
    found = db.session.scalar(select(Enrolment).where(Enrolment.uuid == uuid, Enrolment.person_id == person.id))
    if found is None:
        raise errors.NotFound
    return found


def enrolment_by_id(number: int) -> Enrolment:
    """The place in this row; raises NotFound."""
    found = db.session.get(Enrolment, number)
    if found is None:
        raise errors.NotFound
    return found


def by_registration(registration: UUID | str) -> Enrolment | None:
    """The place that statements name by this registration."""
    key = registration if isinstance(registration, UUID) else UUID(registration)
    return db.session.scalar(select(Enrolment).where(Enrolment.registration == key))


def of_person(person: Person, ended: bool = False) -> list[Enrolment]:
    """Their open places, the newest first; with `ended` also those that they left."""
    asked = select(Enrolment).where(Enrolment.person_id == person.id)
    if not ended:
        asked = asked.where(Enrolment.ended_at.is_(None))
    return list(db.session.scalars(asked.order_by(Enrolment.created_at.desc(), Enrolment.id.desc())))


def on_course(course: Course) -> list[Enrolment]:
    """The open places on a course, the oldest first."""
    return list(
        db.session.scalars(
            select(Enrolment)
            .where(Enrolment.course_id == course.id, Enrolment.ended_at.is_(None))
            .order_by(Enrolment.created_at, Enrolment.id)
        )
    )
