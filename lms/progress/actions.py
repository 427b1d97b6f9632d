"""Progress is folded, thrown away, and folded again. Nothing else writes it."""

from uuid import UUID

from sqlalchemy import delete, select

from lms.core import db, events
from lms.enrolment.models import Enrolment
from lms.lrs.events import StatementsStored
from lms.progress import queries
from lms.progress.events import CompletionWithdrawn, CourseCompleted
from lms.progress.fold import Folded
from lms.progress.models import FoldFailure, LessonProgress, Progress

TABLES = (Progress, LessonProgress, FoldFailure)


def project(event: StatementsStored) -> None:
    """The rows of this registration say what its statements say.

    CourseCompleted and CompletionWithdrawn are published where completion, or what it rests on, has changed. Statements
    of a registration that is nobody's place lead to nothing.
    """
    enrolment = db.session.scalar(
        select(Enrolment).where(Enrolment.registration == UUID(event.registration)).with_for_update()
    )
    if enrolment is None:
        return
    before = queries.of(enrolment)
    rested_on = list(before.completed_evidence) if before else []
    folded = queries.folded(enrolment)
    write(enrolment, folded)
    if rested_on and rested_on != folded.evidence:
        events.publish(CompletionWithdrawn(str(enrolment.registration), enrolment.id))
    if folded.evidence and rested_on != folded.evidence:
        events.publish(CourseCompleted(str(enrolment.registration), enrolment.id))


def write(enrolment: Enrolment, folded: Folded) -> None:
    """The rows of this place are those of `folded`, and no others."""
    if folded.started_at is None or folded.last_at is None:
        _only(Progress, enrolment, [], None)
        _only(LessonProgress, enrolment, [], LessonProgress.lesson_key)
        _only(FoldFailure, enrolment, [], FoldFailure.statement_id)
        return
    kept = {key: lesson for key, lesson in folded.lessons.items() if lesson.settled_at or lesson.active_seconds}
    _only(LessonProgress, enrolment, list(kept), LessonProgress.lesson_key)
    _only(FoldFailure, enrolment, [f.statement_id for f in folded.failures], FoldFailure.statement_id)
    rows: list[Progress | LessonProgress | FoldFailure] = [
        Progress(
            registration=enrolment.registration,
            enrolment_id=enrolment.id,
            person_id=enrolment.person_id,
            course_id=enrolment.course_id,
            lessons_done=folded.done,
            lessons_total=len(folded.lessons),
            place=folded.place,
            active_seconds=folded.active_seconds,
            started_at=folded.started_at,
            last_at=folded.last_at,
            score=folded.score,
            completed_at=folded.completed_at,
            completed_evidence=folded.evidence,
            completed_how=folded.completed_how,
        )
    ]
    rows += [
        LessonProgress(
            registration=enrolment.registration,
            lesson_key=key,
            settled_at=lesson.settled_at,
            statement_id=lesson.statement_id,
            skipped=lesson.skipped,
            active_seconds=lesson.active_seconds,
        )
        for key, lesson in kept.items()
    ]
    rows += [
        FoldFailure(registration=enrolment.registration, statement_id=f.statement_id, reason=f.reason, at=f.at)
        for f in folded.failures
    ]
    for row in rows:
        db.session.merge(row)
    db.session.flush()


def _only(table, enrolment: Enrolment, keys: list[str], column) -> None:
    """Rows of this place under other keys are gone."""
    others = delete(table).where(table.registration == enrolment.registration)
    if column is not None:
        others = others.where(column.not_in(keys))
    db.session.execute(others.execution_options(synchronize_session="fetch"))


def rebuild() -> int:
    """All progress is thrown away and folded again from the statements; returns how many places have some.

    Nothing is published: what completion led to was booked when it happened, and `lms records verify` compares it.
    """
    for table in TABLES:
        db.session.execute(delete(table).execution_options(synchronize_session="fetch"))
    places = 0
    for enrolment in db.session.scalars(select(Enrolment).order_by(Enrolment.id)).all():
        folded = queries.folded(enrolment)
        write(enrolment, folded)
        places += folded.started_at is not None
    return places
