"""Telling people what happened."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select, update

from lms.competency.models import Competency
from lms.core import clock, db, ids, jobs
from lms.enrolment.models import Enrolment
from lms.hours.models import HoursEntry
from lms.notifications import queries
from lms.notifications.channels import CHANNELS
from lms.notifications.kinds import Message
from lms.notifications.models import Notification
from lms.notifications.post import DELIVER
from lms.people import queries as people
from lms.people.models import Person
from lms.progress.events import CourseCompleted
from lms.records.models import CompetencyRecord
from lms.supervision.events import Confirmed, Thanked
from lms.supervision.models import Recognition


def tell(person: Person, kind: str, params: dict[str, Any] | None = None, path: str = "/", cause: str = "") -> None:
    """`person` is told, once for each kind and cause (none given: always), through every channel that reaches them.

    Our own pages show it with this commit; the other channels are jobs of the worker, so that no page waits for them.
    """
    message = Message(kind, cause or str(ids.new()), path, params or {})
    if queries.was_told(person.id, kind, message.cause):
        return
    for name, channel in CHANNELS.items():
        address = channel.address_of(person)
        if address and channel.AT_ONCE:
            channel.send(message, address)
        elif address:
            jobs.enqueue(DELIVER, {"channel": name, "person_id": person.id, "message": asdict(message)},
                         due=clock.now(), cause=kind)


def mark_read(person: Person, numbers: list[int]) -> None:
    """These notifications of `person` are seen; those seen before keep their time."""
    db.session.execute(update(Notification).where(
        Notification.person_id == person.id, Notification.id.in_(numbers), Notification.read_at.is_(None))
        .values(read_at=clock.now()))


def congratulate(event: CourseCompleted) -> None:
    """The learner is told that a course is finished, and how many minutes that gave."""
    enrolment = db.session.get(Enrolment, event.enrolment_id)
    assert enrolment is not None
    minutes = db.session.scalar(select(func.sum(HoursEntry.minutes)).where(
        HoursEntry.registration == enrolment.registration)) or 0
    params: dict[str, Any] = {"title": enrolment.version.title}
    if minutes:
        params["minutes"] = int(minutes)
    tell(enrolment.person, "course_completed" if minutes else "course_uncounted", params,
         path=f"/learn/{enrolment.uuid}/done", cause=event.registration)


def pass_on_thanks(event: Thanked) -> None:
    """Who is thanked is told so, in the supervisor's words."""
    thanks = db.session.get(Recognition, event.recognition_id)
    assert thanks is not None
    tell(thanks.receiver, "thanks", {"name": thanks.giver.name, "quote": thanks.text},
         path="/record/", cause=str(thanks.uuid))


def announce_confirmation(event: Confirmed) -> None:
    """Whose competency was confirmed is told by whom."""
    record = db.session.get(CompetencyRecord, event.record_id)
    assert record is not None
    competency = db.session.get(Competency, record.competency_id)
    assert competency is not None
    tell(people.person_by_id(record.person_id), "confirmed",
         {"name": people.person_by_id(event.by_id).name, "competency": competency.name, "level": record.level},
         path=f"/record/{record.uuid}/why", cause=str(record.uuid))
