"""Questions about hours. Everything is minutes; who shows them divides by 45 and rounds down."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from lms.catalogue.models import CourseVersion
from lms.core import clock, db, errors
from lms.core.permissions import Permission
from lms.enrolment.models import Enrolment
from lms.hours.booking import whole_hours
from lms.hours.errors import NoRule
from lms.hours.models import ACCEPTED, CREDIT, REJECTED, WAITING, HoursEntry, HoursReview, HoursRule
from lms.people import queries as people
from lms.people.models import Person, Placement
from lms.people.roles import ALLOWS, Role

REVIEWERS = frozenset(role for role in Role if Permission.APPROVE_HOURS in ALLOWS[role])
JP = 45
"""Minutes of a learning hour where no rule says otherwise."""


@dataclass(frozen=True)
class Line:
    """A row of somebody's ledger as it is shown."""

    uuid: UUID
    day: date
    title: str
    kind: str
    """credit or counter."""
    learned: int
    minutes: int
    registration: UUID
    place: UUID
    """The enrolment's uuid."""
    active_seconds: int
    source: str
    """The source of the daily cap that applied."""
    taken_back: bool
    reviewed: bool
    """Whether a person decided that it counts."""
    at: datetime

    @property
    def uncounted(self) -> int:
        """Minutes that were learned and do not count, because of the day's cap."""
        return self.learned - self.minutes


def pick(
    rules: Iterable[HoursRule], on: date, kind: str | None, agency_id: int | None, form: str | None
) -> HoursRule | None:
    """Of rules of one name, the one that applies: the agency's own before the country's, the narrower before the wider,
    the later before the earlier."""
    fits = [
        r
        for r in rules
        if r.from_on <= on
        and (r.to_on is None or r.to_on >= on)
        and r.agency_id in (None, agency_id)
        and r.employment_kind in (None, kind)
        and r.form in (None, form)
    ]
    return max(
        fits,
        default=None,
        key=lambda r: (r.agency_id is not None, r.employment_kind is not None, r.form is not None, r.from_on, r.id),
    )


def rules_named(*names: str) -> Sequence[HoursRule]:
    """All rows of these rules, whenever they hold."""
    return db.session.scalars(select(HoursRule).where(HoursRule.name.in_(names)).order_by(HoursRule.id)).all()


def _agency_id(held: Placement | None) -> int | None:
    return people.root_of(held.unit).id if held else None


def find_rule(person: Person, name: str, on: date, form: str | None = None) -> HoursRule | None:
    """The rule `name` as it applies to `person` on that day."""
    job = people.employment_of(person, on)
    return pick(rules_named(name), on, job.kind if job else None, _agency_id(people.placement_of(person, on)), form)


def rule(person: Person, name: str, on: date, form: str | None = None) -> HoursRule:
    """The rule `name` as it applies to `person` on that day; raises NoRule."""
    found = find_rule(person, name, on, form)
    if found is None:
        raise NoRule(name=name, day=on.isoformat())
    return found


def minutes_of_rule(found: HoursRule, jp_minutes: HoursRule | None) -> int | None:
    """A rule's figure in minutes; None where it sets none."""
    if found.value is None or found.unit == "minutes":
        return found.value
    return found.value * ((jp_minutes.value if jp_minutes else None) or JP)


def cap_of(person: Person, on: date, form: str) -> tuple[HoursRule, int | None]:
    """The daily cap that applies on that day, and its minutes (None: no cap); raises NoRule."""
    found = rule(person, "daily_cap", on, form)
    return found, minutes_of_rule(found, find_rule(person, "jp_minutes", on))


def minutes_of_day(person_id: int, day: date, form: str) -> int:
    """What counts already on that day, over all courses."""
    return int(
        db.session.scalar(
            select(func.coalesce(func.sum(HoursEntry.minutes), 0)).where(
                HoursEntry.person_id == person_id, HoursEntry.day == day, HoursEntry.form == form
            )
        )
        or 0
    )


def minutes_of_people(person_ids: Iterable[int], year: int) -> dict[int, int]:
    """The minutes that count in `year`, by person; people without any are left out."""
    rows = db.session.execute(
        select(HoursEntry.person_id, func.sum(HoursEntry.minutes))
        .where(HoursEntry.person_id.in_(list(person_ids)), HoursEntry.day.between(date(year, 1, 1), date(year, 12, 31)))
        .group_by(HoursEntry.person_id)
    )
    return {person_id: int(minutes) for person_id, minutes in rows}


def minutes_of_year(person: Person, year: int) -> int:
    """The minutes that count in `year`."""
    return minutes_of_people([person.id], year).get(person.id, 0)


def _figures_of_people(who: Iterable[Person], year: int, name: str) -> dict[int, int]:
    rules, hour = rules_named(name), rules_named("jp_minutes")
    found = {}
    for person in who:
        on = min(clock.today(person.zone), date(year, 12, 31))
        job, agency = person.employment, _agency_id(person.placement)
        chosen = pick(rules, on, job.kind if job else None, agency, None)
        minutes = minutes_of_rule(chosen, pick(hour, on, None, agency, None)) if chosen else None
        if minutes is not None:
            found[person.id] = minutes
    return found


def targets_of_people(who: Iterable[Person], year: int) -> dict[int, int]:
    """The minutes that each should reach in `year`; people without a target are left out."""
    return _figures_of_people(who, year, "annual_target")


