"""What a supervisor can do for their people."""

from sqlalchemy import delete, select

from lms.catalogue.models import Course
from lms.core import audit, clock, db, events, striking
from lms.core.permissions import Permission
from lms.people import erasing
from lms.people import queries as people
from lms.people.events import PersonErased
from lms.people.models import Person
from lms.records import actions as records
from lms.records.models import CompetencyRecord
from lms.supervision.errors import NotYourTeam
from lms.supervision.events import Confirmed, Thanked
from lms.supervision.models import Recognition


def thank(
    supervisor: Person, person: Person, text: str, course: Course | None = None, record: CompetencyRecord | None = None
) -> Recognition:
    """`person` has a word of thanks from `supervisor`, who leads them today; they are told."""
    if not people.may(supervisor, Permission.SUPERVISE, about=person):
        raise NotYourTeam
    thanks = Recognition(
        from_id=supervisor.id,
        to_id=person.id,
        text=text.strip(),
        at=clock.now(),
        course_id=course.id if course else None,
        record_id=record.id if record else None,
    )
    db.session.add(thanks)
    db.session.flush()
    audit.note("thanks.sent", by=supervisor.id, about=person.id, subject=f"recognition:{thanks.uuid}")
    events.publish(Thanked(thanks.id))
    return thanks


def confirm(record: CompetencyRecord, by: Person, note: str) -> CompetencyRecord:
    """What a course supports stands as confirmed by `by`, who has seen it at work; whose it is, is told."""
    confirmed = records.confirm(record, by, note)
    events.publish(Confirmed(confirmed.id, by.id))
    return confirmed


def forget(event: PersonErased) -> None:
    """Thanks to them are gone. Thanks from them stay with who was thanked, and do not name them."""
    words = erasing.words_of(people.person_by_id(event.person_id))
    db.session.execute(
        delete(Recognition).where(Recognition.to_id == event.person_id).execution_options(synchronize_session=False)
    )
    for thanks in db.session.scalars(select(Recognition).where(Recognition.from_id == event.person_id)):
        thanks.text = striking.struck(thanks.text, words)
