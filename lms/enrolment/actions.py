"""What can happen with places: one is taken, one is left."""

from sqlalchemy import update

from lms.catalogue.models import Course
from lms.core import clock, db, events
from lms.enrolment import queries
from lms.enrolment.errors import AlreadyEnrolled, AlreadyLeft, CourseIsClosed
from lms.enrolment.events import Enrolled
from lms.enrolment.models import Enrolment
from lms.people import queries as people
from lms.people.events import PersonErased
from lms.people.models import Person


def enrol(person: Person, course: Course, goal: str = "", how: str = "self") -> Enrolment:
    """`person` has a place on the published version of `course`; raises CourseIsClosed, AlreadyEnrolled."""
    agency = people.agency_of(person)
    if not course.open or (course.agency_id is not None and (agency is None or course.agency_id != agency.id)):
        raise CourseIsClosed
    if queries.find_enrolment(person, course):
        raise AlreadyEnrolled  # two clicks at once: the constraint answers, and the page says Conflict
    enrolment = Enrolment(person=person, course=course, version=course.version, goal=goal.strip(), how=how)
    db.session.add(enrolment)
    db.session.flush()
    events.publish(Enrolled(enrolment.id))
    return enrolment


def leave(enrolment: Enrolment) -> None:
    """The place is closed; what was learned stays on record. A new place begins anew."""
    if enrolment.ended_at is not None:
        raise AlreadyLeft
    enrolment.ended_at = clock.now()
    db.session.flush()


def forget(event: PersonErased) -> None:
    """Why they learned is nowhere in their own words. All their places are locked until the end of the transaction."""
    db.session.execute(update(Enrolment).where(Enrolment.person_id == event.person_id).values(goal=""))
