"""Questions about records: what stands, against what the position asks for, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload

from lms.assessment.models import Question
from lms.catalogue import iris
from lms.catalogue.models import CourseVersion
from lms.competency import queries as competencies
from lms.competency.models import Competency
from lms.core import db, errors
from lms.core.permissions import Permission
from lms.enrolment.models import Enrolment
from lms.lrs import queries as lrs
from lms.lrs.queries import Stored
from lms.people import queries as people
from lms.people.models import Person
from lms.people.roles import ALLOWS, Role
from lms.progress import queries as progress
from lms.progress.fold import PASSED
from lms.records.models import CONFIRMED, SUPPORTED, WITHDRAWN, CompetencyRecord

WITH_NAMES = (joinedload(CompetencyRecord.competency), joinedload(CompetencyRecord.course))
CONFIRMERS = frozenset(role for role in Role if Permission.CONFIRM in ALLOWS[role])


def stands():
    """A criterion on CompetencyRecord: lines that nobody has taken back."""
    counter = aliased(CompetencyRecord)
    back = select(counter.reverses_id).where(counter.reverses_id.is_not(None))
    return (CompetencyRecord.kind != WITHDRAWN) & CompetencyRecord.id.not_in(back)


def of_person(person: Person) -> list[CompetencyRecord]:
    """What stands on the record of `person`, the newest first: supported and confirmed lines."""
    return list(
        db.session.scalars(
            select(CompetencyRecord)
            .where(CompetencyRecord.person_id == person.id, stands())
            .options(*WITH_NAMES)
            .order_by(CompetencyRecord.at.desc(), CompetencyRecord.id.desc())
        )
    )


def of_registration(registration: UUID) -> list[CompetencyRecord]:
    """What stands because of one place on a course, in the order in which it was written."""
    return list(
        db.session.scalars(
            select(CompetencyRecord)
            .where(CompetencyRecord.registration == registration, stands())
            .options(*WITH_NAMES)
            .order_by(CompetencyRecord.id)
        )
    )


@dataclass(frozen=True)
class Standing:
    """A competency of a person, against what their position asks for."""

    competency: Competency
    need: int
    """The level that the position asks for; 0 where it does not ask."""
    have_supported: int
    """The highest level that a course supports; 0 without one."""
    have_confirmed: int
    """The highest level that somebody has seen at work; 0 without one."""
    newest: CompetencyRecord | None
    """The line with the highest level, a confirmed one first: where *Mengapa?* leads. None without a line."""

    @property
    def have(self) -> int:
        """The highest level on record, confirmed or not."""
        return max(self.have_supported, self.have_confirmed)

    @property
    def gap(self) -> int:
        """Levels that are missing; never less than 0."""
        return max(0, self.need - self.have)


def profile(person: Person) -> list[Standing]:
    """Everything that the position of `person` asks for or their record holds, the largest gap first."""
    held = people.placement_of(person)
    need = competencies.standard_of(held.position_id) if held else {}
    lines: dict[int, list[CompetencyRecord]] = {}
    for line in of_person(person):
        lines.setdefault(line.competency_id, []).append(line)
    known = {line[0].competency_id: line[0].competency for line in lines.values()}
    missing = [number for number in need if number not in known]
    known |= {c.id: c for c in db.session.scalars(select(Competency).where(Competency.id.in_(missing)))}
    rows = [
        Standing(
            competency,
            need.get(number, 0),
            max((r.level for r in lines.get(number, []) if r.kind == SUPPORTED), default=0),
            max((r.level for r in lines.get(number, []) if r.kind == CONFIRMED), default=0),
            max(lines.get(number, []), default=None, key=lambda r: (r.level, r.kind == CONFIRMED, r.at)),
        )
        for number, competency in known.items()
    ]
    return sorted(rows, key=lambda row: (-row.gap, not row.need, row.competency.number, row.competency.code))


@dataclass(frozen=True)
class Happening:
    """A statement as a person reads it. It never tells what somebody answered."""

    id: str
    verb: str
    """The verb's IRI; `words.verb` puts it into words."""
    about: str
    """The lesson, the course, or empty for a test (`test` names it)."""
    test: str
    """pretest-1 or posttest; empty for anything else."""
    at: datetime
    voided: bool


@dataclass(frozen=True)
class Why:
    """Everything that a line on the record rests on. `words.sentence` tells it in a sentence."""

    record: CompetencyRecord
    label: str
    """What somebody at this level does."""
    title: str
    """The course; empty where no course stands behind it."""
    how: str
    """learned, classroom or manual (a responsible person said so); empty without a course."""
    place: UUID | None
    score: tuple[int, int] | None
    """Right answers and questions of the post-test that was passed."""
    passed_at: datetime | None
    lessons: int
    """Lessons that were learned."""
    skipped: int
    """Lessons that a pre-test passed over."""
    minutes: int
    """Whole minutes of active time in all of the course."""
    confirmations: list[CompetencyRecord]
    """Who has confirmed it; standing lines only."""
    taken_back: CompetencyRecord | None
    """The counter-entry, where there is one."""
    happenings: list[Happening]
    """The events that it rests on, in their order."""

    @property
    def stands(self) -> bool:
        """Whether nobody has taken it back."""
        return self.taken_back is None


