"""The player: lessons with their check questions, and tests. Every page works without JavaScript."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, g, request, url_for
from werkzeug.wrappers import Response

from lms.assessment import forms, scoring, showing
from lms.assessment import queries as bank
from lms.assessment.errors import AnswerIncomplete, AttemptIsSent
from lms.assessment.models import Attempt
from lms.catalogue.models import Lesson
from lms.core import db, errors, pages
from lms.core.access import requires
from lms.core.permissions import Permission
from lms.core.texts import _
from lms.delivery import actions, queries, sessions
from lms.enrolment import queries as enrolments
from lms.enrolment.models import Enrolment
from lms.progress import queries as progress

bp = Blueprint("delivery", __name__)


@dataclass(frozen=True)
class Check:
    """A check question on a lesson's page."""

    asked: showing.Asked
    result: scoring.Result | None
    """What to say about the last answer."""
    done: bool
    error: str | None = None


def _go_to(enrolment: Enrolment, step: queries.Step) -> str:
    if step.kind == queries.LESSON:
        return url_for("delivery.lesson", place=enrolment.uuid, key=step.name)
    if step.kind == queries.TEST:
        return url_for("delivery.test", place=enrolment.uuid, name=step.name)
    return url_for("home.done", place=enrolment.uuid)


@bp.get("/learn/<uuid:place>/")
@requires(Permission.LEARN)
def resume(place: UUID) -> Response:
    """Go to the exact place: the question of a test under way, the open lesson, or what comes next."""
    enrolment = enrolments.enrolment(place, g.person)
    step = queries.exact_place(enrolment, progress.folded(enrolment))
    if step.kind == queries.TEST and (running := bank.standing(enrolment, step.name).open):
        return pages.go(_first_open(enrolment, running))
    return pages.go(_go_to(enrolment, step))


def _first_open(enrolment: Enrolment, attempt: Attempt) -> str:
    answers = bank.answers_in(attempt)
    for number, question_id in enumerate(attempt.question_ids, 1):
        if question_id not in answers:
            return url_for("delivery.question", place=enrolment.uuid, name=attempt.name, number=number)
    return url_for("delivery.review", place=enrolment.uuid, name=attempt.name)


def _lesson_page(
    enrolment: Enrolment,
    lesson: Lesson,
    only: str | None = None,
    picked: dict[str, Any] | None = None,
    error: str | None = None,
    status: int = 200,
) -> Response:
    """The page of a lesson; `only` names the question just answered, with what was `picked` if it was refused."""
    folded = progress.folded(enrolment)
    again = queries.taken_back(enrolment, lesson.key, folded)
    answers, checks = bank.check_answers(enrolment, lesson.key), []
    for q in bank.questions(enrolment.version_id, lesson.key):
        row, refused = answers.get(q.id), error is not None and q.key == only
        given = picked if refused else row.response if row else None
        result = scoring.result(q.type, q.answer, row.response) if row and not refused and not again else None
        checks.append(
            Check(
                showing.asked(q, showing.orders_of(q, enrolment.uuid), given),
                result,
                bool(row and row.correct and not again),
                error if refused else None,
            )
        )
    step = queries.next_step(enrolment, folded, lesson.key)
    return pages.render(
        "delivery/lesson.html",
        partial="delivery/_check.html",
        status=200 if pages.wants_part() else status,
        enrolment=enrolment,
        lesson=lesson,
        checks=checks,
        check=next((c for c in checks if c.asked.key == only), None),
        settled=folded.lessons[lesson.key],
        again=again,
        folded=folded,
        step=step,
        onward=_go_to(enrolment, step),
        left=queries.minutes_left(enrolment, folded),
        offer=queries.pretest_offer(enrolment, folded, lesson),
    )


@bp.get("/learn/<uuid:place>/lessons/<key>")
@requires(Permission.LEARN)
def lesson(place: UUID, key: str) -> Response:
    """One lesson: aim, text, check questions, what to do tomorrow, sources."""
    with db.transaction():
        enrolment = enrolments.enrolment(place, g.person)
        actions.open_lesson(enrolment, key)
    return _lesson_page(enrolment, _lesson(enrolment, key))


