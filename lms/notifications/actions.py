"""Telling people what happened."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, select, update

from lms.certificates import queries as certificates
from lms.core import clock, db, ids, jobs, striking
from lms.enrolment.models import Enrolment
from lms.hours import queries as hours
from lms.notifications import queries
from lms.notifications.channels import CHANNELS
from lms.notifications.errors import CertificateIsNotThere
from lms.notifications.kinds import Message
from lms.notifications.models import Notification
from lms.notifications.post import DELIVER
from lms.people import erasing
from lms.people import queries as people
from lms.people.events import PersonErased
from lms.people.models import Person
from lms.progress.events import CourseCompleted
from lms.records.models import CompetencyRecord
from lms.supervision.events import Confirmed, Thanked
from lms.supervision.models import Recognition


def tell(person: Person, kind: str, params: dict[str, Any] | None = None, path: str = "/", cause: str = "") -> None:
    """`person` is told, once for each kind and cause (none given: always), through every channel that reaches them.

    Nobody is told who was erased.

    Our own pages show it with this commit; the other channels are jobs of the worker, so that no page waits for them.
    """
    if person.state == erasing.ERASED:
        return
    message = Message(kind, cause or str(ids.new()), path, params or {})
    if queries.was_told(person.id, kind, message.cause):
        return
    for name, channel in CHANNELS.items():
        address = channel.address_of(person)
        if address and channel.AT_ONCE:
            channel.send(message, address)
        elif address:
            jobs.enqueue(
                DELIVER,
                {"channel": name, "person_id": person.id, "message": asdict(message)},
                due=clock.now(),
                cause=kind,
            )


def mark_read(person: Person, numbers: list[int]) -> None:
    """These notifications of `person` are seen; those seen before keep their time."""
    db.session.execute(
        update(Notification)
        .where(Notification.person_id == person.id, Notification.id.in_(numbers), Notification.read_at.is_(None))
        .values(read_at=clock.now())
    )


def congratulate(event: CourseCompleted) -> None:
    """The learner is told that a course is finished, and how many minutes that gave."""
    enrolment = db.session.get_one(Enrolment, event.enrolment_id)
    minutes = hours.minutes_of_place(enrolment.registration)
    params: dict[str, Any] = {"title": enrolment.version.title}
    if minutes:
        params["minutes"] = minutes
    tell(
        enrolment.person,
        "course_completed" if minutes else "course_uncounted",
        params,
        path=f"/learn/{enrolment.uuid}/done",
        cause=event.registration,
    )


def announce_certificate(event: CourseCompleted) -> None:
    """The learner is told that the certificate stands; raises CertificateIsNotThere while it is being made."""
    enrolment = db.session.get_one(Enrolment, event.enrolment_id)
    if enrolment.person.state == erasing.ERASED:
        return
    certificate = certificates.of_registration(enrolment.registration)
    if certificate is None:
        raise CertificateIsNotThere
    if certificate.revoked_at is None:
        params = {"title": enrolment.version.title}
        tell(enrolment.person, "certificate_ready", params, path="/record/#certificates", cause=certificate.code)


def pass_on_thanks(event: Thanked) -> None:
    """Who is thanked is told so, in the supervisor's words; thanks to somebody who was erased since are gone."""
    thanks = db.session.get(Recognition, event.recognition_id)
    if thanks is None:
        return
    tell(
        thanks.receiver,
        "thanks",
        {"name": thanks.giver.name, "quote": thanks.text},
        path="/record/",
        cause=str(thanks.uuid),
    )


def announce_confirmation(event: Confirmed) -> None:
    """Whose competency was confirmed is told by whom."""
    record = db.session.get_one(CompetencyRecord, event.record_id)
    tell(
        people.person_by_id(record.person_id),
        "confirmed",
        {"name": people.person_by_id(event.by_id).name, "competency": record.competency.name, "level": record.level},
        path=f"/record/{record.uuid}/why",
        cause=str(record.uuid),
    )


def forget(event: PersonErased) -> None:
    """What they were told is gone, sent or not, and what others were told of their doing does not name them."""
    person = people.person_by_id(event.person_id)
    words = erasing.words_of(person)
    db.session.execute(
        delete(Notification).where(Notification.person_id == person.id).execution_options(synchronize_session=False)
    )
    jobs.forget(DELIVER, person.id)
    causes = {
        *db.session.scalars(select(Recognition.uuid).where(Recognition.from_id == person.id)),
        *db.session.scalars(select(CompetencyRecord.uuid).where(CompetencyRecord.by_id == person.id)),
    }
    told = db.session.scalars(select(Notification).where(Notification.cause.in_(map(str, causes)))).all()
    for one in told:
        one.params = _without_them(one.params, words)
        for job in jobs.of(DELIVER, one.person_id):
            message = job.args["message"]
            if message["cause"] == one.cause:
                job.args = {**job.args, "message": {**message, "params": one.params}}
    db.session.flush()


def _without_them(params: dict[str, Any], words: list[str]) -> dict[str, Any]:
    kept = {key: striking.struck(one, words) if isinstance(one, str) else one for key, one in params.items()}
    return {**kept, "name": erasing.NOBODY}
