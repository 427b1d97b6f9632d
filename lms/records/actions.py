"""What can happen to records: a completion supports, a person confirms, a fallen completion takes back."""

from typing import Any

from sqlalchemy import func, or_, select, update

from lms.catalogue import iris
from lms.competency.models import Competency
from lms.core import audit, clock, db, settings, striking
from lms.core.permissions import Permission
from lms.enrolment.models import Enrolment
from lms.lrs import actions as lrs
from lms.lrs import queries as stored
from lms.lrs import removal
from lms.people import erasing
from lms.people import queries as people
from lms.people.events import PersonErased
from lms.people.models import Person
from lms.progress import queries as progress
from lms.progress.events import CompletionWithdrawn, CourseCompleted
from lms.records import queries
from lms.records.errors import AlreadyConfirmed, NothingToConfirm, NotYoursToConfirm
from lms.records.models import CONFIRMED, SUPPORTED, WITHDRAWN, CompetencyRecord
from lms.records.words import CONFIRM

COMPLETED_RULE, SEEN_RULE = "course.completed", "seen.at.work"
LEARNER = "urn:asah:xapi:learner"
"""The context extension that says whose competency a confirmation is about."""


def record_iri(record: CompetencyRecord) -> str:
    """The name of a line in statements."""
    return f"{settings.current().address}/activities/records/{record.uuid}"


def _turn(record: CompetencyRecord) -> int:
    """How many lines like this one were written before."""
    return (
        db.session.scalar(
            select(func.count()).where(
                CompetencyRecord.registration == record.registration,
                CompetencyRecord.rule == record.rule,
                CompetencyRecord.competency_id == record.competency_id,
                CompetencyRecord.level == record.level,
                CompetencyRecord.kind == record.kind,
            )
        )
        or 0
    )


def record_completion(event: CourseCompleted) -> None:
    """Each outcome of the completed version stands on the record, supported by the completion's evidence; once.

    A confirmation that had fallen with an earlier completion of this place stands again.
    """
    place = db.session.get_one(Enrolment, event.enrolment_id)
    done = progress.of(place)
    if done is None or done.completed_at is None:
        return
    there = {(r.competency_id, r.level) for r in queries.of_registration(place.registration) if r.kind == SUPPORTED}
    for outcome in place.version.outcomes:
        if (outcome.competency_id, outcome.level) in there:
            continue
        line = CompetencyRecord(
            person_id=place.person_id,
            competency_id=outcome.competency_id,
            level=outcome.level,
            kind=SUPPORTED,
            course_id=place.course_id,
            registration=place.registration,
            rule=COMPLETED_RULE,
            cause=done.completed_evidence[-1],
            evidence=list(done.completed_evidence),
            at=done.completed_at,
        )
        line.turn = _turn(line)
        db.session.add(line)
        db.session.flush()
        _confirm_again(line)


def _confirm_again(line: CompetencyRecord) -> None:
    before = db.session.scalar(
        select(CompetencyRecord)
        .where(
            CompetencyRecord.registration == line.registration,
            CompetencyRecord.competency_id == line.competency_id,
            CompetencyRecord.level == line.level,
            CompetencyRecord.kind == CONFIRMED,
        )
        .order_by(CompetencyRecord.id.desc())
        .limit(1)
    )
    said = stored.find(before.cause) if before else None
    if before is not None and said is not None and not said.voided:
        _add_confirmation(line, before.cause, before.at, before.by_id, before.note)


def _add_confirmation(line: CompetencyRecord, cause: str, at: Any, by_id: int | None, note: str) -> CompetencyRecord:
    row = CompetencyRecord(
        person_id=line.person_id,
        competency_id=line.competency_id,
        level=line.level,
        kind=CONFIRMED,
        course_id=line.course_id,
        registration=line.registration,
        rule=SEEN_RULE,
        cause=cause,
        evidence=[cause],
        confirms_id=line.id,
        at=at,
        by_id=by_id,
        note=note,
    )
    row.turn = _turn(row)
    db.session.add(row)
    db.session.flush()
    return row


def withdraw(event: CompletionWithdrawn) -> None:
    """Each line that rested on this completion, confirmations too, is taken back by a counter-entry that names it."""
    place = db.session.get_one(Enrolment, event.enrolment_id)
    for line in queries.of_registration(place.registration):
        voided = [s.id for s in stored.by_ids(line.evidence) if s.voided]
        db.session.add(
            CompetencyRecord(
                person_id=line.person_id,
                competency_id=line.competency_id,
                level=line.level,
                kind=WITHDRAWN,
                course_id=line.course_id,
                registration=line.registration,
                rule=line.rule,
                cause=voided[0] if voided else line.cause,
                evidence=line.evidence,
                turn=line.turn,
                reverses_id=line.id,
                at=clock.now(),
            )
        )
    db.session.flush()


def confirm(record: CompetencyRecord, by: Person, note: str) -> CompetencyRecord:
    """What a course supports is confirmed by `by`, who saw it at work: their statement, and a line that cites it."""
    person = record.person
    if not people.may(by, Permission.CONFIRM, about=person):
        raise NotYoursToConfirm
    db.session.execute(select(Enrolment.id).where(Enrolment.registration == record.registration).with_for_update())
    if record.id not in {r.id for r in queries.of_person(person) if r.kind == SUPPORTED}:
        raise NothingToConfirm
    if db.session.scalar(select(CompetencyRecord.id).where(CompetencyRecord.confirms_id == record.id)):
        raise AlreadyConfirmed
    at, note = clock.now(), note.strip()
    [cause] = lrs.store([_statement(record, by, note, at)])
    row = _add_confirmation(record, cause, at, by.id, note)
    audit.note("record.confirmed", by=by.id, about=person.id, subject=f"record:{row.uuid}")
    return row


def _statement(record: CompetencyRecord, by: Person, note: str, at: Any) -> dict[str, Any]:
    competency: Competency = record.competency
    statement: dict[str, Any] = {
        "actor": people.actor(by),
        "verb": {"id": CONFIRM, "display": {"en": "confirmed", "id": "mengonfirmasi"}},
        "object": {
            "objectType": "Activity",
            "id": record_iri(record),
            "definition": {"name": {"id": f"{competency.code} {competency.name}, level {record.level}"}},
        },
        "context": {"extensions": {LEARNER: people.actor(record.person)["account"]}},
        "timestamp": at.isoformat(timespec="microseconds"),
    }
    if note:
        statement["result"] = {"response": note}
    if record.course:
        statement["context"]["contextActivities"] = {"grouping": [{"id": iris.course_iri(record.course.uuid)}]}
    return statement


def forget(event: PersonErased) -> None:
    """No note about them or by them names them, in the ledger as in the statement that it repeats.

    The one exception to a ledger that is never changed (UU PDP, art. 8): it goes past the guard of the model, touches
    no other column, and leaves out of a note only the words that name them.
    """
    words = erasing.words_of(people.person_by_id(event.person_id))
    table: Any = CompetencyRecord.__table__
    theirs = or_(table.c.person_id == event.person_id, table.c.by_id == event.person_id)
    noted = db.session.execute(select(table.c.id, table.c.cause, table.c.note).where(theirs, table.c.note != "")).all()
    for line in noted:
        without = update(table).where(table.c.id == line.id).values(note=striking.struck(line.note, words))
        db.session.connection().execute(without)
    removal.strike([line.cause for line in noted], words)
