"""What can happen to the dictionary and to the standards of positions. Each change by a person is in the audit log."""

from sqlalchemy import delete, func, select

from lms.competency import queries
from lms.competency.errors import CodeIsTaken, NotALevel, NotYourCompetency
from lms.competency.models import LEVELS, Competency, CompetencyLevel, LevelName, PositionStandard
from lms.core import audit, db
from lms.people.models import Person, Position, Unit


def load_dictionary() -> int:
    """The shared dictionary reads as it ships; returns how many texts were added or changed.

    Harmless when repeated. What an agency has worded for itself is in rows of its own and stays.
    """
    given = queries.shipped()
    changed = 0
    for number, one in enumerate(given["competency"], 1):
        competency = queries.find_by_code(one["code"])
        if competency is None:
            competency = Competency(code=one["code"], name=one["name"], kind=one["kind"])
            db.session.add(competency)
            changed += 1
        facts = {
            "name": one["name"],
            "kind": one["kind"],
            "description": one["description"],
            "number": number,
            "source": one.get("source", "Peraturan Menteri PANRB 38/2017, diringkas"),
        }
        for name, value in facts.items():
            if getattr(competency, name) != value:
                setattr(competency, name, value)
                changed += 1
        db.session.flush()
        for level, text in zip(LEVELS, one["levels"], strict=True):
            changed += _word(competency, level, text, None)
    for level, name in zip(LEVELS, given["level_names"]["names"], strict=True):
        changed += _name(level, name, given["level_names"]["source"], None)
    db.session.flush()
    return changed


def _word(competency: Competency, level: int, text: str, agency: Unit | None) -> bool:
    """Whether the wording changed."""
    agency_id = agency.id if agency else None
    row = db.session.scalar(
        select(CompetencyLevel).where(
            CompetencyLevel.competency_id == competency.id,
            CompetencyLevel.level == level,
            CompetencyLevel.agency_id.is_not_distinct_from(agency_id),
        )
    )
    if row is None:
        db.session.add(CompetencyLevel(competency_id=competency.id, level=level, label=text, agency_id=agency_id))
        return True
    changed, row.label = row.label != text, text
    return changed


def _name(level: int, name: str, source: str, agency: Unit | None) -> bool:
    agency_id = agency.id if agency else None
    row = db.session.scalar(
        select(LevelName).where(LevelName.level == level, LevelName.agency_id.is_not_distinct_from(agency_id))
    )
    if row is None:
        db.session.add(LevelName(level=level, name=name, source=source, agency_id=agency_id))
        return True
    changed, row.name, row.source = row.name != name, name, source
    return changed


def word_level(competency: Competency, level: int, text: str, agency: Unit, by: Person) -> None:
    """In `agency`, this level is worded so; an empty text goes back to the shipped wording."""
    _check_level(level)
    if competency.agency_id not in (None, agency.id):
        raise NotYourCompetency
    text = " ".join(text.split())
    before = queries.label(competency, level, agency)
    if competency.agency_id is not None:
        if text:
            _word(competency, level, text, None)
    elif text and text != queries.label(competency, level):
        _word(competency, level, text, agency)
    else:
        db.session.execute(
            delete(CompetencyLevel).where(
                CompetencyLevel.competency_id == competency.id,
                CompetencyLevel.level == level,
                CompetencyLevel.agency_id == agency.id,
            )
        )
    db.session.flush()
    after = queries.label(competency, level, agency)
    if after != before:
        audit.note(
            "competency.worded",
            by=by.id,
            subject=f"competency:{competency.uuid}",
            code=competency.code,
            level=level,
            before=before,
            after=after,
            agency=str(agency.uuid),
        )


def name_levels(names: dict[int, str], source: str, agency: Unit, by: Person) -> None:
    """In `agency`, the levels are called so."""
    before = queries.level_names(agency)
    for level, name in names.items():
        _check_level(level)
        if before.get(level) != name:
            _name(level, name, source, agency)
    db.session.flush()
    after = queries.level_names(agency)
    if after != before:
        audit.note(
            "competency.levels_named",
            by=by.id,
            subject=f"unit:{agency.uuid}",
            source=source,
            before=list(before.values()),
            after=list(after.values()),
        )


def add_competency(
    agency: Unit, code: str, name: str, description: str, source: str, labels: list[str], by: Person
) -> Competency:
    """The agency has a technical competency of its own, with five worded levels."""
    if queries.find_by_code(code, agency):
        raise CodeIsTaken(code=code)
    last = db.session.scalar(select(func.max(Competency.number)).where(Competency.agency_id == agency.id)) or 0
    competency = Competency(
        agency_id=agency.id,
        code=code,
        name=name,
        kind="technical",
        description=description,
        source=source,
        number=last + 1,
    )
    db.session.add(competency)
    db.session.flush()
    for level, text in zip(LEVELS, labels, strict=True):
        _word(competency, level, text, None)
    db.session.flush()
    audit.note(
        "competency.added",
        by=by.id,
        subject=f"competency:{competency.uuid}",
        code=code,
        name=name,
        agency=str(agency.uuid),
    )
    return competency


def set_standard(position: Position, competency: Competency, level: int | None, by: Person | None = None) -> None:
    """The position asks for this level of the competency; None: it does not ask for it."""
    if level is not None:
        _check_level(level)
    if competency.agency_id not in (None, position.agency_id):
        raise NotYourCompetency
    row = db.session.scalar(
        select(PositionStandard).where(
            PositionStandard.position_id == position.id, PositionStandard.competency_id == competency.id
        )
    )
    before = row.level if row else None
    if before == level:
        return
    if row is None:
        db.session.add(PositionStandard(position_id=position.id, competency_id=competency.id, level=level))
    elif level is None:
        db.session.delete(row)
    else:
        row.level = level
    db.session.flush()
    audit.note(
        "standard.set",
        by=by.id if by else None,
        subject=f"position:{position.uuid}",
        position=position.name,
        competency=competency.code,
        before=before,
        after=level,
    )


def propose_standard(position: Position, by: Person | None = None) -> bool:
    """A position without a standard asks for the usual level of its tier in M.1-M.8 and SK.1.

    Returns whether it was set. A position that has a standard, or whose tier is unknown, stays as it is.
    """
    level = queries.usual_level(position)
    if level is None or queries.standard_of(position.id):
        return False
    for competency in queries.all_competencies():
        if competency.kind != "technical":
            set_standard(position, competency, level, by)
    return True


def _check_level(level: int) -> None:
    if level not in LEVELS:
        raise NotALevel