def why(uuid: UUID, viewer: Person) -> Why:
    """Why this line stands on somebody's record; raises NotFound when `viewer` may not see them."""
    record = db.session.scalar(
        select(CompetencyRecord)
        .join(Person, Person.id == CompetencyRecord.person_id)
        .where(CompetencyRecord.uuid == uuid, CompetencyRecord.kind != WITHDRAWN, people.visible_to(viewer))
        .options(*WITH_NAMES)
    )
    if record is None:
        raise errors.NotFound
    place = db.session.scalar(select(Enrolment).where(Enrolment.registration == record.registration))
    done = progress.of(place) if place else None
    base = record if record.kind == SUPPORTED else _confirmed_line(record)
    events = lrs.by_ids([*base.evidence, *(record.evidence if record is not base else [])])
    passed = _passed(events)
    lessons = list(progress.lessons_of(place.registration).values()) if place else []
    return Why(
        record=record,
        label=competencies.label(record.competency, record.level, people.agency_of(record.person)),
        title=place.version.title if place else "",
        how=done.completed_how if done else "",
        place=place.uuid if place else None,
        score=_score(passed),
        passed_at=passed.timestamp if passed else None,
        lessons=sum(1 for row in lessons if row.settled_at and not row.skipped),
        skipped=sum(1 for row in lessons if row.settled_at and row.skipped),
        minutes=done.active_seconds // 60 if done else 0,
        confirmations=_confirmations(base),
        taken_back=db.session.scalar(select(CompetencyRecord).where(CompetencyRecord.reverses_id == record.id)),
        happenings=_happenings(events, place.version if place else None),
    )


def _confirmed_line(record: CompetencyRecord) -> CompetencyRecord:
    return db.session.get_one(CompetencyRecord, record.confirms_id) if record.confirms_id else record


def _confirmations(record: CompetencyRecord) -> list[CompetencyRecord]:
    return list(
        db.session.scalars(
            select(CompetencyRecord)
            .where(CompetencyRecord.confirms_id == record.id, stands())
            .options(joinedload(CompetencyRecord.by))
        )
    )


def _passed(events: Iterable[Stored]) -> Stored | None:
    """The post-test that was passed, of these events."""
    for event in events:
        named = iris.parse(event.activity)
        if event.verb == PASSED and named is not None and named.kind == "test" and named.name == "posttest":
            return event
    return None


def _score(passed: Stored | None) -> tuple[int, int] | None:
    score: dict[str, Any] = (passed.body.get("result") or {}).get("score") or {} if passed else {}
    if "raw" not in score or "max" not in score:
        return None
    return round(score["raw"]), round(score["max"])


def _happenings(events: Sequence[Stored], version: CourseVersion | None) -> list[Happening]:
    titles = {lesson.key: lesson.title for lesson in version.lessons} if version else {}
    asked = select(Question.key, Question.lesson_key).where(Question.version_id == version.id) if version else None
    lessons = dict(db.session.execute(asked).all()) if asked is not None else {}
    told = []
    for event in sorted(events, key=lambda e: (e.timestamp, e.id)):
        named = iris.parse(event.activity)
        about, test = version.title if version else "", ""
        if named is not None and named.kind == "test":
            about, test = "", named.name
        elif named is not None and named.kind in ("lesson", "question"):
            key = named.name if named.kind == "lesson" else lessons.get(named.name, "")
            about = titles.get(key, about)
        told.append(Happening(event.id, event.verb, about, test, event.timestamp, event.voided))
    return told


@dataclass(frozen=True)
class Unconfirmed:
    """A line that waits for somebody's yes, as they see it."""

    record: CompetencyRecord
    person: Person
    position: str


def unconfirmed(viewer: Person) -> list[Unconfirmed]:
    """What courses support about those for whom `viewer` may say that it is seen at work, the oldest first."""
    confirmation = aliased(CompetencyRecord)
    yes = select(confirmation.confirms_id).where(confirmation.confirms_id.is_not(None))
    rows = db.session.execute(
        select(CompetencyRecord, Person)
        .join_from(CompetencyRecord, Person, Person.id == CompetencyRecord.person_id)
        .where(
            CompetencyRecord.kind == SUPPORTED,
            CompetencyRecord.id.not_in(yes),
            stands(),
            Person.id != viewer.id,
            Person.state == "active",
            people.supervised_by(viewer) | people.placed_under(viewer, CONFIRMERS),
        )
        .options(*WITH_NAMES, joinedload(Person.placements))
        .order_by(CompetencyRecord.at, CompetencyRecord.id)
    ).unique()
    return [Unconfirmed(r, p, p.placement.position.name if p.placement else "") for r, p in rows]
