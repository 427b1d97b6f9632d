"""Questions about questions: what is asked where, what was answered, and whether a test may be begun."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from lms.assessment import scoring
from lms.assessment.models import Attempt, AttemptAnswer, CheckAnswer, Question
from lms.core import clock, db, errors
from lms.enrolment.models import Enrolment

POSTTEST = "posttest"
PRETEST_MARK = 80
"""Per cent at which a pre-test skips its module."""
ATTEMPTS = 3
"""Attempts at a post-test before a wait."""
WAIT = timedelta(days=1)
"""The wait after them, counted from the last one that was sent."""


@dataclass(frozen=True)
class Standing:
    """How somebody stands with a test."""

    name: str
    questions: int
    pass_mark: int
    """Per cent."""
    used: int
    """Attempts sent so far."""
    left: int
    """Attempts that may still be begun now, the open one included."""
    opens_at: datetime | None
    """When the wait is over, while there is one."""
    passed: bool
    open: Attempt | None
    """The attempt under way."""
    last: Attempt | None
    """The one that was sent last."""


@dataclass(frozen=True)
class Line:
    """One question of a sent attempt."""

    question: Question
    answer: AttemptAnswer | None
    """None: it was left out."""
    result: scoring.Result


def questions(version_id: int, name: str) -> list[Question]:
    """The questions asked under `name` (a lesson's key, `pretest-1` or `posttest`), in order."""
    return list(
        db.session.scalars(
            select(Question).where(Question.version_id == version_id, Question.name == name).order_by(Question.number)
        )
    )


def question(version_id: int, name: str, key: str) -> Question:
    """The question `key` asked under `name`; raises NotFound."""
    found = db.session.scalar(
        select(Question).where(Question.version_id == version_id, Question.name == name, Question.key == key)
    )
    if found is None:
        raise errors.NotFound
    return found


def counts(version_id: int) -> dict[str, int]:
    """How many questions each lesson and test asks."""
    return dict(
        db.session.execute(
            select(Question.name, func.count()).where(Question.version_id == version_id).group_by(Question.name)
        ).all()
    )


def check_answers(enrolment: Enrolment, name: str) -> dict[int, CheckAnswer]:
    """The last answers to a lesson's check questions, by question id."""
    rows = db.session.scalars(
        select(CheckAnswer)
        .join(Question, Question.id == CheckAnswer.question_id)
        .where(CheckAnswer.enrolment_id == enrolment.id, Question.name == name)
    )
    return {row.question_id: row for row in rows}


def attempts(enrolment: Enrolment, name: str) -> list[Attempt]:
    """The attempts at a test in this place, the first one first."""
    return list(
        db.session.scalars(
            select(Attempt).where(Attempt.enrolment_id == enrolment.id, Attempt.name == name).order_by(Attempt.number)
        )
    )


def open_attempt(enrolment: Enrolment, name: str) -> Attempt:
    """The attempt under way; raises NotFound."""
    found = standing(enrolment, name).open
    if found is None:
        raise errors.NotFound
    return found


def attempt(uuid: UUID) -> Attempt:
    """The attempt with this id; raises NotFound."""
    found = db.session.scalar(select(Attempt).where(Attempt.uuid == uuid))
    if found is None:
        raise errors.NotFound
    return found


def standing(enrolment: Enrolment, name: str) -> Standing:
    """How `enrolment` stands with the test `name`; raises NotFound for one that the version does not have."""
    count = db.session.scalar(
        select(func.count())
        .select_from(Question)
        .where(Question.version_id == enrolment.version_id, Question.name == name, Question.purpose != "check")
    )
    if not count:
        raise errors.NotFound
    made = attempts(enrolment, name)
    sent = [a for a in made if a.submitted_at]
    running = next((a for a in made if a.submitted_at is None), None)
    passed = any(a.passed for a in sent)
    opens: datetime | None = None
    if name != POSTTEST:
        mark, left = PRETEST_MARK, 0 if sent else 1
    else:
        mark, left = enrolment.version.pass_mark, ATTEMPTS - len(sent) % ATTEMPTS
        last_at = sent[-1].submitted_at if sent else None
        if last_at and len(sent) % ATTEMPTS == 0 and running is None and last_at + WAIT > clock.now():
            opens = last_at + WAIT
        if passed or opens:
            left = 0
    return Standing(name, count, mark, len(sent), left, opens, passed, running, sent[-1] if sent else None)


def asked_in(attempt: Attempt) -> list[Question]:
    """The questions of an attempt in the order in which it asks them."""
    found = {q.id: q for q in db.session.scalars(select(Question).where(Question.id.in_(attempt.question_ids)))}
    return [found[i] for i in attempt.question_ids]


def answers_in(attempt: Attempt) -> dict[int, AttemptAnswer]:
    """What was answered in an attempt so far, by question id."""
    return {
        a.question_id: a
        for a in db.session.scalars(select(AttemptAnswer).where(AttemptAnswer.attempt_id == attempt.id))
    }


def lines_of(attempt: Attempt) -> list[Line]:
    """A sent attempt question by question. Where it was not passed, no line tells what would have been right."""
    answers = answers_in(attempt)
    return [
        Line(
            q,
            answers.get(q.id),
            scoring.result(q.type, q.answer, answers[q.id].response, tell=bool(attempt.passed))
            if q.id in answers
            else scoring.Result(False),
        )
        for q in asked_in(attempt)
    ]


@dataclass(frozen=True)
class Trouble:
    """A check question, and how its first answers went."""

    question: Question
    answered: int
    """By how many people."""
    right_first: int
    """How many of them were right at once."""


def trouble(version_id: int) -> list[Trouble]:
    """The check questions of a version, the one that is most often wrong at first before the others."""
    right = func.count().filter(CheckAnswer.first_correct.is_(True))
    rows = db.session.execute(
        select(Question, func.count(), right)
        .join(CheckAnswer, CheckAnswer.question_id == Question.id)
        .where(Question.version_id == version_id)
        .group_by(Question.id)
    )
    return sorted(
        (Trouble(q, n, first) for q, n, first in rows), key=lambda t: (t.right_first / t.answered, t.question.id)
    )
