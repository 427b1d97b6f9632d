"""What can happen while learning. Each writes statements, in the same transaction; progress follows from them."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.assessment import actions as assessment
from lms.assessment import queries as bank
from lms.assessment import scoring
from lms.assessment.models import Attempt, Question
from lms.catalogue import iris
from lms.core import audit, clock, db, errors, ids
from lms.delivery import queries, sessions, statements
from lms.delivery.errors import (
    AlreadyCompleted,
    LessonsFirst,
    NotThatPerson,
    OursToVoid,
    PlaceIsClosed,
    PretestIsOver,
    ReasonMissing,
    RegistrationIsClosed,
)
from lms.enrolment import queries as enrolments
from lms.enrolment.models import Enrolment
from lms.lrs import queries as stored
from lms.lrs import removal
from lms.lrs.events import StatementsArriving
from lms.people import erasing
from lms.people import queries as people
from lms.people.errors import ReasonNamesThem
from lms.people.events import PersonErased, SignedOut
from lms.people.models import Person, XapiAccount
from lms.progress import fold
from lms.progress import queries as progress
from lms.progress.events import CourseCompleted

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
METHODS = ("manual", "classroom")
LONGEST_NAME = 200


def open_lesson(enrolment: Enrolment, key: str) -> None:
    """They are in the lesson `key`; raises NotFound, PlaceIsClosed."""
    _must_be_open(enrolment)
    if sessions.lesson_of(enrolment, key) is None:
        raise errors.NotFound
    sessions.seen(enrolment, key)


def pause(enrolment: Enrolment) -> None:
    """They are between lessons: on a test's first page, or at a result."""
    _must_be_open(enrolment)
    sessions.seen(enrolment, None)


def answer_check(
    enrolment: Enrolment, lesson_key: str, question_key: str, response: Mapping[str, Any]
) -> scoring.Result:
    """The answer to a check question is kept, scored and told; a right one stays unless its statement was voided.

    When it is the last one that the lesson waits for, the time spent there is told before it, so that a completion
    which follows from it knows all active time. Raises AnswerIncomplete.
    """
    _must_be_open(enrolment)
    question = bank.question(enrolment.version_id, lesson_key, question_key)
    session = sessions.seen(enrolment, lesson_key)
    taken_back = queries.taken_back(enrolment, lesson_key)
    before = bank.check_answers(enrolment, lesson_key).get(question.id)
    settled = before is not None and before.correct and not taken_back
    result = assessment.check_answer(enrolment, question, response, again=taken_back)
    if settled:
        return result
    if result.correct and queries.all_right(enrolment, lesson_key):
        sessions.tell_experience(session, clock.now())
    lesson = sessions.lesson_of(enrolment, lesson_key)

    def answered(s: statements.Scene) -> statements.Statement:
        return _answered(
            s,
            question,
            response,
            result.correct,
            statements.lesson(s, lesson_key, lesson.title if lesson else lesson_key),
        )

    sessions.tell(enrolment, session.sessionid, [answered], clock.now() + timedelta(microseconds=1))
    return result


def begin_test(enrolment: Enrolment, name: str) -> Attempt:
    """An attempt is under way; raises LessonsFirst, PretestIsOver, TestIsPassed, TestRests, PretestIsOnce."""
    _must_be_open(enrolment)
    session = sessions.seen(enrolment, name)
    standing = bank.standing(enrolment, name)
    if standing.open is None and not standing.passed:
        refuse_early(enrolment, name)
    attempt = assessment.begin(enrolment, name)
    if standing.open is None:
        sessions.tell(
            enrolment,
            session.sessionid,
            [lambda s: statements.attempted(s, name)],
            clock.now() + timedelta(microseconds=3),
        )
    return attempt


def refuse_early(enrolment: Enrolment, name: str) -> None:
    """Raise LessonsFirst where lessons are open before the post-test, PretestIsOver where there is nothing to skip."""
    lessons = progress.folded(enrolment).lessons
    if name == bank.POSTTEST:
        if any(lesson.settled_at is None for lesson in lessons.values()):
            raise LessonsFirst
    elif all(lessons[key].settled_at for key in progress.shape_of(enrolment.version).skips.get(name, ())):
        raise PretestIsOver


def look_at_test(enrolment: Enrolment, name: str) -> Attempt:
    """They look at a question, or over their answers, of the attempt under way; raises NotFound where there is none."""
    _must_be_open(enrolment)
    attempt = bank.open_attempt(enrolment, name)
    sessions.seen(enrolment, name)
    return attempt


def keep(enrolment: Enrolment, name: str, question: Question, response: Mapping[str, Any]) -> None:
    """The answer is kept in the attempt under way; raises AnswerIncomplete, NotFound."""
    assessment.keep_answer(look_at_test(enrolment, name), question, response)


