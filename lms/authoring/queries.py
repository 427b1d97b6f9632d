"""What a trainer, a reviewer and a personnel officer ask of the studio."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from lms.authoring import scope
from lms.catalogue.models import Course, CourseVersion, Lesson
from lms.core import clock, db, errors
from lms.enrolment.models import Enrolment
from lms.people import queries as people
from lms.people.models import Person, Placement, RoleGrant, Unit, in_force
from lms.people.roles import Role
from lms.progress.models import Progress

DAYS_TO_DECIDE = 3
A_PAGE = 50
STAGES = ("draft", "review", "published", "unpublished")


def course(uuid: UUID, viewer: Person) -> Course:
    """The course, if `viewer` finds it in the studio; raises NotFound otherwise."""
    found = db.session.scalar(select(Course).where(Course.uuid == uuid, scope.in_studio(viewer)))
    if found is None:
        raise errors.NotFound
    return found


def version(of: Course, uuid: UUID) -> CourseVersion:
    """A version of this course; raises NotFound."""
    found = db.session.scalar(select(CourseVersion).where(CourseVersion.uuid == uuid, CourseVersion.course_id == of.id))
    if found is None:
        raise errors.NotFound
    return found


def before(of: CourseVersion) -> CourseVersion | None:
    """The version before this one."""
    return db.session.scalar(
        select(CourseVersion)
        .where(CourseVersion.course_id == of.course_id, CourseVersion.number < of.number)
        .order_by(CourseVersion.number.desc())
        .limit(1)
    )


def stage(one: CourseVersion) -> str:
    """Where a version stands: draft, review, approved (by the second person), published, withdrawn or retired.

    Withdrawn is the one that the course gave when it was closed.
    """
    if one.state == "review" and one.reviewed_at:
        return "approved"
    if one.state == "retired" and one.course.state == "unpublished" and one.course.version_id == one.id:
        return "withdrawn"
    return one.state


@dataclass(frozen=True)
class Shelved:
    """A course as the studio lists it."""

    course: Course
    newest: CourseVersion
    learning: int
    """People who have an open place and are not done."""
    completed: int

    @property
    def shown(self) -> CourseVersion:
        """The version that learners meet, or the newest one before there is such."""
        return self.course.version or self.newest

    @property
    def shelf(self) -> str:
        """draft, review, published or unpublished; a published course stays so while its next version is written."""
        if self.course.state != "draft":
            return self.course.state
        return "draft" if self.newest.state == "draft" else "review"


def shelves(viewer: Person) -> tuple[list[Shelved], list[Shelved]]:
    """The courses of `viewer`'s studio by title, and the shared ones."""
    courses = (
        db.session.scalars(select(Course).where(scope.in_studio(viewer)).options(joinedload(Course.version)))
        .unique()
        .all()
    )
    numbers = [c.id for c in courses]
    newest = {
        v.course_id: v
        for v in db.session.scalars(
            select(CourseVersion).where(CourseVersion.course_id.in_(numbers)).order_by(CourseVersion.number)
        )
    }
    counts = {
        row[0]: (row[1], row[2])
        for row in db.session.execute(
            select(
                Enrolment.course_id,
                func.count().filter(Enrolment.ended_at.is_(None), Progress.completed_at.is_(None)),
                func.count().filter(Progress.completed_at.is_not(None)),
            )
            .outerjoin(Progress, Progress.enrolment_id == Enrolment.id)
            .where(Enrolment.course_id.in_(numbers))
            .group_by(Enrolment.course_id)
        )
    }
    rows = sorted(
        (Shelved(c, newest[c.id], *counts.get(c.id, (0, 0))) for c in courses if c.id in newest),
        key=lambda row: row.shown.title.casefold(),
    )
    return [r for r in rows if r.course.agency_id is not None], [r for r in rows if r.course.agency_id is None]


def on_versions(of: Course) -> dict[int, int]:
    """How many people have an open or finished place on each version (its id)."""
    rows = db.session.execute(
        select(Enrolment.version_id, func.count())
        .outerjoin(Progress, Progress.enrolment_id == Enrolment.id)
        .where(Enrolment.course_id == of.id, _counts())
        .group_by(Enrolment.version_id)
    )
    return {row[0]: row[1] for row in rows}


def _counts() -> ColumnElement[bool]:
    return or_(Enrolment.ended_at.is_(None), Progress.completed_at.is_not(None))


@dataclass(frozen=True)
class Learning:
    """Somebody on a course: where they are, and never what they answered."""

    place: UUID
    person_id: int
    name: str
    unit: str
    version: int
    done: int
    total: int
    lesson: str | None
    """The title of the lesson that they were in last."""
    last_on: date | None
    """The day, in the viewer's zone, on which they last learned here."""
    completed_on: date | None
    how: str
    """How it was completed: learned, classroom or manual."""

    @property
    def percent(self) -> int:
        """Lessons done, of all, rounded down; what was completed is whole."""
        return 100 if self.completed_on else 100 * self.done // self.total if self.total else 0


