"""Questions about the dictionary and about what positions ask for.

Every question takes an `agency`, the root unit whose own competencies and wording come first; None asks for what ships.
"""

import tomllib
from collections.abc import Iterable
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from lms.competency.models import LEVELS, Competency, CompetencyLevel, LevelName, PositionStandard
from lms.core import db, errors, paths
from lms.people.models import Person, Position, RoleGrant, Unit, in_force
from lms.people.queries import agency_of, today
from lms.people.roles import Role

Wording = dict[int, dict[int, str]]
"""Competency id -> level -> label."""


@cache
def shipped() -> dict[str, Any]:
    """The dictionary as it ships."""
    return tomllib.loads((paths.PACKAGE / "competency" / "dictionary.toml").read_text(encoding="utf-8"))


def _mine_or_shared(column, agency: Unit | None):
    return column.is_(None) if agency is None else or_(column.is_(None), column == agency.id)


def by_code(code: str, agency: Unit | None = None) -> Competency:
    """The competency with this code, the agency's own before the shared one; raises NotFound."""
    found = find_by_code(code, agency)
    if found is None:
        raise errors.NotFound
    return found


def find_by_code(code: str, agency: Unit | None = None) -> Competency | None:
    """The competency with this code, the agency's own before the shared one."""
    return db.session.scalar(
        select(Competency)
        .where(Competency.code == code, _mine_or_shared(Competency.agency_id, agency))
        .order_by(Competency.agency_id.is_(None))
        .limit(1)
    )


def all_competencies(agency: Unit | None = None) -> list[Competency]:
    """The shared dictionary and the agency's own, in the dictionary's order."""
    return list(
        db.session.scalars(
            select(Competency)
            .where(_mine_or_shared(Competency.agency_id, agency))
            .order_by(Competency.agency_id.is_not(None), Competency.number, Competency.code)
        )
    )


def wording(competencies: Iterable[Competency], agency: Unit | None = None) -> Wording:
    """The labels of many competencies at once, the agency's wording where it has one."""
    ids = [c.id for c in competencies]
    found: Wording = {number: {} for number in ids}
    rows = db.session.execute(
        select(CompetencyLevel.competency_id, CompetencyLevel.level, CompetencyLevel.label)
        .where(CompetencyLevel.competency_id.in_(ids), _mine_or_shared(CompetencyLevel.agency_id, agency))
        .order_by(CompetencyLevel.agency_id.is_not(None), CompetencyLevel.level)
    )
    for competency_id, level, label in rows:  # the agency's own come last, and so stay
        found[competency_id][level] = label
    return found


def label(competency: Competency, level: int, agency: Unit | None = None) -> str:
    """What somebody at `level` does, in the agency's words where it has its own; empty for a level without words."""
    return wording([competency], agency)[competency.id].get(level, "")


def level_names(agency: Unit | None = None) -> dict[int, str]:
    """What the levels 1 to 5 are called."""
    rows = db.session.execute(
        select(LevelName.level, LevelName.name)
        .where(_mine_or_shared(LevelName.agency_id, agency))
        .order_by(LevelName.agency_id.is_not(None), LevelName.level)
    )
    return dict(rows.all())


def standard_of(position_id: int) -> dict[int, int]:
    """What a position asks for: competency id -> level."""
    rows = db.session.execute(
        select(PositionStandard.competency_id, PositionStandard.level).where(
            PositionStandard.position_id == position_id
        )
    )
    return dict(rows.all())


def usual_level(position: Position) -> int | None:
    """The level that positions of this tier usually ask for; None for a tier that the dictionary does not name."""
    for level in LEVELS:
        if position.tier.strip().lower() in shipped()["usual_levels"][str(level)]:
            return level
    return None


def managed_agency(who: Person) -> Unit:
    """The agency whose dictionary and standards `who` looks after, their own first; raises NotFound."""
    granted = list(
        db.session.scalars(
            select(Unit)
            .join(RoleGrant, RoleGrant.unit_id == Unit.id)
            .where(
                RoleGrant.person_id == who.id,
                RoleGrant.role == Role.AGENCY_HR,
                in_force(RoleGrant, today()),
                Unit.parent_id.is_(None),
            )
            .order_by(Unit.id)
        )
    )
    own = agency_of(who)
    if not granted:
        raise errors.NotFound
    return own if own in granted else granted[0]


def positions_of(agency: Unit) -> list[tuple[Position, int]]:
    """The agency's positions by name, each with the number of competencies that it asks for."""
    counted = func.count(PositionStandard.id)
    rows = db.session.execute(
        select(Position, counted)
        .outerjoin(PositionStandard, PositionStandard.position_id == Position.id)
        .where(Position.agency_id == agency.id)
        .group_by(Position.id)
        .order_by(Position.name)
    )
    return [(position, count) for position, count in rows]


def position(uuid: UUID, agency: Unit) -> Position:
    """A position of this agency; raises NotFound, as for one that does not exist."""
    found = db.session.scalar(select(Position).where(Position.uuid == uuid, Position.agency_id == agency.id))
    if found is None:
        raise errors.NotFound
    return found
