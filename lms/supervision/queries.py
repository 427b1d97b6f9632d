"""Questions of a supervisor about their team: how far, since when stuck, what is missing. Never an answer."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from lms.catalogue.models import CourseVersion
from lms.competency import queries as competencies
from lms.competency.models import PositionStandard
from lms.core import clock, db, errors
from lms.enrolment.models import Enrolment
from lms.hours import queries as hours
from lms.people import queries as people
from lms.people.models import Person
from lms.progress.models import Progress
from lms.records import queries as records
from lms.records.models import CONFIRMED, SUPPORTED, CompetencyRecord
from lms.supervision.models import Recognition

STUCK = timedelta(days=7)
"""So long without an event, and unfinished: something may be in the way."""
RECENT = timedelta(days=30)
"""So long after a finished course a word of thanks is offered first."""


@dataclass(frozen=True)
class Learning:
    """A place on a course, as far as a supervisor sees it."""

    place: UUID
    title: str
    course_id: int
    begun_at: datetime
    done: int
    total: int
    last_at: datetime | None
    """None before the first event."""
    completed_at: datetime | None

    @property
    def percent(self) -> int:
        """Lessons done, in per cent, rounded down."""
        return 100 * self.done // self.total if self.total else 0

    @property
    def stuck_since(self) -> datetime | None:
        """When the last event was, if that is long ago and the course is not finished."""
        last = self.last_at or self.begun_at
        return last if self.completed_at is None and clock.now() - last >= STUCK else None


@dataclass(frozen=True)
class Member:
    """One person of a team, and the one thing that their supervisor may want to do next."""

    person: Person
    position: str
    unit: str
    minutes: int
    """Counted in the year that it is."""
    target: int | None
    """Minutes that the year asks for; None where no target is set."""
    learning: Learning | None
    """What they are in the middle of: the one with the newest event."""
    finished: int
    """Courses finished in the year that it is."""
    gaps: int
    """Competencies of the position's standard that are not on record at its level."""
    to_confirm: int
    """Competencies that a course supports above what is confirmed."""
    to_thank: bool
    """They finished something lately and have had no word of thanks since."""

    @property
    def had_none(self) -> bool:
        """Whether this year has given them nothing yet: no minutes and no course begun."""
        return not (self.minutes or self.finished or self.learning)

    @property
    def action(self) -> str:
        """confirm, thank or view: what comes first."""
        return "confirm" if self.to_confirm else "thank" if self.to_thank else "view"


def _learning(people_ids: Iterable[int]) -> dict[int, list[Learning]]:
    """Their places that are open or finished, the newest event first."""
    rows = db.session.execute(
        select(
            Enrolment.person_id,
            Enrolment.uuid,
            CourseVersion.title,
            Enrolment.course_id,
            Enrolment.created_at,
            Progress.lessons_done,
            Progress.lessons_total,
            Progress.last_at,
            Progress.completed_at,
        )
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .outerjoin(Progress, Progress.enrolment_id == Enrolment.id)
        .where(Enrolment.person_id.in_(people_ids), Enrolment.ended_at.is_(None) | Progress.completed_at.is_not(None))
    )
    found: dict[int, list[Learning]] = defaultdict(list)
    for person_id, place, title, course_id, begun, done, total, last, completed in rows:
        found[person_id].append(Learning(place, title, course_id, begun, done or 0, total or 0, last, completed))
    for places in found.values():
        places.sort(key=lambda one: one.last_at or one.begun_at, reverse=True)
    return found


def learning_of(person: Person) -> list[Learning]:
    """Their courses, the newest event first."""
    return _learning([person.id]).get(person.id, [])


def _standing(people_ids: Iterable[int]) -> dict[int, list[CompetencyRecord]]:
    """Their competency records that nobody has taken back."""
    found: dict[int, list[CompetencyRecord]] = defaultdict(list)
    for row in db.session.scalars(
        select(CompetencyRecord).where(CompetencyRecord.person_id.in_(people_ids), records.stands())
    ):
        found[row.person_id].append(row)
    return found


def _gaps(lines: list[CompetencyRecord], standard: dict[int, int]) -> int:
    have: dict[int, int] = defaultdict(int)
    for row in lines:
        have[row.competency_id] = max(have[row.competency_id], row.level)
    return sum(have[competency] < level for competency, level in standard.items())


def _unconfirmed(lines: list[CompetencyRecord]) -> list[CompetencyRecord]:
    confirmed = {row.confirms_id for row in lines if row.kind == CONFIRMED}
    return [row for row in lines if row.kind == SUPPORTED and row.id not in confirmed]


