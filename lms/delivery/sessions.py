"""Stretches of learning: opened by a sign of life in a place, counted while they go on, ended by sign-out or silence.

Active time is the sum of the gaps between two signs of life (a page opened, an answer), each cut off at twice the
minutes of the lesson or test in which it passed: who leaves the phone on the desk learns no longer for it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from lms.assessment.models import Question
from lms.catalogue.models import Lesson
from lms.core import clock, db, ids, jobs
from lms.delivery import statements
from lms.delivery.models import LearningSession
from lms.enrolment.models import Enrolment
from lms.lrs import actions as lrs
from lms.people import queries as people

IDLE = timedelta(minutes=30)
"""Without a sign of life for so long, a stretch is over."""
GENEROUS = 2
"""How many times the minutes of a place a single gap may count."""

Told = Callable[[statements.Scene], statements.Statement]


def scene(enrolment: Enrolment, sessionid: UUID, at: datetime) -> statements.Scene:
    """What every statement about this place needs."""
    return statements.Scene(
        people.actor(enrolment.person),
        enrolment.registration,
        enrolment.course.uuid,
        enrolment.version.title,
        enrolment.version.language,
        sessionid,
        at,
    )


def tell(enrolment: Enrolment, sessionid: UUID, told: list[Told], at: datetime | None = None) -> list[str]:
    """The store holds these statements of ours, a microsecond apart so that their order shows; returns their ids."""
    at = at or clock.now()
    made = [
        {"id": str(ids.for_statement()), **one(scene(enrolment, sessionid, at + timedelta(microseconds=n)))}
        for n, one in enumerate(told)
    ]
    return lrs.store(made) if made else []


def lesson_of(enrolment: Enrolment, key: str) -> Lesson | None:
    """The lesson `key` of the version that they learn."""
    return next((lesson for lesson in enrolment.version.lessons if lesson.key == key), None)


def seen(enrolment: Enrolment, place: str | None) -> LearningSession:
    """They gave a sign of life at `place` (a lesson's key, a test's name, or None: between them)."""
    now = clock.now()
    db.session.execute(select(Enrolment.id).where(Enrolment.id == enrolment.id).with_for_update())
    session = current(enrolment)
    if session and now - session.last_seen_at > IDLE:
        end(session, session.last_seen_at)
        session = None
    if session is None:
        session = LearningSession(
            enrolment=enrolment, started_at=now, last_seen_at=now, place=place, place_seconds=0, active_seconds=0
        )
        db.session.add(session)
        db.session.flush()
        tell(enrolment, session.sessionid, [statements.launched, statements.initialized], now)
        jobs.enqueue("delivery.end_idle", {"sessionid": str(session.sessionid)}, due=now + IDLE)
        return session
    if session.place:
        gap = (now - session.last_seen_at).total_seconds()
        session.place_seconds += round(max(0.0, min(gap, _most(enrolment, session.place))))
    if session.place != place:
        tell_experience(session, now)
        session.place = place
    session.last_seen_at = max(now, session.last_seen_at)
    db.session.flush()
    return session


def current(enrolment: Enrolment) -> LearningSession | None:
    """The stretch that goes on in this place."""
    return db.session.scalar(
        select(LearningSession).where(LearningSession.enrolment_id == enrolment.id, LearningSession.ended_at.is_(None))
    )


def latest(enrolment: Enrolment) -> LearningSession | None:
    """The last stretch in this place, over or not."""
    return db.session.scalar(
        select(LearningSession)
        .where(LearningSession.enrolment_id == enrolment.id)
        .order_by(LearningSession.id.desc())
        .limit(1)
    )


def _most(enrolment: Enrolment, place: str) -> float:
    """The seconds that a single gap at `place` may count."""
    lesson = lesson_of(enrolment, place)
    minutes = (
        lesson.minutes
        if lesson
        else db.session.scalar(
            select(func.count())
            .select_from(Question)
            .where(Question.version_id == enrolment.version_id, Question.name == place)
        )
        or 1
    )
    return GENEROUS * minutes * 60


def tell_experience(session: LearningSession, at: datetime) -> None:
    """The active seconds at the present place are told, once."""
    if not session.place or session.place_seconds <= 0:
        return
    place, seconds = session.place, session.place_seconds
    lesson = lesson_of(session.enrolment, place)

    def experience(s: statements.Scene) -> statements.Statement:
        activity = statements.lesson(s, place, lesson.title) if lesson else statements.test(s, place)
        return statements.experienced(s, activity, place, seconds)

    tell(session.enrolment, session.sessionid, [experience], at)
    session.active_seconds += seconds
    session.place_seconds = 0


def end(session: LearningSession, at: datetime) -> None:
    """The stretch is over since `at`."""
    tell_experience(session, at)
    seconds = session.active_seconds
    tell(
        session.enrolment,
        session.sessionid,
        [lambda s: statements.terminated(s, seconds)],
        at + timedelta(microseconds=1),
    )
    session.ended_at = at
    db.session.flush()


def end_all(person_id: int) -> None:
    """Every stretch of this person is over now: they signed out."""
    now = clock.now()
    for session in db.session.scalars(
        select(LearningSession)
        .join(Enrolment)
        .where(Enrolment.person_id == person_id, LearningSession.ended_at.is_(None))
        .with_for_update(of=LearningSession)
    ):
        end(session, min(now, session.last_seen_at + IDLE))


def end_idle(args: dict[str, Any]) -> None:
    """End the stretch if nothing was heard since; else look again later."""
    session = db.session.scalar(
        select(LearningSession).where(LearningSession.sessionid == UUID(args["sessionid"])).with_for_update()
    )
    if session is None or session.ended_at:
        return
    due = session.last_seen_at + IDLE
    if clock.now() < due:
        jobs.enqueue("delivery.end_idle", args, due=due)
    else:
        end(session, session.last_seen_at)


jobs.register("delivery.end_idle", end_idle)