def _lesson(enrolment: Enrolment, key: str) -> Lesson:
    found = sessions.lesson_of(enrolment, key)
    if found is None:
        raise errors.NotFound
    return found


@bp.post("/learn/<uuid:place>/lessons/<key>/<question>")
@requires(Permission.LEARN)
def check(place: UUID, key: str, question: str) -> Response:
    """Answer a check question: the feedback stands on the page at once."""
    enrolment = enrolments.enrolment(place, g.person)
    asked = bank.question(enrolment.version_id, key, question)
    picked = forms.picked(asked.type, asked.shown, request.form)
    try:
        with db.transaction():
            enrolment = enrolments.enrolment(place, g.person)
            actions.answer_check(enrolment, key, question, picked)
    except AnswerIncomplete as problem:
        return _lesson_page(enrolment, _lesson(enrolment, key), question, picked, _(problem.says), 400)
    if pages.wants_part():
        return _lesson_page(enrolment, _lesson(enrolment, key), question)
    return pages.go(url_for("delivery.lesson", place=place, key=key) + f"#q-{question}")


@bp.get("/learn/<uuid:place>/tests/<name>")
@requires(Permission.LEARN)
def test(place: UUID, name: str) -> Response:
    """Before a test: how many questions, minutes, the pass mark, attempts left."""
    with db.transaction():
        enrolment = enrolments.enrolment(place, g.person)
        standing = bank.standing(enrolment, name)
        actions.pause(enrolment)
    folded = progress.folded(enrolment)
    module = next((m for m in enrolment.version.modules if m.pretest == name), None)
    waits = [] if module else [one for one in enrolment.version.lessons if folded.lessons[one.key].settled_at is None]
    over = module is not None and all(folded.lessons[one.key].settled_at for one in module.lessons)
    step = queries.next_step(enrolment, folded)
    return pages.render(
        "delivery/test.html",
        enrolment=enrolment,
        standing=standing,
        module=module,
        waits=waits,
        over=over,
        folded=folded,
        step=step,
        onward=_go_to(enrolment, step),
    )


@bp.post("/learn/<uuid:place>/tests/<name>")
@requires(Permission.LEARN)
def begin(place: UUID, name: str) -> Response:
    """Begin a test, or go on with the attempt under way."""
    with db.transaction():
        enrolment = enrolments.enrolment(place, g.person)
        attempt = actions.begin_test(enrolment, name)
    return pages.go(_first_open(enrolment, attempt))


def _question_page(
    enrolment: Enrolment, attempt: Attempt, number: int, picked: dict[str, Any] | None = None, error: str | None = None
) -> Response:
    if not 1 <= number <= len(attempt.question_ids):
        raise errors.NotFound
    asked, answers = bank.asked_in(attempt)[number - 1], bank.answers_in(attempt)
    given = picked if picked is not None else answers[asked.id].response if asked.id in answers else None
    return pages.render(
        "delivery/question.html",
        status=400 if error else 200,
        enrolment=enrolment,
        attempt=attempt,
        number=number,
        total=len(attempt.question_ids),
        kept=len(answers),
        error=error,
        is_kept=asked.id in answers and picked is None,
        asked=showing.asked(asked, attempt.orders[str(asked.id)], given, number),
    )


@bp.get("/learn/<uuid:place>/tests/<name>/<int:number>")
@requires(Permission.LEARN)
def question(place: UUID, name: str, number: int) -> Response:
    """One question of a test."""
    enrolment = enrolments.enrolment(place, g.person)
    if bank.standing(enrolment, name).open is None:
        return pages.go(url_for("delivery.test", place=place, name=name))
    with db.transaction():
        enrolment = enrolments.enrolment(place, g.person)
        attempt = actions.look_at_test(enrolment, name)
    return _question_page(enrolment, attempt, number)


