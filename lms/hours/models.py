"""The learning-hours ledger, its rules, and what waits for a reviewer. Minutes everywhere; JP only where shown."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, relationship

from lms.core import clock, ids
from lms.core.db import Model
from lms.hours.errors import HoursAreNeverChanged
from lms.people.models import Person

ELEARNING = "e-learning"
CREDIT, COUNTER = "credit", "counter"
WAITING, ACCEPTED, REJECTED, WITHDRAWN = "waiting", "accepted", "rejected", "withdrawn"


class HoursRule(Model):
    """A number that the law or the agency sets, from a day on. Editing adds a row; what was booked keeps its own."""

    __tablename__ = "hours_rule"
    __retention__ = "for good: entries refer to the rule of their day"
    __table_args__ = (Index("ix_hours_rule_name", "name", "from_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=ids.new, unique=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """None: for the whole country. An agency's own row goes before it."""
    name: Mapped[str]
    """annual_target, annual_ceiling, daily_cap, active_share, jp_minutes or conversion."""
    employment_kind: Mapped[str | None]
    """pns, pppk or pppk_part_time; None: for all."""
    form: Mapped[str | None]
    """The form of development, such as `e-learning` or `workshop`; None: for all."""
    value: Mapped[int | None]
    """None: as the programme says, or no number is set."""
    unit: Mapped[str]
    """jp_a_year, jp_a_day, jp_a_time, jp_a_semester, jp_as_programme, percent or minutes."""
    abroad_value: Mapped[int | None]
    """The same for learning abroad."""
    abroad_unit: Mapped[str] = mapped_column(default="")
    """As `unit`; percent_more means the programme's or the national figure and so much more; empty: none is set."""
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    """Both ends included; None: until a later row."""
    source: Mapped[str]
    """The regulation, and how sure we are of it."""
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: shipped."""


class HoursEntry(Model):
    """Minutes of one day from one completion, or the counter-entry that takes them back."""

    __tablename__ = "hours_entry"
    __retention__ = "for good: the yearly duty is shown by it"
    __table_args__ = (
        UniqueConstraint("registration", "rule_id", "cause", "day", "kind", "turn", name="uq_hours_entry_once"),
        Index("ix_hours_entry_day", "person_id", "day"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=ids.new, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    """What was learned."""
    registration: Mapped[UUID] = mapped_column(index=True)
    """The place on the course."""
    rule_id: Mapped[int] = mapped_column(ForeignKey("hours_rule.id"))
    """The daily cap in force when the course was completed."""
    form: Mapped[str] = mapped_column(default=ELEARNING)
    """The form of development; the cap is per form."""
    cause: Mapped[str]
    """The id of the statement that it follows from."""
    evidence: Mapped[list[str]]
    """Ids of the statements that settled this day's lessons."""
    day: Mapped[date]
    """The day in the person's unit's zone."""
    course_minutes: Mapped[int]
    """The course's approved minutes at the time of booking, of which this day has its share."""
    learned: Mapped[int]
    """Minutes learned; negative in a counter-entry."""
    minutes: Mapped[int]
    """Minutes of those that count, after the day's cap; negative in a counter-entry."""
    active_seconds: Mapped[int] = mapped_column(default=0)
    """How long they were seen at work on these lessons: evidence beside the minutes, never the measure."""
    kind: Mapped[str]
    """credit or counter."""
    turn: Mapped[int] = mapped_column(default=0)
    """How often this place's minutes had been taken back before."""
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("hours_entry.id"), unique=True)
    """For counter: the entry that is taken back; once at most."""
    review_id: Mapped[int | None] = mapped_column(ForeignKey("hours_review.id"))
    """The reviewer's decision, where one was needed."""
    at: Mapped[datetime]
    """When it was booked."""
    rule: Mapped[HoursRule] = relationship()
    review: Mapped["HoursReview | None"] = relationship()


class HoursReview(Model):
    """Minutes that are not counted until a person has looked, with the reason."""

    __tablename__ = "hours_review"
    __retention__ = "for good: belongs to the ledger; no name in its note after erasure"
    __table_args__ = (
        UniqueConstraint("registration", "cause", "turn"),
        Index("ix_hours_review_state", "state", "created_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=ids.new, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    registration: Mapped[UUID] = mapped_column(index=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("hours_rule.id"))
    """The rule that makes it wait, in force when the course was completed."""
    cause: Mapped[str]
    """The id of the statement that completed the course."""
    turn: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str]
    """active_share (too little active time) or no_minutes (the course's minutes are not approved)."""
    minutes: Mapped[int]
    """What would be booked, before the day's cap; 0 where that is not known."""
    active_seconds: Mapped[int]
    """The active time that was seen."""
    share: Mapped[int]
    """Per cent of the minutes that active time had to reach."""
    state: Mapped[str] = mapped_column(default=WAITING)
    """waiting, accepted, rejected or withdrawn (the completion itself fell)."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(default="")
    """Why the reviewer decided so."""
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    rule: Mapped[HoursRule] = relationship()


@event.listens_for(HoursEntry, "before_update")
@event.listens_for(HoursEntry, "before_delete")
@event.listens_for(HoursRule, "before_update")
@event.listens_for(HoursRule, "before_delete")
def _refuse_row(_mapper, _connection, _row) -> None:
    raise HoursAreNeverChanged


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk(state: ORMExecuteState) -> None:
    if (state.is_update or state.is_delete) and state.bind_mapper in (HoursEntry.__mapper__, HoursRule.__mapper__):
        raise HoursAreNeverChanged
