"""The ledger against what it was made from: `lms records verify` recomputes every line and names what differs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from lms.core import db
from lms.core.audit import AuditEntry
from lms.enrolment.models import Enrolment
from lms.lrs import queries as lrs
from lms.people import queries as people
from lms.people.models import Person
from lms.progress import queries as progress
from lms.records.actions import COMPLETED_RULE, LEARNER, SEEN_RULE, record_iri
from lms.records.models import CONFIRMED, SUPPORTED, WITHDRAWN, CompetencyRecord
from lms.records.words import CONFIRM


@dataclass(frozen=True)
class Difference:
    """Something in a ledger that does not follow from what it should follow from."""

    subject: str
    """Such as record:0190..., or place:0190... where a line is missing."""
    says: str
    """What differs, for an auditor; in English, and without names."""


def verify() -> list[Difference]:
    """What the competency ledger says and the statements do not, and the other way round; empty when they agree."""
    rows = list(db.session.scalars(select(CompetencyRecord).order_by(CompetencyRecord.id)))
    reversed_by = {row.reverses_id: row for row in rows if row.reverses_id}
    by_id = {row.id: row for row in rows}
    standing = [row for row in rows if row.kind != WITHDRAWN and row.id not in reversed_by]
    return [
        *_supported([row for row in standing if row.kind == SUPPORTED]),
        *(found for row in rows if row.kind == CONFIRMED for found in _confirmed(row, by_id)),
        *(found for row in rows if row.kind == WITHDRAWN for found in _withdrawn(row, by_id)),
        *(_named(row, f"its kind is {row.kind}") for row in rows if row.kind not in (SUPPORTED, CONFIRMED, WITHDRAWN)),
        *_noted({str(row.uuid) for row in rows}),
    ]


def _named(row: CompetencyRecord, says: str) -> Difference:
    return Difference(f"record:{row.uuid}", says)


def _supported(rows: list[CompetencyRecord]) -> Iterator[Difference]:
    """The standing supported lines against the fold of each place's statements."""
    lines: dict[object, dict[tuple[int, int], CompetencyRecord]] = {}
    for row in rows:
        lines.setdefault(row.registration, {})[row.competency_id, row.level] = row
    for place in db.session.scalars(select(Enrolment).order_by(Enrolment.id)).all():
        found, done = lines.pop(place.registration, {}), progress.folded(place)
        outcomes = {(o.competency_id, o.level) for o in place.version.outcomes} if done.completed_at else set()
        for competency, level in sorted(outcomes - found.keys()):
            yield Difference(f"place:{place.uuid}", f"completed, and no line for competency {competency} level {level}")
        for key, row in found.items():
            if key not in outcomes:
                yield _named(row, "the statements do not support it")
                continue
            expected = {
                "person": place.person_id,
                "course": place.course_id,
                "rule": COMPLETED_RULE,
                "evidence": done.evidence,
                "cause": done.evidence[-1],
                "time": done.completed_at,
            }
            says = (row.person_id, row.course_id, row.rule, row.evidence, row.cause, row.at)
            yield from _compared(row, expected, says)
    for orphans in lines.values():
        yield from (_named(row, "it belongs to nobody's place on a course") for row in orphans.values())


def _compared(row: CompetencyRecord, expected: dict[str, object], says: Iterable[object]) -> Iterator[Difference]:
    for (name, should), does in zip(expected.items(), says, strict=True):
        if should != does:
            yield _named(row, f"its {name} is {does}, and should be {should}")


def _confirmed(row: CompetencyRecord, by_id: dict[int, CompetencyRecord]) -> Iterator[Difference]:
    """A confirmation against its statement and the line that it confirms."""
    said, base = lrs.find(row.cause), by_id.get(row.confirms_id or 0)
    if said is None or said.verb != CONFIRM or not said.own or said.voided:
        yield _named(row, "no standing statement of ours says that it was confirmed")
        return
    if base is None or base.kind != SUPPORTED:
        yield _named(row, "it confirms no supported line")
        return
    account = said.body["actor"]["account"]
    by = people.person_of(account["homePage"], account["name"])
    learner = (said.body.get("context") or {}).get("extensions", {}).get(LEARNER, {})
    person = people.person_of(learner.get("homePage", ""), learner.get("name", ""))
    expected = {
        "person": base.person_id,
        "competency": (base.competency_id, base.level),
        "place": base.registration,
        "rule": SEEN_RULE,
        "confirmer": by.id if by else row.by_id,  # an erased account names nobody
        "learner": person.id if person else row.person_id,
        "note": (said.body.get("result") or {}).get("response", ""),
        "time": said.timestamp,
    }
    competency = (row.competency_id, row.level)
    says = (row.person_id, competency, row.registration, row.rule, row.by_id, row.person_id, row.note, row.at)
    yield from _compared(row, expected, says)
    if said.activity.rpartition("/")[2] not in {record_iri(r).rpartition("/")[2] for r in _lineage(base, by_id)}:
        yield _named(row, "its statement speaks of another line")


def _lineage(base: CompetencyRecord, by_id: dict[int, CompetencyRecord]) -> list[CompetencyRecord]:
    """`base` and the lines before it that said the same and fell: a confirmation follows from one to the next."""
    same = (base.registration, base.competency_id, base.level, SUPPORTED)
    return [r for r in by_id.values() if (r.registration, r.competency_id, r.level, r.kind) == same]


def _withdrawn(row: CompetencyRecord, by_id: dict[int, CompetencyRecord]) -> Iterator[Difference]:
    """A counter-entry against what it takes back."""
    base = by_id.get(row.reverses_id or 0)
    if base is None or base.kind == WITHDRAWN:
        yield _named(row, "it takes nothing back")
        return
    expected = {"person": base.person_id, "competency": (base.competency_id, base.level), "place": base.registration}
    yield from _compared(row, expected, (row.person_id, (row.competency_id, row.level), row.registration))


def _noted(there: set[str]) -> Iterator[Difference]:
    """Confirmations that the audit log remembers and the ledger has lost; a wiped demo's people are nobody's loss."""
    known = select(AuditEntry.subject).where(
        AuditEntry.action == "record.confirmed", AuditEntry.about_person_id.in_(select(Person.id))
    )
    for subject in db.session.scalars(known):
        if subject.removeprefix("record:") not in there:
            yield Difference(subject, "the audit log knows this confirmation, and the ledger does not")
