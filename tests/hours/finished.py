"""Courses of a few lessons, finished when a story says so: for what depends on days and minutes, not on pages."""

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import uuid4

from sqlalchemy import delete

from lms.catalogue.models import Course, CourseVersion, Lesson, Module, Outcome
from lms.competency import queries as competencies
from lms.core import db
from lms.enrolment.models import Enrolment
from lms.people.models import Person, Unit
from lms.progress.events import CourseCompleted
from lms.progress.models import LessonProgress, Progress

NUMBERS = itertools.count(1)


def a_course(
    lessons: Sequence[int] = (10, 10, 10),
    posttest: int = 15,
    approved: int | None = 45,
    title: str = "Etika",
    outcome: tuple[str, int] = ("M.1", 1),
    agency: Unit | None = None,
) -> CourseVersion:
    """A published version with lessons of these minutes, and a post-test."""
    with db.transaction():
        course = Course(slug=f"course-{next(NUMBERS)}", state="published", agency_id=agency.id if agency else None)
        db.session.add(course)
        db.session.flush()
        computed = sum(lessons) + posttest
        version = CourseVersion(
            course_id=course.id,
            number=1,
            title=title,
            summary="",
            audience="",
            language="id",
            files={},
            digest="",
            minutes=computed,
            minutes_computed=computed,
            minutes_approved=approved,
            jp=computed // 45,
            pass_mark=70,
            review_by=date(2030, 1, 1),
            basis=[],
            state="published",
        )
        db.session.add(version)
        db.session.flush()
        course.version_id = version.id
        module = Module(version_id=version.id, number=1, title="")
        db.session.add(module)
        db.session.flush()
        for n, minutes in enumerate(lessons, 1):
            db.session.add(
                Lesson(
                    version_id=version.id,
                    module_id=module.id,
                    number=n,
                    key=f"{n:02d}-lesson",
                    title=f"Pelajaran {n}",
                    aim="",
                    html="",
                    tomorrow="",
                    sources=[],
                    minutes=minutes,
                    octets=1,
                )
            )
        code, level = outcome
        competency = competencies.by_code(code)
        db.session.add(Outcome(version_id=version.id, competency_id=competency.id, level=level, can="bertindak jujur"))
    return version


def a_place(person: Person, version: CourseVersion) -> Enrolment:
    """A place on that version, with nothing learned yet."""
    with db.transaction():
        place = Enrolment(person_id=person.id, course_id=version.course_id, version_id=version.id)
        db.session.add(place)
    return place


def finish(
    place: Enrolment,
    at: Sequence[datetime],
    end: datetime | None = None,
    skipped: Sequence[int] = (),
    active: int = 45 * 60,
) -> CourseCompleted:
    """Its lessons were settled `at` these moments, the rest at `end`; nothing is credited yet."""
    end = end or max(at)
    with db.transaction():
        unfinish(place)
        keys = [lesson.key for lesson in place.version.lessons]
        moments = [*at, *[end] * (len(keys) - len(at))]
        told = [str(uuid4()) for _ in keys]
        for n, (key, moment, statement) in enumerate(zip(keys, moments, told, strict=True)):
            db.session.add(
                LessonProgress(
                    registration=place.registration,
                    lesson_key=key,
                    settled_at=moment,
                    statement_id=statement,
                    skipped=n in skipped,
                    active_seconds=active // len(keys),
                )
            )
        db.session.add(
            Progress(
                registration=place.registration,
                enrolment_id=place.id,
                person_id=place.person_id,
                course_id=place.course_id,
                lessons_done=len(keys),
                lessons_total=len(keys),
                active_seconds=active,
                started_at=min(moments),
                last_at=end,
                score=80,
                completed_at=end,
                completed_evidence=[*told, str(uuid4())],
                completed_how="learned",
            )
        )
    return CourseCompleted(str(place.registration), place.id)


def unfinish(place: Enrolment) -> None:
    """Its progress is gone, inside the open transaction."""
    for table in (Progress, LessonProgress):
        db.session.execute(delete(table).where(table.registration == place.registration))


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in March 2026."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)
