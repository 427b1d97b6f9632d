"""How far people are."""

from functools import lru_cache
from uuid import UUID

from sqlalchemy import select

from lms.catalogue.models import CourseVersion
from lms.content.formats import native
from lms.content.source import POSTTEST
from lms.core import clock, db, storage
from lms.enrolment.models import Enrolment
from lms.lrs import queries as lrs
from lms.people.models import Person
from lms.people.queries import supervised_by, visible_to
from lms.progress.fold import Folded, Shape, fold
from lms.progress.models import FoldFailure, LessonProgress, Progress


def of(enrolment: Enrolment) -> Progress | None:
    """How far they are in this place; None before the first event."""
    return db.session.get(Progress, enrolment.registration, populate_existing=True)


def of_person(person: Person) -> dict[int, Progress]:
    """How far `person` is, by enrolment id."""
    return {p.enrolment_id: p for p in db.session.scalars(select(Progress).where(Progress.person_id == person.id))}


def lessons_of(registration: UUID | str) -> dict[str, LessonProgress]:
    """The lessons of a place that were settled, skipped or spent time in, by key."""
    rows = db.session.scalars(select(LessonProgress).where(LessonProgress.registration == _uuid(registration)))
    return {row.lesson_key: row for row in rows}


def of_team(supervisor: Person) -> list[tuple[Enrolment, Progress | None]]:
    """The open places of those whom `supervisor` leads, and how far they are: the unfinished first."""
    today = clock.today(supervisor.zone)
    return list(
        db.session.execute(
            select(Enrolment, Progress)
            .join(Person, Person.id == Enrolment.person_id)
            .outerjoin(Progress, Progress.enrolment_id == Enrolment.id)
            .where(Enrolment.ended_at.is_(None), supervised_by(supervisor, on=today), visible_to(supervisor, on=today))
            .order_by(Progress.completed_at.is_not(None), Progress.last_at, Person.name)
        )
    )


def failures() -> list[FoldFailure]:
    """The statements that could not be folded, the newest last."""
    return list(db.session.scalars(select(FoldFailure).order_by(FoldFailure.at, FoldFailure.statement_id)))


def shape_of(version: CourseVersion) -> Shape:
    """What `version` asks for."""
    asked = _asked(version.digest, tuple(sorted(version.files.items())))
    return Shape(
        version.course.uuid,
        {lesson.key: asked.get(lesson.key, ()) for lesson in version.lessons},
        {
            module.pretest: tuple(lesson.key for lesson in module.lessons)
            for module in version.modules
            if module.pretest
        },
        posttest=POSTTEST in asked,
    )


@lru_cache(maxsize=256)
def _asked(_digest: str, files: tuple[tuple[str, str], ...]) -> dict[str, tuple[str, ...]]:
    """The keys of the questions that each lesson and test of a folder asks. A folder never changes: it is read once."""
    source = native.read({path: storage.read(digest) for path, digest in files})
    return {lesson.key: tuple(q.id for q in lesson.questions) for lesson in source.lessons} | {
        name: tuple(q.id for q in questions) for name, questions in source.tests.items()
    }


def folded(enrolment: Enrolment) -> Folded:
    """How far they are now, from the statements themselves: also while a job still waits to write the rows."""
    return fold(lrs.of_registration(enrolment.registration), shape_of(enrolment.version))


def _uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)
