"""What a learner says at the end of a course."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import clock, ids
from lms.core.db import Model


class ActionPlan(Model):
    """What somebody will do differently at work, in one sentence. One for each place; a better sentence replaces it."""

    __tablename__ = "action_plan"
    __retention__ = "2 years after the course, or until erasure: the follow-up after six months quotes it"
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=ids.new, unique=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    """The place in which it was written."""
    text: Mapped[str]
    """In their own words, at most 500 characters."""
    at: Mapped[datetime] = mapped_column(default=clock.now)
    """When it was last written."""


class Reaction(Model):
    """The short questionnaire at the end of a course. Trainers see counts and remarks, never whose they are."""

    __tablename__ = "reaction"
    __retention__ = "5 years: courses are compared over the years; no name in its remark after erasure"
    __table_args__ = (
        CheckConstraint("useful BETWEEN 1 AND 5", name="useful"),
        CheckConstraint("clear BETWEEN 1 AND 5", name="clear"),
        CheckConstraint("worth_the_time BETWEEN 1 AND 5", name="worth_the_time"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    """The place, so that each answers once; no page shows it beside the answers."""
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), index=True)
    """What it is about."""
    useful: Mapped[int]
    """"I can use this in my work": 1 (not at all) to 5 (fully)."""
    clear: Mapped[int]
    """"The lessons were clear": 1 to 5."""
    worth_the_time: Mapped[int]
    """"It was worth my time": 1 to 5."""
    remark: Mapped[str] = mapped_column(default="")
    """Free text, at most 1000 characters; it is in no statement."""
    at: Mapped[datetime] = mapped_column(default=clock.now)
