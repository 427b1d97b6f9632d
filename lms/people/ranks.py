"""Who looks after whom, and who may hand out which role: nobody above their own rank."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, false, select, true

from lms.core import db, errors
from lms.core.permissions import Permission
from lms.people import queries
from lms.people.models import Person, RoleGrant, Unit, in_force
from lms.people.roles import ALLOWS, MAY_GRANT, Role


def manageable_by(viewer: Person, on: date | None = None) -> ColumnElement[bool]:
    """A criterion on Person: those whom `viewer` looks after: as HR those of their units, as operator everybody."""
    roles = queries.roles_of(viewer, on)
    if viewer.state != "active":
        return false()
    if Role.OPERATOR in roles:
        return true()
    return queries.placed_under(viewer, frozenset(r for r in roles if Permission.MANAGE_PEOPLE in ALLOWS[r]), on)


def managed_person(uuid: UUID, viewer: Person) -> Person:
    """The person, if `viewer` looks after them; raises NotFound otherwise."""
    found = db.session.scalar(select(Person).where(Person.uuid == uuid, manageable_by(viewer)))
    if found is None:
        raise errors.NotFound
    return found


def grants_of(who: Person, on: date | None = None) -> list[RoleGrant]:
    """The roles granted to them that hold on that day."""
    return list(
        db.session.scalars(
            select(RoleGrant)
            .where(RoleGrant.person_id == who.id, in_force(RoleGrant, queries.today(on, who)))
            .order_by(RoleGrant.id)
        )
    )


def grantable_by(who: Person, unit: Unit | None) -> frozenset[Role]:
    """The roles that `who` may grant for `unit` (None: the whole installation) and take back."""
    roles: set[Role] = set()
    for grant in grants_of(who):
        role = Role(grant.role)
        if role is Role.OPERATOR or (
            unit is not None and grant.unit_id is not None and unit.id in queries.units_under(grant.unit_id)
        ):
            roles |= MAY_GRANT.get(role, frozenset())
    return frozenset(roles)


def outranks(by: Person, who: Person) -> bool:
    """Whether `by` could grant every role that `who` holds: only then may they hand out a way into that account."""
    return all(
        Role(g.role) in grantable_by(by, db.session.get(Unit, g.unit_id) if g.unit_id else None) for g in grants_of(who)
    )


def units_managed_by(viewer: Person) -> list[Unit]:
    """The units whose people `viewer` looks after, by name; for an operator all."""
    chosen = select(Unit).order_by(Unit.name)
    roles = queries.roles_of(viewer)
    if Role.OPERATOR not in roles:
        mine = [g.unit_id for g in grants_of(viewer) if g.unit_id and Permission.MANAGE_PEOPLE in ALLOWS[Role(g.role)]]
        chosen = chosen.where(Unit.id.in_({i for root in mine for i in queries.units_under(root)}))
    return list(db.session.scalars(chosen))
