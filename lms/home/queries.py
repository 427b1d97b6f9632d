"""Questions of the learner's own pages: what comes next, what a course offers me, what closes a gap of mine."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from lms.assessment.models import Attempt, Question
from lms.assessment.queries import POSTTEST
from lms.catalogue import queries as catalogue
from lms.catalogue.models import Course, CourseVersion, Lesson, Module, Outcome
from lms.competency.models import Competency
from lms.core import db, errors
from lms.delivery.models import LearningSession
from lms.enrolment.models import Enrolment
from lms.home.models import ActionPlan, Reaction
from lms.home.shapes import BEGUN, FINISHED, Gap, Next, Offer, Place, Promise, Stage, Step
from lms.hours.models import HoursEntry
from lms.people import queries as people
from lms.people.models import Person
from lms.progress.models import LessonProgress, Progress
from lms.records import queries as records


def gaps_of(person: Person) -> dict[int, Gap]:
    """What my position asks for and is not on record, by competency."""
    return {
        row.competency.id: Gap(row.competency.id, row.competency.name, row.have, row.need)
        for row in records.profile(person)
        if row.need > row.have
    }


def places_of(person: Person) -> dict[int, Place]:
    """My places by course: the open one, else the newest finished one."""
    rows: Sequence[Any] = db.session.execute(
        select(
            Enrolment.id,
            Enrolment.uuid,
            Enrolment.course_id,
            Enrolment.version_id,
            CourseVersion.title,
            Enrolment.registration,
            Enrolment.created_at,
            func.coalesce(Progress.lessons_done, 0),
            func.coalesce(Progress.lessons_total, 0),
            Progress.place,
            Progress.last_at,
            Progress.completed_at,
        )
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .outerjoin(Progress, Progress.enrolment_id == Enrolment.id)
        .where(Enrolment.person_id == person.id, Enrolment.ended_at.is_(None) | Progress.completed_at.is_not(None))
        .order_by(Enrolment.ended_at.is_not(None).desc(), Enrolment.created_at)
    ).all()
    return {row.course_id: Place(*row) for row in rows}


def offers(person: Person, q: str = "") -> list[Offer]:
    """The courses that are open to `person` (those that fit `q`): begun ones, then what closes a gap of theirs, then
    the others; finished ones last."""
    states = {BEGUN: 0, "": 1, FINISHED: 2}
    return sorted(
        _offers(person, catalogue.open_courses(person, q=q or None)),
        key=lambda offer: (states[offer.place.state if offer.place else ""], not offer.closes, offer.version.title),
    )


def offer(person: Person, course: Course, version: CourseVersion) -> Offer:
    """One course as it looks to `person`, in the version that they learn or would begin."""
    return _offers(person, [course], {course.id: version})[0]


def _offers(person: Person, courses: Iterable[Course], versions: dict[int, CourseVersion] | None = None) -> list[Offer]:
    versions = versions or {course.id: course.version for course in courses if course.version}
    numbers = [version.id for version in versions.values()]
    if not numbers:
        return []
    gaps, places = gaps_of(person), places_of(person)
    sums = {
        version_id: (octets, count)
        for version_id, octets, count in db.session.execute(
            select(Lesson.version_id, func.sum(Lesson.octets), func.count())
            .where(Lesson.version_id.in_(numbers))
            .group_by(Lesson.version_id)
        )
    }
    promises: dict[int, list[Promise]] = defaultdict(list)
    for outcome, name in db.session.execute(
        select(Outcome, Competency.name)
        .join(Competency, Competency.id == Outcome.competency_id)
        .where(Outcome.version_id.in_(numbers))
        .order_by(Outcome.id)
    ):
        gap = gaps.get(outcome.competency_id)
        closes = gap is not None and gap.have < outcome.level
        promises[outcome.version_id].append(
            Promise(outcome.competency_id, name, outcome.level, outcome.can, gap.need if gap else 0, closes)
        )
    found = []
    for course in courses:
        if course.id in versions:
            version = versions[course.id]
            octets, lessons = sums.get(version.id, (0, 0))
            found.append(Offer(course, version, octets, lessons, promises[version.id], places.get(course.id)))
    return found


def steps_of(version_id: int, registration: UUID | None) -> list[Step]:
    """The lessons of a version, with what is settled or skipped in the place of `registration`."""
    rows = db.session.execute(
        select(
            Lesson.key,
            Lesson.number,
            Lesson.module_id,
            Lesson.title,
            Lesson.minutes,
            Lesson.octets,
            LessonProgress.settled_at,
            func.coalesce(LessonProgress.skipped, False),
        )
        .outerjoin(
            LessonProgress, (LessonProgress.lesson_key == Lesson.key) & (LessonProgress.registration == registration)
        )
        .where(Lesson.version_id == version_id)
        .order_by(Lesson.number)
    )
    return [Step(*row) for row in rows]


def stages_of(version_id: int, place: Place | None, asked: dict[str, int]) -> list[Stage]:
    """The modules of a version with their lessons and pre-tests; `asked` is how many questions each test asks."""
    in_module: dict[int, list[Step]] = defaultdict(list)
    for step in steps_of(version_id, place.registration if place else None):
        in_module[step.module_id].append(step)
    sent = select(Attempt.name, Attempt.scaled).where(
        Attempt.enrolment_id == (place.enrolment_id if place else None), Attempt.submitted_at.is_not(None)
    )
    scores = dict(db.session.execute(sent).all()) if place else {}
    modules = select(Module).where(Module.version_id == version_id).order_by(Module.number)
    return [
        Stage(
            module.number,
            module.title,
            module.pretest,
            asked.get(module.pretest or "", 0),
            scores.get(module.pretest or ""),
            in_module[module.id],
        )
        for module in db.session.scalars(modules)
    ]


def next_thing(person: Person, places: dict[int, Place]) -> Next | None:
    """Where `person` goes on: the unfinished place with the newest event; None when nothing is begun."""
    begun = [place for place in places.values() if place.state == BEGUN]
    if not begun:
        return None
    place = max(begun, key=lambda one: one.last_at or one.begun_at)
    steps = steps_of(place.version_id, place.registration)
    left = [step for step in steps if step.settled_at is None]
    seen, asked = db.session.execute(
        select(
            select(LearningSession.place)
            .where(LearningSession.enrolment_id == place.enrolment_id)
            .order_by(LearningSession.id.desc())
            .limit(1)
            .scalar_subquery(),
            select(func.count())
            .select_from(Question)
            .where(Question.version_id == place.version_id, Question.purpose == POSTTEST)
            .scalar_subquery(),
        )
    ).one()
    step, test = _exact_place(place, steps, left, seen)
    return Next(
        place, step, test, sum(one.minutes for one in left) + asked, sum(one.octets for one in left), len(steps)
    )


def _exact_place(place: Place, steps: list[Step], left: list[Step], seen: str | None) -> tuple[Step | None, str]:
    """Where delivery.resume leads: the open lesson or test that they were `seen` in last, else the next open lesson,
    else the post-test."""
    numbers = {step.key: step.number for step in steps}
    if (
        seen
        and seen not in numbers
        and db.session.scalar(
            select(Attempt.id).where(
                Attempt.enrolment_id == place.enrolment_id, Attempt.name == seen, Attempt.submitted_at.is_(None)
            )
        )
    ):
        return None, seen
    at = seen if seen in numbers else place.at
    here = next((step for step in left if step.key == at), None)
    behind = next((step for step in left if step.number > numbers.get(at or "", 0)), None)
    step = here or behind or next(iter(left), None)
    return step, "" if step else POSTTEST


def recommended(person: Person, offers: list[Offer]) -> tuple[Offer, Promise | None] | None:
    """What to begin with: the course that closes most gaps, with the first of them; else the shortest; else None."""
    fresh = [offer for offer in offers if offer.place is None]
    if not fresh:
        return None
    best = max(fresh, key=lambda offer: (len(offer.closes), -offer.version.minutes_computed))
    return best, next(iter(best.closes), None)


def course_for(person: Person, slug: str) -> Course:
    """The course of this name that is open to `person`, or on which they have (or had) a place; raises NotFound."""
    found = catalogue.find_course(slug, people.agency_of(person))
    if found is None:
        raise errors.NotFound
    held = select(Enrolment.id).where(Enrolment.person_id == person.id, Enrolment.course_id == found.id).limit(1)
    if not found.open and db.session.scalar(held) is None:
        raise errors.NotFound
    return found


def plan_of(enrolment: Enrolment) -> ActionPlan | None:
    """The action plan that was written in this place."""
    return db.session.scalar(select(ActionPlan).where(ActionPlan.enrolment_id == enrolment.id))


def has_reacted(enrolment: Enrolment) -> bool:
    """Whether this place has answered the questionnaire."""
    return db.session.scalar(select(Reaction.id).where(Reaction.enrolment_id == enrolment.id)) is not None


def years_of(person: Person, this_year: int) -> list[int]:
    """The years in which `person` has rows in the hours ledger, and this one; the newest first."""
    first, last = db.session.execute(
        select(func.min(HoursEntry.day), func.max(HoursEntry.day)).where(HoursEntry.person_id == person.id)
    ).one()
    years = set(range(first.year, last.year + 1)) if first else set()
    return sorted(years | {this_year}, reverse=True)