def learners(viewer: Person, of: Course, page: int = 1) -> list[Learning]:
    """Who is where on the course, unfinished first, by name; one more than a page when there are more."""
    unit = (
        select(Unit.name)
        .join(Placement, Placement.unit_id == Unit.id)
        .where(Placement.person_id == Person.id, in_force(Placement, people.today()))
        .order_by(Placement.acting, Placement.from_on.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )
    size = (
        select(func.count())
        .select_from(Lesson)
        .where(Lesson.version_id == Enrolment.version_id)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    found = db.session.execute(
        select(
            Enrolment.uuid,
            Person.id,
            Person.name,
            func.coalesce(unit, ""),
            CourseVersion.number,
            func.coalesce(Progress.lessons_done, 0),
            func.coalesce(Progress.lessons_total, size),
            Lesson.title,
            Progress.last_at,
            Progress.completed_at,
            func.coalesce(Progress.completed_how, ""),
        )
        .join_from(Enrolment, Person, Person.id == Enrolment.person_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .outerjoin(Progress, Progress.enrolment_id == Enrolment.id)
        .outerjoin(Lesson, and_(Lesson.version_id == Enrolment.version_id, Lesson.key == Progress.place))
        .where(Enrolment.course_id == of.id, _counts(), Person.state != "erased", scope.whom(viewer, of))
        .order_by(Progress.completed_at.is_not(None), Person.name, Enrolment.id)
        .offset((page - 1) * A_PAGE)
        .limit(A_PAGE + 1)
    )
    zone = viewer.zone
    return [Learning(*row[:8], _day(row[8], zone), _day(row[9], zone), row[10]) for row in found]  # type: ignore[call-arg]


def _day(moment: datetime | None, zone: str) -> date | None:
    return clock.day_of(moment, zone) if moment else None


def learner(viewer: Person, of: Course, place: UUID) -> Enrolment:
    """The open place of somebody else whom `viewer` may see on this course; raises NotFound."""
    found = db.session.scalar(
        select(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.uuid == place,
            Enrolment.course_id == of.id,
            Enrolment.ended_at.is_(None),
            scope.whom(viewer, of),
            Person.id != viewer.id,
        )
    )
    if found is None:
        raise errors.NotFound
    return found


def working_days_after(day: date, number: int) -> date:
    """The day that is `number` working days (Monday to Friday) after `day`."""
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < 5
    return day


@dataclass(frozen=True)
class Waiting:
    """A version that waits for somebody's decision."""

    version: CourseVersion
    since: datetime
    due: date
    """Three working days later: by when it should be decided."""
    read: bool
    """Whether a second person's yes is still missing."""
    minutes: bool
    """Whether the approval of its minutes is still missing."""
    mine: bool
    """Whether the viewer may give one of the two."""
    deciders: tuple[str, ...]
    """Who can approve the minutes, by name."""


def waiting(viewer: Person) -> list[Waiting]:
    """What waits for a decision among the courses of `viewer`'s studio, the longest waiting first."""
    versions = (
        db.session.scalars(
            select(CourseVersion)
            .join(Course, Course.id == CourseVersion.course_id)
            .where(CourseVersion.state == "review", scope.in_studio(viewer), Course.agency_id.is_not(None))
            .options(
                joinedload(CourseVersion.course),
                joinedload(CourseVersion.author),
                joinedload(CourseVersion.reviewed_by),
            )
            .order_by(CourseVersion.asked_at)
        )
        .unique()
        .all()
    )
    officers = _officers({v.course.agency_id for v in versions if v.course.agency_id})
    rows = []
    for one in versions:
        since = one.asked_at or one.created_at
        read, minutes = one.reviewed_at is None, one.minutes_approved is None
        mine = read and scope.may_review(viewer, one) or minutes and scope.may_approve_minutes(viewer, one)
        rows.append(
            Waiting(
                one,
                since,
                working_days_after(clock.day_of(since, viewer.zone), DAYS_TO_DECIDE),
                read,
                minutes,
                mine,
                officers.get(one.course.agency_id or 0, ()),
            )
        )
    return rows


def _officers(agencies: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The personnel officers of these agencies (unit ids), by name."""
    found: dict[int, tuple[str, ...]] = {}
    for unit_id, name in db.session.execute(
        select(RoleGrant.unit_id, Person.name)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == Role.AGENCY_HR,
            RoleGrant.unit_id.in_(agencies),
            Person.state == "active",
            in_force(RoleGrant, people.today()),
        )
        .order_by(Person.name)
    ):
        if unit_id is not None:
            found[unit_id] = (*found.get(unit_id, ()), name)
    return found


def officers_of(of: Course) -> tuple[str, ...]:
    """Who approves the minutes of its agency's courses, by name."""
    return _officers({of.agency_id}).get(of.agency_id, ()) if of.agency_id else ()


def waiting_count(viewer: Person) -> int:
    """How many versions wait for `viewer`'s own decision."""
    return sum(row.mine for row in waiting(viewer))


def find_by_slug(slug: str, agency: Unit) -> Course | None:
    """The agency's own course of this name."""
    return db.session.scalar(select(Course).where(Course.slug == slug, Course.agency_id == agency.id))
