"""Words from a person who matters."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.catalogue.models import Course
from lms.core import clock, ids
from lms.core.db import Model
from lms.people.models import Person


class Recognition(Model):
    """A word of thanks from a supervisor. It is between the two of them: nobody counts or ranks it."""

    __tablename__ = "recognition"
    __retention__ = "5 years, or until who was thanked is erased: it belongs to the person's record"
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=ids.new, unique=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Who thanks."""
    to_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Who is thanked."""
    text: Mapped[str]
    """In the supervisor's own words, at most 500 characters."""
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    """The course that it is about, if any."""
    record_id: Mapped[int | None] = mapped_column(ForeignKey("competency_record.id"))
    """The competency record that it is about, if any."""
    at: Mapped[datetime] = mapped_column(default=clock.now)
    giver: Mapped[Person] = relationship(foreign_keys=[from_id])
    receiver: Mapped[Person] = relationship(foreign_keys=[to_id])
    course: Mapped[Course | None] = relationship()
