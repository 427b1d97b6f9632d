"""Where somebody is in a course, and what comes next."""

from dataclasses import dataclass
from datetime import datetime

from lms.assessment import queries as bank
from lms.catalogue import iris
from lms.catalogue.models import Lesson, Module
from lms.delivery import sessions
from lms.enrolment.models import Enrolment
from lms.lrs import queries as stored
from lms.progress import fold
from lms.progress import queries as progress
from lms.progress.fold import Folded

LESSON, TEST, DONE = "lesson", "test", "done"


@dataclass(frozen=True)
class Step:
    """Where to go: a lesson (its key), a test (its name), or the completion page."""

    kind: str
    """lesson, test or done."""
    name: str = ""
    title: str = ""
    minutes: int = 0


def next_step(enrolment: Enrolment, folded: Folded, after: str | None = None) -> Step:
    """What comes next: the first open lesson behind `after`, else the first open one, the post-test, or the end."""
    lessons = enrolment.version.lessons
    open_ones = [lesson for lesson in lessons if folded.lessons[lesson.key].settled_at is None and lesson.key != after]
    number = next((lesson.number for lesson in lessons if lesson.key == after), 0)
    behind = [lesson for lesson in open_ones if lesson.number > number]
    for lesson in behind or open_ones:
        return Step(LESSON, lesson.key, lesson.title, lesson.minutes)
    if folded.completed_at:
        return Step(DONE)
    if after and after in folded.lessons and folded.lessons[after].settled_at is None:
        here = sessions.lesson_of(enrolment, after)
        return Step(LESSON, after, here.title if here else "", here.minutes if here else 0)
    return Step(TEST, bank.POSTTEST, minutes=bank.counts(enrolment.version_id).get(bank.POSTTEST, 0))


def exact_place(enrolment: Enrolment, folded: Folded) -> Step:
    """Where they were: the test or the open lesson of the last stretch, else what comes next."""
    last = sessions.latest(enrolment)
    here = last.place if last else None
    if here and here not in folded.lessons and bank.standing(enrolment, here).open:
        return Step(TEST, here)
    if not folded.completed_at:
        here = here if here in folded.lessons else folded.place
        if here and folded.lessons[here].settled_at is None:
            lesson = sessions.lesson_of(enrolment, here)
            return Step(LESSON, here, lesson.title if lesson else "", lesson.minutes if lesson else 0)
    return next_step(enrolment, folded, here if here in folded.lessons else None)


def minutes_left(enrolment: Enrolment, folded: Folded) -> int:
    """The minutes of the lessons that are open, and one for each question of a post-test that is not passed."""
    lessons = sum(
        lesson.minutes for lesson in enrolment.version.lessons if folded.lessons[lesson.key].settled_at is None
    )
    return lessons + (
        0 if folded.passed or folded.completed_at else bank.counts(enrolment.version_id).get(bank.POSTTEST, 0)
    )


def pretest_offer(enrolment: Enrolment, folded: Folded, lesson: Lesson) -> bank.Standing | None:
    """The pre-test offered at `lesson`, the first of a module of which nothing is settled, while it was not sent."""
    module: Module = lesson.module
    if not module.pretest or lesson.key != module.lessons[0].key:
        return None
    if any(folded.lessons[one.key].settled_at for one in module.lessons):
        return None
    standing = bank.standing(enrolment, module.pretest)
    return standing if standing.left else None


def reread(enrolment: Enrolment, lines: list[bank.Line]) -> list[Lesson]:
    """The lessons to read again after a test, in course order."""
    keys = {line.question.lesson_key for line in lines if not line.result.correct}
    return [lesson for lesson in enrolment.version.lessons if lesson.key in keys]


def all_right(enrolment: Enrolment, lesson_key: str) -> bool:
    """Whether the last answers to all check questions of the lesson are right."""
    answers = bank.check_answers(enrolment, lesson_key)
    return all(q.id in answers and answers[q.id].correct for q in bank.questions(enrolment.version_id, lesson_key))


def taken_back(enrolment: Enrolment, lesson_key: str, folded: Folded | None = None) -> bool:
    """Whether all answers are right and the lesson is open all the same: a statement was voided; they answer again."""
    if not all_right(enrolment, lesson_key):
        return False
    return (folded or progress.folded(enrolment)).lessons[lesson_key].settled_at is None


def seconds_on(enrolment: Enrolment, name: str, since: datetime) -> float:
    """The active seconds told about the test `name` since then."""
    iri = iris.test_iri(enrolment.course.uuid, name)
    return sum(
        fold.seconds_of(s.body["result"]["duration"])
        for s in stored.of_registration(enrolment.registration)
        if s.verb == fold.EXPERIENCED and s.activity == iri and s.timestamp >= since and not s.voided
    )