@bp.post("/learn/<uuid:place>/tests/<name>/<int:number>")
@requires(Permission.LEARN)
def keep(place: UUID, name: str, number: int) -> Response:
    """Keep an answer at once, and go on to the next question, or to the review after the last one."""
    enrolment = enrolments.enrolment(place, g.person)
    attempt = bank.standing(enrolment, name).open
    if attempt is None:
        return _after_sending(place, name)
    if not 1 <= number <= len(attempt.question_ids):
        raise errors.NotFound
    asked = bank.asked_in(attempt)[number - 1]
    picked = forms.picked(asked.type, asked.shown, request.form)
    back = request.form.get("then") == "back"
    if not (forms.is_empty(picked) and (back or request.form.get("then") == "skip")):
        try:
            with db.transaction():
                enrolment = enrolments.enrolment(place, g.person)
                actions.keep(enrolment, name, asked, picked)
        except AttemptIsSent:
            return _after_sending(place, name)
        except AnswerIncomplete as problem:
            enrolment = enrolments.enrolment(place, g.person)
            return _question_page(enrolment, bank.open_attempt(enrolment, name), number, picked, _(problem.says))
    if back and number > 1:
        return pages.go(url_for("delivery.question", place=place, name=name, number=number - 1))
    if number == len(attempt.question_ids) or request.form.get("then") == "review":
        return pages.go(url_for("delivery.review", place=place, name=name))
    return pages.go(url_for("delivery.question", place=place, name=name, number=number + 1))


def _after_sending(place: UUID, name: str) -> Response:
    return pages.go(url_for("delivery.result", place=place, name=name))


@bp.get("/learn/<uuid:place>/tests/<name>/review")
@requires(Permission.LEARN)
def review(place: UUID, name: str) -> Response:
    """Look over the answers before they are sent."""
    enrolment = enrolments.enrolment(place, g.person)
    if bank.standing(enrolment, name).open is None:
        return pages.go(url_for("delivery.test", place=place, name=name))
    with db.transaction():
        enrolment = enrolments.enrolment(place, g.person)
        attempt = actions.look_at_test(enrolment, name)
    answers = bank.answers_in(attempt)
    asked = [
        (
            n,
            showing.asked(q, attempt.orders[str(q.id)], answers[q.id].response if q.id in answers else None, n),
            q.id in answers,
        )
        for n, q in enumerate(bank.asked_in(attempt), 1)
    ]
    return pages.render(
        "delivery/review.html", enrolment=enrolment, attempt=attempt, asked=asked, missing=len(asked) - len(answers)
    )


@bp.post("/learn/<uuid:place>/tests/<name>/send")
@requires(Permission.LEARN)
def send(place: UUID, name: str) -> Response:
    """Send the answers. A passed post-test that completes the course leads to the completion page."""
    with db.transaction():
        enrolment = enrolments.enrolment(place, g.person)
        attempt = actions.send_test(enrolment, name)
    if attempt.passed and name == bank.POSTTEST and progress.folded(enrolment).completed_at:
        return pages.go(url_for("home.done", place=place))
    return _after_sending(place, name)


@bp.get("/learn/<uuid:place>/tests/<name>/result")
@requires(Permission.LEARN)
def result(place: UUID, name: str) -> Response:
    """After a test: the score, why, and which lessons to read again; never what would have been right."""
    enrolment = enrolments.enrolment(place, g.person)
    standing = bank.standing(enrolment, name)
    if standing.last is None:
        return pages.go(url_for("delivery.test", place=place, name=name))
    lines = bank.lines_of(standing.last)
    folded = progress.folded(enrolment)
    module = next((m for m in enrolment.version.modules if m.pretest == name), None)
    again = queries.reread(enrolment, lines)
    step = queries.next_step(enrolment, folded)
    return pages.render(
        "delivery/result.html",
        enrolment=enrolment,
        standing=standing,
        attempt=standing.last,
        module=module,
        lines=[
            (
                n,
                showing.asked(line.question, standing.last.orders[str(line.question.id)], number=n),
                line,
                sessions.lesson_of(enrolment, line.question.lesson_key),
            )
            for n, line in enumerate(lines, 1)
        ],
        wrong=sum(not line.result.correct for line in lines),
        again=again,
        minutes=sum(one.minutes for one in again),
        folded=folded,
        step=step,
        onward=_go_to(enrolment, step),
    )
