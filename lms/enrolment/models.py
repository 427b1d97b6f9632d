"""Who has a place on which course."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.catalogue.models import Course, CourseVersion
from lms.core import clock, ids
from lms.core.db import Model
from lms.people.models import Person


class Enrolment(Model):
    """A person's place on a course. It is kept for good, even after they leave."""

    __tablename__ = "enrolment"
    __retention__ = "for good: progress, records and certificates refer to it; its goal until erasure"
    __table_args__ = (
        Index(
            "uq_enrolment_open",
            "person_id",
            "course_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=ids.new, unique=True)
    """The place in addresses: /learn/<uuid>/."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Who learns."""
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    """What they learn."""
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    """The version that they began and will finish."""
    registration: Mapped[UUID] = mapped_column(default=ids.for_statement, unique=True)
    """The xAPI registration. Every retake, run or new version is a new place."""
    goal: Mapped[str] = mapped_column(default="")
    """Why they are learning this, in their own words."""
    how: Mapped[str] = mapped_column(default="self")
    """self (they took it) or assigned (somebody gave it to them)."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    """None while the place is open; when they left, otherwise."""
    person: Mapped[Person] = relationship()
    course: Mapped[Course] = relationship()
    version: Mapped[CourseVersion] = relationship()

    @property
    def open(self) -> bool:
        """Whether learning can go on here."""
        return self.ended_at is None
