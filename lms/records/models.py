"""The competency ledger. Rows are added, never changed and never deleted."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, relationship

from lms.catalogue.models import Course
from lms.competency.models import Competency
from lms.core import ids
from lms.core.db import Model
from lms.people.models import Person
from lms.records.errors import RecordsAreNeverChanged

SUPPORTED, CONFIRMED, WITHDRAWN = "supported", "confirmed", "withdrawn"


class CompetencyRecord(Model):
    """One line about what a person is able to do, or the counter-entry that takes a line back."""

    __tablename__ = "competency_record"
    __retention__ = "for good: career decisions rest on it; no name in its note after erasure"
    __table_args__ = (
        UniqueConstraint(
            "registration", "rule", "cause", "competency_id", "level", "kind", "turn", name="uq_competency_record_once"
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=ids.new, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Whose competency."""
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"))
    level: Mapped[int]
    """1 to 5."""
    kind: Mapped[str]
    """supported (a course gave evidence), confirmed (somebody saw it at work), withdrawn (takes `reverses_id` back)."""
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    """The course that supports it."""
    registration: Mapped[UUID | None] = mapped_column(index=True)
    """The place on that course, as xAPI knows it."""
    rule: Mapped[str]
    """Why this line could be written: course.completed or seen.at.work."""
    cause: Mapped[str]
    """The id of the statement that it follows from."""
    evidence: Mapped[list[str]]
    """Ids of the statements that it rests on, in their order."""
    turn: Mapped[int] = mapped_column(default=0)
    """How often a line like this had been taken back before: a second completion is a new line."""
    confirms_id: Mapped[int | None] = mapped_column(ForeignKey("competency_record.id"), unique=True)
    """For confirmed: the supported line that was confirmed; once at most."""
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("competency_record.id"), unique=True)
    """For withdrawn: the line that is taken back; once at most."""
    at: Mapped[datetime]
    """When it came to hold (the event's time), or was taken back."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who confirmed; None where a rule decided."""
    note: Mapped[str] = mapped_column(default="")
    """What the one who confirmed has seen, in their words."""
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])
    competency: Mapped[Competency] = relationship()
    course: Mapped[Course | None] = relationship()


@event.listens_for(CompetencyRecord, "before_update")
@event.listens_for(CompetencyRecord, "before_delete")
def _refuse_row(_mapper, _connection, _row) -> None:
    raise RecordsAreNeverChanged


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk(state: ORMExecuteState) -> None:
    if (state.is_update or state.is_delete) and state.bind_mapper is CompetencyRecord.__mapper__:
        raise RecordsAreNeverChanged