def send_test(enrolment: Enrolment, name: str) -> Attempt:
    """The attempt is scored and told: each answer, then passed or failed with score and time. Twice is once."""
    _must_be_open(enrolment)
    session = sessions.seen(enrolment, name)
    standing = bank.standing(enrolment, name)
    if standing.open is None:
        if standing.last is None:
            raise errors.NotFound
        session.place = None
        return standing.last
    attempt = standing.open
    lines = assessment.submit(attempt, standing.pass_mark)
    sessions.tell_experience(session, clock.now())
    session.place = None
    right, total, passed = sum(line.result.correct for line in lines), len(lines), bool(attempt.passed)
    seconds = queries.seconds_on(enrolment, name, attempt.started_at)
    told: list[sessions.Told] = [_line(line, name) for line in lines if line.answer]
    told.append(lambda s: statements.judged(s, name, right, total, passed, seconds))
    sessions.tell(enrolment, session.sessionid, told, clock.now() + timedelta(microseconds=1))
    return attempt


def _line(line: bank.Line, name: str) -> sessions.Told:
    response = line.answer.response if line.answer else {}
    return lambda s: _answered(s, line.question, response, line.result.correct, statements.test(s, name))


def _answered(
    s: statements.Scene, question: Question, response: Mapping[str, Any], correct: bool, parent: dict[str, Any]
) -> statements.Statement:
    name = " ".join(unescape(re.sub(r"<[^>]+>", " ", question.text_html)).split())
    name = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
    return statements.answered(
        s, question.key, question.type, name, scoring.xapi_response(question.type, response), correct, parent
    )


def stop_learning(event: SignedOut) -> None:
    """Every stretch of learning of who signed out is over."""
    sessions.end_all(event.person_id)


def forget(event: PersonErased) -> None:
    """What they were doing is over, what players kept for them is gone, and no statement by or of them names them."""
    sessions.end_all(event.person_id)
    accounts = db.session.scalars(select(XapiAccount).where(XapiAccount.person_id == event.person_id))
    actors = [{"account": {"homePage": one.home_page, "name": one.name}} for one in accounts]
    removal.forget(actors, erasing.words_of(people.person_by_id(event.person_id)))


def record_course_completed(event: CourseCompleted) -> None:
    """`completed` and `satisfied` stand in the store, each once for a place: consequences, which no fold reads back.

    Nothing more is said of somebody who was erased: there is no account left to say it of.
    """
    enrolment = enrolments.enrolment_by_id(event.enrolment_id)
    if enrolment.person.state == erasing.ERASED:
        return
    there = {
        s.verb
        for s in stored.of_registration(enrolment.registration)
        if not s.voided and s.activity == iris.course_iri(enrolment.course.uuid)
    }
    seconds = progress.folded(enrolment).active_seconds
    told: list[sessions.Told] = []
    if fold.COMPLETED not in there:
        told.append(lambda s: statements.completed(s, seconds))
    if statements.SATISFIED not in there:
        told.append(statements.satisfied)
    last = sessions.latest(enrolment)
    sessions.tell(enrolment, last.sessionid if last else ids.new(), told, clock.now() + timedelta(milliseconds=1))


def complete_by_hand(enrolment: Enrolment, by: Person | None, reason: str, on: date, method: str = "manual") -> str:
    """A statement of ours says that the course was completed on the day `on` (in the learner's zone), and who says so.

    `by` None is the command line; `method` is manual or classroom. Returns the statement's id. Raises ReasonMissing,
    AlreadyCompleted, ReasonNamesThem.
    """
    _must_be_open(enrolment)
    if not reason.strip() or method not in METHODS:
        raise ReasonMissing
    if erasing.names_them(reason, enrolment.person):
        raise ReasonNamesThem  # it stays in the log for good
    if progress.folded(enrolment).completed_at:
        raise AlreadyCompleted
    noon = clock.start_of(on, people.zone_on(enrolment.person, on)) + timedelta(hours=12)
    stating = people.actor(by) if by else None
    audit.note(
        "completion.stated",
        by=by.id if by else None,
        about=enrolment.person_id,
        subject=f"enrolment:{enrolment.uuid}",
        method=method,
        on=on.isoformat(),
        reason=reason.strip(),
    )
    return sessions.tell(
        enrolment, ids.new(), [lambda s: statements.stated(s, method, reason.strip(), stating)], min(noon, clock.now())
    )[0]


def check(event: StatementsArriving) -> None:
    """Refuse, before anything is stored, what a client may not say about a place of ours.

    Its actor must be the learner whose place the registration is (cmi5 9.2, 9.6.1), the place must be open, and what
    the product itself recorded cannot be voided from outside (cmi5 6.3). All else is stored, and earns nothing.
    """
    if event.credential.own:
        return
    for statement in event.statements:
        if statement["verb"]["id"] == VOIDED:
            target = stored.find(statement["object"]["id"])
            if target and target.own:
                raise OursToVoid(id=target.id)
        registration = (statement.get("context") or {}).get("registration")
        place = enrolments.by_registration(UUID(registration)) if registration else None
        if place is None:
            continue
        account = statement["actor"].get("account") or {}
        who = people.person_of(account.get("homePage", ""), account.get("name", "")) if account else None
        if who is None or who.id != place.person_id:
            raise NotThatPerson(registration=registration)
        if not place.open:
            raise RegistrationIsClosed(registration=registration)


def _must_be_open(enrolment: Enrolment) -> None:
    if not enrolment.open:
        raise PlaceIsClosed
