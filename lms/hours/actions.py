"""What can happen to hours: they are credited, taken back, decided about; rules are loaded and changed."""

import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import or_, select, update

from lms.competency import queries as competencies
from lms.core import audit, clock, db, striking
from lms.core.errors import Invalid
from lms.core.permissions import Permission
from lms.enrolment.models import Enrolment
from lms.hours import queries
from lms.hours.booking import Part, counted, learned, too_little_time
from lms.hours.errors import AlreadyDecided, MinutesNotApproved, NoteIsMissing, NotYoursToDecide, RuleBeginsInThePast
from lms.hours.models import (
    ACCEPTED,
    COUNTER,
    CREDIT,
    ELEARNING,
    REJECTED,
    WAITING,
    WITHDRAWN,
    HoursEntry,
    HoursReview,
    HoursRule,
)
from lms.people import erasing
from lms.people import queries as people
from lms.people.events import PersonErased
from lms.people.models import Person
from lms.progress.events import CompletionWithdrawn, CourseCompleted
from lms.progress.models import LessonProgress, Progress

SHIPPED = Path(__file__).parent / "rules.toml"
MOST = 10_000
"""No figure of a rule is larger."""


@dataclass
class Plan:
    """How the minutes of a completed course fall on days, before the cap."""

    days: dict[date, int]
    evidence: dict[date, list[str]] = field(default_factory=lambda: defaultdict(list))
    active: dict[date, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def minutes(self) -> int:
        """All minutes learned."""
        return sum(self.days.values())


def plan(place: Enrolment, done: Progress, minutes: int) -> Plan:
    """How `minutes` of the course fall on the days on which its lessons were settled, in the unit's zone of that day.

    The post-test carries its share on the day of completion; a lesson that a pre-test skipped carries its share away.
    """
    lessons: Sequence[LessonProgress] = db.session.scalars(
        select(LessonProgress).where(LessonProgress.registration == place.registration)
    ).all()
    seen = {row.lesson_key: row for row in lessons}
    last = day_of(place.person, _completed(done))
    parts, made = [], Plan({})
    for lesson in place.version.lessons:
        row = seen.get(lesson.key)
        day = day_of(place.person, row.settled_at) if row and row.settled_at else last
        skipped = bool(row and row.skipped)
        parts.append(Part(lesson.minutes, day, skipped))
        if row and not skipped:
            made.active[day] += row.active_seconds
            if row.statement_id and row.statement_id not in made.evidence[day]:
                made.evidence[day].append(row.statement_id)
    parts.append(Part(max(0, place.version.minutes_computed - sum(part.weight for part in parts)), last))
    if done.completed_evidence[-1] not in made.evidence[last]:
        made.evidence[last].append(done.completed_evidence[-1])
    made.days = learned(minutes, parts)
    return made


def day_of(person: Person, moment: datetime) -> date:
    """The day that `moment` was for `person`: in the zone of the unit in which they worked then."""
    return clock.day_of(moment, people.zone_on(person, clock.day_of(moment, person.zone)))


def _completed(done: Progress) -> datetime:
    assert done.completed_at is not None
    return done.completed_at


def _completion(registration: UUID) -> Progress | None:
    return db.session.scalar(
        select(Progress)
        .where(Progress.registration == registration, Progress.completed_at.is_not(None))
        .execution_options(populate_existing=True)
    )


def _one_at_a_time(person_id: int) -> None:
    """Until the transaction ends nobody else books for this person: the day's cap is read and used up in one go."""
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def _next_turn(registration: UUID) -> int:
    turns = [
        *db.session.scalars(select(HoursEntry.turn).where(HoursEntry.registration == registration)),
        *db.session.scalars(select(HoursReview.turn).where(HoursReview.registration == registration)),
    ]
    return max(turns, default=-1) + 1


def credit(event: CourseCompleted) -> None:
    """The approved minutes of a completed course stand in the ledger, or wait for a reviewer with the reason; once."""
    place = db.session.get_one(Enrolment, event.enrolment_id)
    done = _completion(place.registration)
    if done is None:
        return
    _one_at_a_time(place.person_id)
    if queries.standing(place.registration) or queries.review_of(place.registration):
        return
    turn, day = _next_turn(place.registration), day_of(place.person, _completed(done))
    share, minutes = queries.rule(place.person, "active_share", day), place.version.minutes_approved
    made = plan(place, done, minutes or 0)
    if minutes is None:
        _wait(place, done, turn, share, 0, "no_minutes")
    elif too_little_time(done.active_seconds, made.minutes, share.value or 0):
        _wait(place, done, turn, share, made.minutes, "active_share")
    else:
        _book(place, done, turn, made, minutes)
    db.session.flush()


def _wait(place: Enrolment, done: Progress, turn: int, rule: HoursRule, minutes: int, reason: str) -> None:
    db.session.add(
        HoursReview(
            person_id=place.person_id,
            enrolment_id=place.id,
            registration=place.registration,
            rule_id=rule.id,
            turn=turn,
            cause=done.completed_evidence[-1],
            reason=reason,
            minutes=minutes,
            active_seconds=done.active_seconds,
            share=rule.value or 0,
        )
    )


def _book(
    place: Enrolment, done: Progress, turn: int, made: Plan, course_minutes: int, review: HoursReview | None = None
) -> None:
    for day, minutes in made.days.items():
        rule, cap = queries.cap_of(place.person, day, ELEARNING)
        db.session.add(
            HoursEntry(
                person_id=place.person_id,
                course_id=place.course_id,
                registration=place.registration,
                rule_id=rule.id,
                form=ELEARNING,
                cause=done.completed_evidence[-1],
                evidence=made.evidence[day],
                day=day,
                learned=minutes,
                course_minutes=course_minutes,
                minutes=counted(minutes, queries.minutes_of_day(place.person_id, day, ELEARNING), cap),
                active_seconds=made.active[day],
                kind=CREDIT,
                turn=turn,
                review_id=review.id if review else None,
                at=clock.now(),
            )
        )


def withdraw(event: CompletionWithdrawn) -> None:
    """What this place had booked is taken back by counter-entries; what waited, waits no longer.

    The days' caps have room again for what is booked from now on; what other courses could not count stays uncounted.
    """
    place = db.session.get_one(Enrolment, event.enrolment_id)
    _one_at_a_time(place.person_id)
    for entry in queries.standing(place.registration):
        db.session.add(
            HoursEntry(
                person_id=entry.person_id,
                course_id=entry.course_id,
                registration=entry.registration,
                rule_id=entry.rule_id,
                form=entry.form,
                cause=entry.cause,
                evidence=entry.evidence,
                day=entry.day,
                learned=-entry.learned,
                course_minutes=entry.course_minutes,
                minutes=-entry.minutes,
                active_seconds=0,
                kind=COUNTER,
                turn=entry.turn,
                reverses_id=entry.id,
                at=clock.now(),
            )
        )
    db.session.execute(
        update(HoursReview)
        .where(HoursReview.registration == place.registration, HoursReview.state != WITHDRAWN)
        .values(state=WITHDRAWN)
    )
    db.session.flush()


def decide(review: HoursReview, by: Person, accept: bool, note: str) -> None:
    """The waiting minutes are booked, or refused, with the reviewer's reason; the decision is in the audit log."""
    if not people.may(by, Permission.APPROVE_HOURS, about=review.person):
        raise NotYoursToDecide
    if not note.strip():
        raise NoteIsMissing
    place = db.session.get_one(Enrolment, review.enrolment_id)
    _one_at_a_time(place.person_id)
    done, minutes = _completion(place.registration), place.version.minutes_approved
    taken = db.session.execute(
        update(HoursReview)
        .where(HoursReview.id == review.id, HoursReview.state == WAITING)
        .values(state=ACCEPTED if accept else REJECTED, decided_at=clock.now(), decided_by_id=by.id, note=note.strip())
        .returning(HoursReview.id)
        .execution_options(synchronize_session=False)
    ).first()
    db.session.expire(review)
    if taken is None or done is None:
        raise AlreadyDecided
    if accept:
        if minutes is None:
            raise MinutesNotApproved
        _book(place, done, review.turn, plan(place, done, minutes), minutes, review)
    audit.note(
        "hours.decided",
        by=by.id,
        about=review.person_id,
        subject=f"hours-review:{review.uuid}",
        accepted=accept,
        minutes=minutes or 0,
        active_seconds=review.active_seconds,
    )


def load_rules() -> int:
    """The rules that ship are there; those that were there already stay as they are. Returns how many were added."""
    there = {
        (r.name, r.employment_kind, r.form, r.from_on)
        for r in db.session.scalars(select(HoursRule).where(HoursRule.agency_id.is_(None)))
    }
    added = 0
    for row in tomllib.loads(SHIPPED.read_text("utf-8"))["rule"]:
        if (row["name"], row.get("employment_kind"), row.get("form"), row["from_on"]) not in there:
            db.session.add(HoursRule(**row))
            added += 1
    db.session.flush()
    return added


def change_rule(
    rule: HoursRule, by: Person, value: int | None, abroad_value: int | None, from_on: date, source: str
) -> HoursRule:
    """From `from_on` on, the agency of `by` goes by another figure; what is booked keeps the rule of its day."""
    if not people.may(by, Permission.MANAGE_AGENCY):
        raise NotYoursToDecide
    agency = competencies.managed_agency(by)
    if not source.strip():
        raise NoteIsMissing
    if from_on < clock.today(by.zone):
        raise RuleBeginsInThePast
    if any(
        figure is not None and not 0 <= figure <= (100 if rule.unit == "percent" else MOST)
        for figure in (value, abroad_value)
    ):
        raise Invalid
    row = HoursRule(
        agency_id=agency.id,
        name=rule.name,
        employment_kind=rule.employment_kind,
        form=rule.form,
        value=value,
        unit=rule.unit,
        abroad_value=abroad_value,
        abroad_unit=rule.abroad_unit,
        from_on=from_on,
        to_on=None,
        source=source.strip(),
        added_by_id=by.id,
    )
    db.session.add(row)
    db.session.flush()
    audit.note(
        "hours.rule_changed",
        by=by.id,
        subject=f"hours-rule:{row.uuid}",
        name=rule.name,
        employment_kind=rule.employment_kind,
        form=rule.form,
        before=rule.value,
        after=value,
        from_on=from_on.isoformat(),
    )
    return row


def forget(event: PersonErased) -> None:
    """No reason for a decision about their hours, or by them, names them; the hours stay as they are."""
    words = erasing.words_of(people.person_by_id(event.person_id))
    theirs = or_(HoursReview.person_id == event.person_id, HoursReview.decided_by_id == event.person_id)
    for review in db.session.scalars(select(HoursReview).where(theirs)):
        review.note = striking.struck(review.note, words)
