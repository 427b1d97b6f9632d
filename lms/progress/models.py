"""How far people are. Every row here is folded from statements; nothing else writes them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Model


class Progress(Model):
    """How far somebody is on a course. There is no row before their first event."""

    __tablename__ = "progress"
    __retention__ = "for good; rebuilt from statements at any time"
    registration: Mapped[UUID] = mapped_column(primary_key=True)
    """The xAPI registration of the place."""
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    lessons_done: Mapped[int]
    """Lessons settled or skipped."""
    lessons_total: Mapped[int]
    place: Mapped[str | None]
    """The lesson (its key) that they were in last; None when there was none."""
    active_seconds: Mapped[int]
    """Seconds of learning in all sessions, waiting cut off: evidence beside the hours, never the hours."""
    started_at: Mapped[datetime]
    """When their first event happened."""
    last_at: Mapped[datetime]
    """When their last event happened."""
    score: Mapped[int | None]
    """The best result of the post-test, 0 to 100."""
    completed_at: Mapped[datetime | None]
    """When the last thing that was needed happened; None while something is missing."""
    completed_evidence: Mapped[list[str]]
    """The ids of the statements that completion rests on, as they happened; the last one is its cause. Or empty."""
    completed_how: Mapped[str] = mapped_column(default="")
    """learned (by lessons and post-test), classroom or manual (somebody responsible says so), or empty."""


class LessonProgress(Model):
    """A lesson that somebody settled, skipped, or spent time in."""

    __tablename__ = "lesson_progress"
    __retention__ = "for good; rebuilt from statements at any time"
    registration: Mapped[UUID] = mapped_column(primary_key=True)
    lesson_key: Mapped[str] = mapped_column(primary_key=True)
    settled_at: Mapped[datetime | None]
    """When the last of its check questions was first answered rightly, or the pre-test that skips it was passed; None
    while it is open."""
    statement_id: Mapped[str | None]
    """The statement that settled it."""
    skipped: Mapped[bool] = mapped_column(default=False)
    """Passed over by a pre-test: it counts for the competency, not for hours."""
    active_seconds: Mapped[int] = mapped_column(default=0)


class FoldFailure(Model):
    """A statement that the fold could not read. It holds back nobody: the rest was folded without it."""

    __tablename__ = "fold_failure"
    __retention__ = "until it folds; rebuilt from statements at any time"
    registration: Mapped[UUID] = mapped_column(primary_key=True)
    statement_id: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    """In words for an operator."""
    at: Mapped[datetime]
    """When the statement was stored."""