def target_of(person: Person, year: int) -> int | None:
    """The minutes that `person` should reach in `year`; None where no rule sets a target."""
    return targets_of_people([person], year).get(person.id)


def ceiling_of(person: Person, year: int) -> int | None:
    """The minutes past which assigned learning is questioned, never refused; None where there is no ceiling."""
    return _figures_of_people([person], year, "annual_ceiling").get(person.id)


def standing(registration: UUID) -> list[HoursEntry]:
    """The entries of this place that nobody has taken back, by day."""
    back = select(HoursEntry.reverses_id).where(HoursEntry.reverses_id.is_not(None))
    return list(
        db.session.scalars(
            select(HoursEntry)
            .where(HoursEntry.registration == registration, HoursEntry.kind == CREDIT, HoursEntry.id.not_in(back))
            .order_by(HoursEntry.day)
        )
    )


def review_of(registration: UUID) -> HoursReview | None:
    """The review of this place that waits or was decided; None where none was needed, or its completion fell."""
    return db.session.scalar(
        select(HoursReview)
        .where(HoursReview.registration == registration, HoursReview.state.in_((WAITING, ACCEPTED, REJECTED)))
        .order_by(HoursReview.id.desc())
        .limit(1)
    )


def ledger(person: Person, year: int) -> list[Line]:
    """The ledger of `person` in `year`, the newest day first; counter-entries stand beside what they take back."""
    back = select(HoursEntry.reverses_id).where(HoursEntry.reverses_id.is_not(None))
    rows = db.session.execute(
        select(
            HoursEntry.uuid,
            HoursEntry.day,
            CourseVersion.title,
            HoursEntry.kind,
            HoursEntry.learned,
            HoursEntry.minutes,
            HoursEntry.registration,
            Enrolment.uuid,
            HoursEntry.active_seconds,
            HoursRule.source,
            HoursEntry.id.in_(back),
            HoursEntry.review_id.is_not(None),
            HoursEntry.at,
        )
        .join_from(HoursEntry, HoursRule)
        .join(Enrolment, Enrolment.registration == HoursEntry.registration)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .where(HoursEntry.person_id == person.id, HoursEntry.day.between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(HoursEntry.day.desc(), HoursEntry.id.desc())
    )
    return [Line(*row) for row in rows]  # type: ignore[call-arg]


def reviews_of(person: Person) -> list[HoursReview]:
    """What waits for a reviewer, or was refused, of `person`, the newest first."""
    return list(
        db.session.scalars(
            select(HoursReview)
            .where(HoursReview.person_id == person.id, HoursReview.state.in_((WAITING, REJECTED)))
            .order_by(HoursReview.id.desc())
        )
    )


@dataclass(frozen=True)
class Waiting:
    """A review as a reviewer sees it."""

    review: HoursReview
    person: Person
    version: CourseVersion
    course_id: int


def _waiting(viewer: Person):
    return (
        select(HoursReview, Person, CourseVersion, Enrolment.course_id)
        .join_from(HoursReview, Person, Person.id == HoursReview.person_id)
        .join(Enrolment, Enrolment.id == HoursReview.enrolment_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .where(HoursReview.state == WAITING, Person.id != viewer.id, people.placed_under(viewer, REVIEWERS))
        .order_by(HoursReview.created_at, HoursReview.id)
    )


def waiting(viewer: Person) -> list[Waiting]:
    """What waits for `viewer` to decide, the oldest first; nothing of their own."""
    return [Waiting(*row) for row in db.session.execute(_waiting(viewer))]


def waiting_review(uuid: UUID, viewer: Person) -> Waiting:
    """One that waits for `viewer` to decide; raises NotFound where there is none, or no longer."""
    row = db.session.execute(_waiting(viewer).where(HoursReview.uuid == uuid)).first()
    if row is None:
        raise errors.NotFound
    return Waiting(*row)


def minutes_of_place(registration: UUID) -> int:
    """The minutes of one place that count, in whatever year."""
    return int(
        db.session.scalar(
            select(func.coalesce(func.sum(HoursEntry.minutes), 0)).where(HoursEntry.registration == registration)
        )
        or 0
    )


def siasn_hours(registration: UUID) -> int:
    """What SIASN is told as jumlahJam: whole learning hours of the minutes that count."""
    return whole_hours(minutes_of_place(registration), JP)


def rules_shown(agency_id: int | None, on: date) -> list[HoursRule]:
    """The rules of an agency on that day, and those that are to come, each kind together."""
    rows = db.session.scalars(
        select(HoursRule)
        .where(HoursRule.agency_id.is_(None) | (HoursRule.agency_id == agency_id))
        .order_by(HoursRule.id)
    ).all()
    keys = dict.fromkeys((r.name, r.employment_kind, r.form) for r in rows)
    shown = []
    for name, kind, form in keys:
        alike = [r for r in rows if (r.name, r.employment_kind, r.form) == (name, kind, form)]
        now = pick(alike, on, kind, agency_id, form)
        shown += [
            r for r in alike if r is now or (r.from_on > on and pick(alike, r.from_on, kind, agency_id, form) is r)
        ]
    return shown


def find_shown_rule(uuid: UUID, agency_id: int | None) -> HoursRule:
    """A rule of the country, or of this agency; raises NotFound."""
    found = db.session.scalar(
        select(HoursRule).where(
            HoursRule.uuid == uuid, HoursRule.agency_id.is_(None) | (HoursRule.agency_id == agency_id)
        )
    )
    if found is None:
        raise errors.NotFound
    return found
