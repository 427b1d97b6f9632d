"""What several areas know about me, put together for one page, in the words of that page."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from lms.certificates import queries as certificates
from lms.certificates.models import Certificate
from lms.core import clock, texts
from lms.core.texts import _
from lms.enrolment.models import Enrolment
from lms.hours import queries as hours
from lms.hours.models import WAITING, HoursReview
from lms.people import queries as people
from lms.people.models import Person
from lms.progress import queries as progress
from lms.records import queries as records
from lms.records.models import SUPPORTED, CompetencyRecord


@dataclass(frozen=True)
class Booked:
    """What one place on a course has brought in one year: its rows of the ledger, added up."""

    title: str
    place: UUID
    rows: list[hours.Line]

    @property
    def minutes(self) -> int:
        """Counted."""
        return sum(row.minutes for row in self.rows)

    @property
    def learned(self) -> int:
        """Minutes of the lessons, counted or not."""
        return sum(row.learned for row in self.rows)

    @property
    def first(self) -> date:
        """The day of the first row."""
        return min(row.day for row in self.rows)

    @property
    def last(self) -> date:
        """The day of the last row."""
        return max(row.day for row in self.rows)

    @property
    def taken_back(self) -> bool:
        """Whether a counter-entry has taken something of it back."""
        return any(row.taken_back for row in self.rows)


@dataclass(frozen=True)
class Hours:
    """The learning hours of one person in one year, in minutes."""

    year: int
    minutes: int
    """Counted."""
    target: int | None
    """What the year asks for; None where no rule sets a target."""
    ceiling: int | None
    """What the rules foresee at most for assigned learning (PPPK); None where there is none. It only warns."""
    reviews: list[HoursReview]
    """What waits for a reviewer, or was refused."""
    rows: list[hours.Line] = field(default_factory=list)

    @property
    def booked(self) -> list[Booked]:
        """The rows by place; the place with the newest row first."""
        found: dict[UUID, Booked] = {}
        for row in self.rows:
            found.setdefault(row.place, Booked(row.title, row.place, [])).rows.append(row)
        return sorted(found.values(), key=lambda one: one.last, reverse=True)

    @property
    def waiting_minutes(self) -> int:
        """Minutes that a reviewer has not decided about."""
        return sum(one.minutes for one in self.reviews if one.state == WAITING)


def hours_of(person: Person, year: int | None = None, rows: bool = False) -> Hours:
    """The hours of `year` (this one, if none is given); with `rows` also each booking."""
    year = year or clock.today(person.zone).year
    on = min(clock.today(person.zone), date(year, 12, 31))
    rules = hours.rules_named("annual_target", "annual_ceiling", "jp_minutes")
    kind = person.employment.kind if person.employment else None
    agency = people.root_of(person.placement.unit).id if person.placement else None

    def figure(name: str) -> int | None:
        found = {
            rule_name: hours.pick([r for r in rules if r.name == rule_name], on, kind, agency, None)
            for rule_name in (name, "jp_minutes")
        }
        rule = found[name]
        return hours.minutes_of_rule(rule, found["jp_minutes"]) if rule else None

    return Hours(
        year,
        hours.minutes_of_year(person, year),
        figure("annual_target"),
        figure("annual_ceiling"),
        [one for one in hours.reviews_of(person) if clock.day_of(one.created_at, person.zone).year == year],
        hours.ledger(person, year) if rows else [],
    )


@dataclass(frozen=True)
class Earned:
    """What a finished place has given."""

    lines: list[CompetencyRecord]
    """The competencies that it supports, as they stand on the record."""
    confirmed: set[int]
    """The ids of those that somebody has confirmed."""
    minutes: int
    """Counted."""
    uncounted: int
    """Learned over the daily limit, in minutes."""
    review: HoursReview | None
    """What a personnel officer looks at before it counts, or has refused."""
    certificate: Certificate | None
    """None until the job has made it."""

    @property
    def highest(self) -> list[CompetencyRecord]:
        """Of each competency the line with the highest level."""
        found: dict[int, CompetencyRecord] = {}
        for line in self.lines:
            if line.level > (found[line.competency_id].level if line.competency_id in found else 0):
                found[line.competency_id] = line
        return list(found.values())

    def sentence(self) -> str:
        """45 minutes = 1 JP are on your record."""
        if not self.minutes:
            return _("It is on your record.")
        whole = texts.hours(self.minutes)
        if self.minutes < 45:
            return _("%(hours)s are on your record.", hours=whole)
        return _("%(n)s minutes = %(hours)s are on your record.", n=self.minutes, hours=whole)


def earned(place: Enrolment) -> Earned | None:
    """What the place has given; None while it is not finished."""
    how = progress.of(place)
    if how is None or how.completed_at is None:
        return None
    lines, entries = records.of_registration(place.registration), hours.standing(place.registration)
    review = hours.review_of(place.registration)
    certificate = certificates.of_registration(place.registration)
    minutes = sum(entry.minutes for entry in entries)
    return Earned(
        lines=[line for line in lines if line.kind == SUPPORTED],
        confirmed={line.confirms_id for line in lines if line.confirms_id},
        minutes=minutes,
        uncounted=sum(entry.learned for entry in entries) - minutes,
        review=review if review and not entries else None,
        certificate=certificate if certificate and certificate.revoked_at is None else None,
    )
