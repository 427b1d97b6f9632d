"""Stretches of learning."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core import clock, ids
from lms.core.db import Model
from lms.enrolment.models import Enrolment


class LearningSession(Model):
    """One stretch of learning in a place: from opening it to signing out, or to 30 minutes without a sign of life."""

    __tablename__ = "learning_session"
    __retention__ = "2 years: its statements say the same for good"
    __table_args__ = (
        Index(
            "uq_learning_session_open",
            "enrolment_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    sessionid: Mapped[UUID] = mapped_column(default=ids.new, unique=True)
    """What its statements carry as the cmi5 session id."""
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    """When they last opened a page or answered here."""
    ended_at: Mapped[datetime | None]
    """None while it goes on."""
    place: Mapped[str | None]
    """Where they are: a lesson's key, `pretest-1`, `posttest`; None between them."""
    place_seconds: Mapped[int] = mapped_column(default=0)
    """Active seconds there that no statement has told yet."""
    active_seconds: Mapped[int] = mapped_column(default=0)
    """Active seconds of the session that statements have told."""
    enrolment: Mapped[Enrolment] = relationship()
