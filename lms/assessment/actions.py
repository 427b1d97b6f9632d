"""What can happen with questions: a version's are taken in, checks answered, tests begun, kept and sent."""

from collections.abc import Mapping
from functools import partial
from hashlib import blake2s
from html import unescape
from re import sub
from typing import Any

from sqlalchemy import delete, select

from lms.assessment import queries, scoring, showing
from lms.assessment.errors import INCOMPLETE, AttemptIsSent, PretestIsOnce, TestIsPassed, TestRests
from lms.assessment.models import Attempt, AttemptAnswer, CheckAnswer, Question
from lms.catalogue import media
from lms.catalogue import queries as catalogue
from lms.catalogue.events import VersionImported
from lms.catalogue.models import CourseVersion
from lms.competency import queries as competencies
from lms.content import prose
from lms.content.formats import native
from lms.content.source import QuestionSource
from lms.core import clock, db, errors, striking, texts
from lms.enrolment.models import Enrolment
from lms.people import erasing
from lms.people import queries as people
from lms.people.events import PersonErased


def take_questions(event: VersionImported) -> None:
    """The bank holds the questions of the version, and no others of it."""
    version = db.session.get(CourseVersion, event.version_id)
    if version is None:
        raise errors.NotFound
    source = native.read(catalogue.files_of(version))
    address = partial(media.address, version.uuid)
    db.session.execute(delete(Question).where(Question.version_id == version.id))
    for one in source.questions:
        competency = competencies.find_by_code(one.competency, version.course.agency)
        shown, key = parts_of(one)
        db.session.add(
            Question(
                version_id=version.id,
                key=one.id,
                type=one.type,
                purpose=one.purpose,
                name=one.name,
                number=one.number,
                lesson_key=one.lesson,
                competency_id=competency.id if competency else None,
                level=one.level,
                text_html=prose.html(one.text, address),
                shown=shown,
                answer=key,
            )
        )
    db.session.flush()


def parts_of(one: QuestionSource) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the learner sees of a question, and its key (see `scoring`); the parts' ids are hashes, sorted."""

    def part(kind: str, markdown: str) -> dict[str, str]:
        line = prose.line(markdown)
        digest = blake2s(f"{one.id}\0{kind}\0{markdown}".encode(), digest_size=6).hexdigest()
        return {"id": digest, "html": line, "text": unescape(sub(r"<[^>]+>", "", line))}

    def by_id(parts: list[dict[str, str]]) -> list[dict[str, str]]:
        return sorted(parts, key=lambda p: p["id"])

    feedback = {"right": prose.line(one.right), "wrong": prose.line(one.wrong)}
    if one.type in ("single", "multiple"):
        options = [part("option", o.text) for o in one.options]
        told = list(zip(options, one.options, strict=True))
        return {"options": by_id(options)}, {
            "right": sorted(p["id"] for p, o in told if o.correct),
            "feedback": {p["id"]: prose.line(o.feedback) for p, o in told},
        }
    if one.type == "true_false":
        return {"options": [{"id": "true"}, {"id": "false"}]}, {
            "right": ["true" if one.answer else "false"],
            "feedback": feedback,
        }
    if one.type == "matching":
        pairs = [(part("left", left), part("right", right)) for left, right in one.pairs]
        rights = {right["id"]: right for _left, right in pairs}
        return (
            {"left": by_id([left for left, _right in pairs]), "right": by_id(list(rights.values()))},
            {"pairs": {left["id"]: right["id"] for left, right in pairs}, "feedback": feedback},
        )
    if one.type == "ordering":
        items = [part("item", text) for text in one.items]
        return {"items": by_id(items)}, {"items": [p["id"] for p in items], "feedback": feedback}
    if one.type == "short_text":
        return {}, {"accept": list(one.accept), "feedback": feedback}
    return {"unit": one.unit}, {
        "value": str(one.answer),
        "tolerance": str(one.tolerance),
        "unit": one.unit,
        "feedback": feedback,
    }


