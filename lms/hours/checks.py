"""The ledger against what it was made from: minutes recomputed to the last one, in the order of booking."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from lms.core import db
from lms.core.audit import AuditEntry
from lms.enrolment.models import Enrolment
from lms.hours import queries
from lms.hours.actions import plan
from lms.hours.booking import counted
from lms.hours.models import COUNTER, CREDIT, WITHDRAWN, HoursEntry, HoursReview
from lms.progress import queries as progress


@dataclass(frozen=True)
class Difference:
    """Something in the ledger that does not follow from what it should follow from."""

    subject: str
    """Such as hours:0190..., or place:0190... where a line is missing."""
    says: str
    """What differs, for an auditor; in English, and without names."""


def verify() -> list[Difference]:
    """What the ledger says and progress, rules and decisions do not, and the other way round; empty when they agree."""
    entries = list(db.session.scalars(select(HoursEntry).order_by(HoursEntry.id)))
    by_id = {entry.id: entry for entry in entries}
    return [*_caps(entries), *_counters(entries, by_id), *_places(entries), *_decisions()]


def _named(entry: HoursEntry, says: str) -> Difference:
    return Difference(f"hours:{entry.uuid}", says)


def _caps(entries: list[HoursEntry]) -> Iterator[Difference]:
    """What counts of each day, added up again in the order of booking."""
    running: dict[tuple[int, object, str], int] = defaultdict(int)
    hours = queries.rules_named("jp_minutes")
    for entry in entries:
        key = (entry.person_id, entry.day, entry.form)
        if entry.kind == CREDIT:
            jp = queries.pick(hours, entry.day, None, entry.rule.agency_id, None)
            should = counted(entry.learned, running[key], queries.minutes_of_rule(entry.rule, jp))
            if entry.minutes != should:
                yield _named(entry, f"{entry.minutes} minutes count, and {should} should")
        running[key] += entry.minutes


def _counters(entries: list[HoursEntry], by_id: dict[int, HoursEntry]) -> Iterator[Difference]:
    for entry in entries:
        if entry.kind == CREDIT and entry.reverses_id is None:
            continue
        base = by_id.get(entry.reverses_id or 0)
        if entry.kind != COUNTER or base is None or base.kind != CREDIT:
            yield _named(entry, f"it is a {entry.kind} that takes nothing back")
        elif (entry.person_id, entry.registration, entry.day, -entry.learned, -entry.minutes) != (
            base.person_id,
            base.registration,
            base.day,
            base.learned,
            base.minutes,
        ):
            yield _named(entry, "it is not the exact opposite of what it takes back")


def _places(entries: list[HoursEntry]) -> Iterator[Difference]:
    """The standing entries of each place against its progress and its version."""
    back = {entry.reverses_id for entry in entries}
    standing: dict[object, list[HoursEntry]] = defaultdict(list)
    for entry in entries:
        if entry.kind == CREDIT and entry.id not in back:
            standing[entry.registration].append(entry)
    for place in db.session.scalars(select(Enrolment).order_by(Enrolment.id)).all():
        yield from _place(place, standing.pop(place.registration, []))
    for orphans in standing.values():
        yield from (_named(entry, "it belongs to nobody's place on a course") for entry in orphans)


def _place(place: Enrolment, booked: list[HoursEntry]) -> Iterator[Difference]:
    done = progress.of(place)
    if done is None or done.completed_at is None:
        yield from (_named(entry, "its course is not completed") for entry in booked)
        return
    approved = place.version.minutes_approved
    if not booked:
        review = queries.review_of(place.registration)
        if review is None and approved and plan(place, done, approved).days:
            yield Difference(f"place:{place.uuid}", "completed, and neither booked nor waiting")
        return
    minutes = booked[0].course_minutes
    changed = place.version.minutes_approved_at
    if minutes != approved and not (changed and changed > booked[0].at):
        yield _named(booked[0], f"it was booked for {minutes} approved minutes, and {approved} are approved")
    days = plan(place, done, minutes).days
    for entry in booked:
        should = days.pop(entry.day, 0)
        if entry.learned != should:
            yield _named(entry, f"{entry.learned} minutes were learned on {entry.day}, and {should} should be")
        if entry.person_id != place.person_id or entry.cause != done.completed_evidence[-1]:
            yield _named(entry, "it is not of this place's person and completion")
    for day, lost in days.items():
        yield Difference(f"place:{place.uuid}", f"{lost} minutes of {day} are missing")


def _decisions() -> Iterator[Difference]:
    """What reviewers decided, against what the audit log remembers."""
    said = select(AuditEntry.subject, AuditEntry.details, AuditEntry.person_id).where(
        AuditEntry.action == "hours.decided"
    )
    noted = {subject: (details.get("accepted"), by) for subject, details, by in db.session.execute(said)}
    for review in db.session.scalars(select(HoursReview).where(HoursReview.decided_at.is_not(None))):
        subject = f"hours-review:{review.uuid}"
        accepted, by = noted.get(subject, (None, None))
        if (
            accepted is None
            or by != review.decided_by_id
            or (review.state != WITHDRAWN and (review.state == "accepted") is not accepted)
        ):
            yield Difference(subject, "the audit log does not know this decision")
