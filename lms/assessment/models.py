"""Questions with their keys, and what people answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import clock, ids
from lms.core.db import Model


class Question(Model):
    """A question of a course's version, as the learner sees it, and its key, which they never see."""

    __tablename__ = "question"
    __retention__ = "for good: answers refer to it"
    __table_args__ = (UniqueConstraint("version_id", "key"), Index("ix_question_name", "version_id", "name", "number"))
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=ids.new, unique=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    key: Mapped[str]
    """Its id in the course folder, such as `helpdesk-palsu`; unique in the version."""
    type: Mapped[str]
    """single, multiple, true_false, matching, ordering, short_text or numeric."""
    purpose: Mapped[str]
    """check, pretest or posttest."""
    name: Mapped[str]
    """Where it is asked: the key of a lesson (check), `pretest-1` or `posttest`."""
    number: Mapped[int]
    """Its place there, from 1."""
    lesson_key: Mapped[str]
    """The lesson to read again."""
    competency_id: Mapped[int | None] = mapped_column(ForeignKey("competency.id"))
    level: Mapped[int | None]
    """Of the competency, 1 to 5."""
    text_html: Mapped[str]
    """The question, safe HTML."""
    shown: Mapped[dict[str, Any]]
    """What the learner sees: {"options": [{id, html, text}]}, {"left": [...], "right": [...]}, {"items": [...]} or
    {"unit": text}; always sorted by the ids, which are hashes, so that neither tells the key."""
    answer: Mapped[dict[str, Any]]
    """The key and the feedback, see `scoring`. It never leaves the server."""


class Attempt(Model):
    """One run through a pre-test or post-test."""

    __tablename__ = "attempt"
    __retention__ = "for good: evidence of a result"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "name", "number"),
        Index(
            "uq_attempt_open",
            "enrolment_id",
            "name",
            unique=True,
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=ids.new, unique=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    name: Mapped[str]
    """`pretest-1` or `posttest`."""
    number: Mapped[int]
    """The first, second ... of this test in this place."""
    question_ids: Mapped[list[int]] = mapped_column(JSON)
    """The questions in the order in which this attempt asks them."""
    orders: Mapped[dict[str, Any]]
    """For each question (its id as text) the order in which its parts are shown: {"options": [ids]} and so on."""
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    submitted_at: Mapped[datetime | None]
    """None while it is open."""
    scaled: Mapped[int | None]
    """Per cent of the questions that were right, 0 to 100, rounded down; None while it is open."""
    passed: Mapped[bool | None]


class AttemptAnswer(Model):
    """What somebody answered in an attempt: kept at once, changeable until it is sent."""

    __tablename__ = "attempt_answer"
    __retention__ = "for good: evidence of a result; no name in its words after erasure"
    __table_args__ = (UniqueConstraint("attempt_id", "question_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    response: Mapped[dict[str, Any]]
    """{"chosen": [option ids]}, {"pairs": {left id: right id}}, {"items": [item ids]} or {"text": words}."""
    kept_at: Mapped[datetime] = mapped_column(default=clock.now)
    correct: Mapped[bool | None]
    """None until the attempt is sent."""


class CheckAnswer(Model):
    """The last answer to a lesson's check question, so that the page can show it again with its feedback.

    No credit hangs on this row: a lesson is settled by the statements.
    """

    __tablename__ = "check_answer"
    __retention__ = "for good: kept beside the attempt; no name in its words after erasure"
    __table_args__ = (UniqueConstraint("enrolment_id", "question_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    response: Mapped[dict[str, Any]]
    """As in `AttemptAnswer`. Once it was right it stays."""
    correct: Mapped[bool]
    tries: Mapped[int] = mapped_column(default=1)
    """How often it was answered until it was right."""
    first_correct: Mapped[bool]
    """Whether the first answer was right: what a trainer asks about."""
    answered_at: Mapped[datetime] = mapped_column(default=clock.now)