def _to_confirm(lines: list[CompetencyRecord]) -> list[CompetencyRecord]:
    """Of each competency the highest supported line, where it is above what is confirmed: less would add nothing."""
    best: dict[int, CompetencyRecord] = {}
    for row in sorted(lines, key=lambda row: (row.level, row.at, row.kind == CONFIRMED)):
        best[row.competency_id] = row
    open_ones = {row.id for row in _unconfirmed(lines)}
    return [row for row in best.values() if row.id in open_ones]


def to_confirm(person: Person) -> list[CompetencyRecord]:
    """What courses support about `person` and waits for a yes: what the position asks for first, then by name."""
    held = person.placement
    asked = competencies.standard_of(held.position_id) if held else {}
    return sorted(
        _to_confirm(records.of_person(person)), key=lambda row: (row.competency_id not in asked, row.competency.name)
    )


def record_to_confirm(uuid: UUID, person: Person) -> CompetencyRecord:
    """The line of `person` that nobody has confirmed; raises NotFound where there is none, or no longer."""
    for row in _unconfirmed(records.of_person(person)):
        if row.uuid == uuid:
            return row
    raise errors.NotFound


def team(supervisor: Person) -> list[Member]:
    """Everyone whom `supervisor` leads today, by name: one query for each kind of fact, however many they are."""
    year = clock.today(supervisor.zone).year
    led = list(
        db.session.scalars(
            select(Person)
            .where(people.supervised_by(supervisor), people.visible_to(supervisor), Person.state == "active")
            .options(selectinload(Person.placements), selectinload(Person.employments))
            .order_by(Person.name)
        )
    )
    if not led:
        return []
    numbers = [person.id for person in led]
    minutes = hours.minutes_of_people(numbers, year)
    targets = hours.targets_of_people(led, year)
    learning, standing = _learning(numbers), _standing(numbers)
    standards: dict[int, dict[int, int]] = defaultdict(dict)
    for position_id, competency_id, level in db.session.execute(
        select(PositionStandard.position_id, PositionStandard.competency_id, PositionStandard.level).where(
            PositionStandard.position_id.in_({p.placement.position_id for p in led if p.placement})
        )
    ):
        standards[position_id][competency_id] = level
    thanked = dict(
        db.session.execute(
            select(Recognition.to_id, func.max(Recognition.at))
            .where(Recognition.to_id.in_(numbers), Recognition.from_id == supervisor.id)
            .group_by(Recognition.to_id)
        ).all()
    )
    return [
        _member(
            person,
            minutes.get(person.id, 0),
            targets.get(person.id),
            learning.get(person.id, []),
            standing.get(person.id, []),
            standards,
            thanked.get(person.id),
            year,
        )
        for person in led
    ]


def _member(
    person: Person,
    minutes: int,
    target: int | None,
    learning: list[Learning],
    lines: list[CompetencyRecord],
    standards: dict[int, dict[int, int]],
    thanked: datetime | None,
    year: int,
) -> Member:
    held = person.placement
    finished = [one.completed_at for one in learning if one.completed_at]
    last = max(finished, default=None)
    return Member(
        person=person,
        position=held.position.name if held else "",
        unit=held.unit.name if held else "",
        minutes=minutes,
        target=target,
        learning=next((one for one in learning if one.completed_at is None), None),
        finished=sum(clock.day_of(at, person.zone).year == year for at in finished),
        gaps=_gaps(lines, standards[held.position_id]) if held else 0,
        to_confirm=len(_to_confirm(lines)),
        to_thank=last is not None and clock.now() - last <= RECENT and (thanked is None or thanked < last),
    )


def thanks_between(supervisor: Person, person: Person) -> list[Recognition]:
    """The words of thanks that `supervisor` wrote to `person`, the newest first."""
    return list(
        db.session.scalars(
            select(Recognition)
            .where(Recognition.from_id == supervisor.id, Recognition.to_id == person.id)
            .options(joinedload(Recognition.course))
            .order_by(Recognition.at.desc())
        )
    )


def thanks_to(person: Person, limit: int = 20) -> list[Recognition]:
    """The words of thanks that `person` has had, the newest first, each with its giver."""
    return list(
        db.session.scalars(
            select(Recognition)
            .where(Recognition.to_id == person.id)
            .options(joinedload(Recognition.giver), joinedload(Recognition.course))
            .order_by(Recognition.at.desc())
            .limit(limit)
        )
    )