def check_answer(
    enrolment: Enrolment, question: Question, response: Mapping[str, Any], again: bool = False
) -> scoring.Result:
    """The answer to a check question is kept, and scored. One that was right stays, unless it is asked for `again`."""
    _refuse_partial(question, response)
    row = db.session.scalar(
        select(CheckAnswer)
        .where(CheckAnswer.enrolment_id == enrolment.id, CheckAnswer.question_id == question.id)
        .with_for_update()
    )
    if row and row.correct and not again:
        return scoring.result(question.type, question.answer, row.response)
    result = scoring.result(question.type, question.answer, response)
    if row is None:
        row = CheckAnswer(enrolment_id=enrolment.id, question_id=question.id, first_correct=result.correct, tries=0)
        db.session.add(row)
    row.response, row.correct, row.tries, row.answered_at = dict(response), result.correct, row.tries + 1, clock.now()
    db.session.flush()
    return result


def begin(enrolment: Enrolment, name: str) -> Attempt:
    """An attempt at the test is under way: the open one, else a new one where one is left."""
    standing = queries.standing(enrolment, name)
    if standing.open:
        return standing.open
    if standing.passed:
        raise TestIsPassed
    if standing.opens_at:
        raise TestRests(when=texts.moment(standing.opens_at, enrolment.person.zone))
    if not standing.left:
        raise PretestIsOnce
    attempt = Attempt(
        enrolment_id=enrolment.id,
        name=name,
        number=standing.used + 1,
        question_ids=[],
        orders={},
        started_at=clock.now(),
    )
    db.session.add(attempt)
    db.session.flush()
    asked = queries.questions(enrolment.version_id, name)
    attempt.question_ids = [q.id for q in asked]
    attempt.orders = {str(q.id): showing.orders_of(q, attempt.uuid) for q in asked}
    db.session.flush()
    return attempt


def keep_answer(attempt: Attempt, question: Question, response: Mapping[str, Any]) -> None:
    """The answer is kept in place of the one before; raises AttemptIsSent, AnswerIncomplete."""
    attempt = _locked(attempt)
    if question.id not in attempt.question_ids:
        raise errors.NotFound
    _refuse_partial(question, response)
    row = db.session.scalar(
        select(AttemptAnswer).where(AttemptAnswer.attempt_id == attempt.id, AttemptAnswer.question_id == question.id)
    )
    if row is None:
        row = AttemptAnswer(attempt_id=attempt.id, question_id=question.id)
        db.session.add(row)
    row.response, row.kept_at = dict(response), clock.now()
    db.session.flush()


def submit(attempt: Attempt, pass_mark: int) -> list[queries.Line]:
    """The attempt is closed and scored; what was left out is not right. `pass_mark` in per cent."""
    attempt = _locked(attempt)
    asked, answers = queries.asked_in(attempt), queries.answers_in(attempt)
    for q in asked:
        if q.id in answers:
            answers[q.id].correct = scoring.score(q.type, q.answer, answers[q.id].response).correct
    right = sum(bool(a.correct) for a in answers.values())
    attempt.scaled = 100 * right // len(asked)
    attempt.passed = attempt.scaled >= pass_mark
    attempt.submitted_at = clock.now()
    db.session.flush()
    return queries.lines_of(attempt)


def _locked(attempt: Attempt) -> Attempt:
    found = db.session.scalar(
        select(Attempt).where(Attempt.id == attempt.id).with_for_update().execution_options(populate_existing=True)
    )
    if found is None or found.submitted_at is not None:
        raise AttemptIsSent
    return found


def _refuse_partial(question: Question, response: Mapping[str, Any]) -> None:
    if not scoring.readable(question.type, question.shown, response):
        raise INCOMPLETE[question.type]


def forget(event: PersonErased) -> None:
    """No answer in their own words names them; whether it was right stays as it is."""
    words = erasing.words_of(people.person_by_id(event.person_id))
    places = select(Enrolment.id).where(Enrolment.person_id == event.person_id)
    answers: list[AttemptAnswer | CheckAnswer] = [
        *db.session.scalars(select(AttemptAnswer).join(Attempt).where(Attempt.enrolment_id.in_(places))),
        *db.session.scalars(select(CheckAnswer).where(CheckAnswer.enrolment_id.in_(places))),
    ]
    for one in answers:
        if "text" in one.response:
            one.response = {**one.response, "text": striking.struck(one.response["text"], words)}
