"""Questions about people. Who may see whom is decided here, once: `visible_to` as a filter, `may` as a check."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import aliased

from lms.core import clock, db, errors
from lms.core.permissions import Permission
from lms.people import nip
from lms.people.models import (
    Employment,
    Person,
    Placement,
    RoleGrant,
    Supervision,
    Unit,
    XapiAccount,
    in_force,
)
from lms.people.roles import ALLOWS, SEES_ITS_UNITS, Role


def today(on: date | None = None, who: Person | None = None) -> date:
    """`on`, or the day that it is for `who` (in UTC, where nobody is meant)."""
    return on or (clock.today(who.zone) if who else clock.now().date())


def person(uuid: UUID) -> Person:
    """The person with this id; raises NotFound."""
    found = find_person(uuid)
    if found is None:
        raise errors.NotFound
    return found


def find_person(uuid: UUID) -> Person | None:
    """The person with this id."""
    return db.session.scalar(select(Person).where(Person.uuid == uuid))


def person_by_id(number: int) -> Person:
    """The person in this row; raises NotFound."""
    found = db.session.get(Person, number)
    if found is None:
        raise errors.NotFound
    return found


def find_by_login(login: str) -> Person | None:
    """Who signs in as `login`: a NIP (spaces, dots and hyphens forgiven) or an e-mail address."""
    text = login.strip()
    if "\0" in text:  # PostgreSQL takes none
        return None
    if "@" in text:
        return db.session.scalar(select(Person).where(Person.email == text.lower()))
    return db.session.scalar(select(Person).join(Employment).where(Employment.number == nip.digits(text)))


def seen_person(uuid: UUID, viewer: Person) -> Person:
    """The person, if `viewer` may see them; raises NotFound otherwise, as for one who does not exist."""
    found = db.session.scalar(select(Person).where(Person.uuid == uuid, visible_to(viewer)))
    if found is None:
        raise errors.NotFound
    return found


def units_under(unit_id: int) -> list[int]:
    """The ids of a unit and all below it, ended ones too."""
    below = select(Unit.id).where(Unit.id == unit_id).cte("below", recursive=True)
    child = aliased(Unit)
    below = below.union_all(select(child.id).join(below, child.parent_id == below.c.id))
    return list(db.session.scalars(select(below.c.id)))


def _subtree(roots):
    """A subselect of unit ids: `roots` (a select of unit ids) and all below them."""
    below = roots.cte("scope", recursive=True)
    child = aliased(Unit)
    below = below.union(select(child.id).join(below, child.parent_id == below.c[below.c.keys()[0]]))
    return select(below.c[below.c.keys()[0]])


def supervised_by(supervisor: Person, on: date | None = None) -> ColumnElement[bool]:
    """A criterion on Person: those whom `supervisor` leads on that day."""
    return Person.id.in_(
        select(Supervision.person_id).where(
            Supervision.supervisor_id == supervisor.id, in_force(Supervision, today(on, supervisor))
        )
    )


def placed_under(viewer: Person, roles: frozenset[Role], on: date | None = None) -> ColumnElement[bool]:
    """A criterion on Person: those who work in (or below) a unit where `viewer` holds one of `roles` on that day."""
    day = today(on, viewer)
    granted = select(RoleGrant.unit_id).where(
        RoleGrant.person_id == viewer.id,
        RoleGrant.role.in_(roles),
        RoleGrant.unit_id.is_not(None),
        in_force(RoleGrant, day),
    )
    return Person.id.in_(
        select(Placement.person_id).where(Placement.unit_id.in_(_subtree(granted)), in_force(Placement, day))
    )


def visible_to(viewer: Person, on: date | None = None) -> ColumnElement[bool]:
    """A criterion on Person: those whose record `viewer` may see on that day.

    Themselves, those whom they lead, and those who work in a unit (or below it) for which they hold a role that sees
    records. Nobody else, whatever the page.
    """
    if viewer.state != "active":
        return false()
    return or_(Person.id == viewer.id, supervised_by(viewer, on), placed_under(viewer, SEES_ITS_UNITS, on))


def roles_of(who: Person, on: date | None = None) -> set[Role]:
    """The hats that they wear on that day."""
    day = today(on, who)
    roles = {Role.LEARNER} | {
        Role(r)
        for r in db.session.scalars(
            select(RoleGrant.role).where(RoleGrant.person_id == who.id, in_force(RoleGrant, day))
        )
    }
    if db.session.scalar(
        select(Supervision.id).where(Supervision.supervisor_id == who.id, in_force(Supervision, day)).limit(1)
    ):
        roles.add(Role.SUPERVISOR)
    return roles


def permissions_of(who: Person) -> frozenset[Permission]:
    """All that they may do for somebody today; nothing for a suspended person."""
    if who.state != "active":
        return frozenset()
    return frozenset().union(*(ALLOWS[role] for role in roles_of(who)))


def may(who: Person, permission: Permission, about: Person | None = None) -> bool:
    """Whether `who` may do this; with `about`, whether to (or for) that person."""
    if who.state != "active":
        return False
    holding = {r for r in roles_of(who) if permission in ALLOWS[r]}
    if about is None or not holding:
        return bool(holding)
    if permission is Permission.LEARN:
        return who.id == about.id
    if who.id == about.id:
        return False  # nobody confirms, approves or manages themselves
    criteria: list[ColumnElement[bool]] = [placed_under(who, frozenset(holding))]
    if Role.SUPERVISOR in holding:
        criteria.append(supervised_by(who))
    if Role.OPERATOR in holding:
        criteria.append(true())
    return db.session.scalar(select(Person.id).where(Person.id == about.id, or_(*criteria))) is not None


def placement_of(who: Person, on: date | None = None) -> Placement | None:
    """Where they work on that day: a definite placement before an acting one."""
    return db.session.scalar(
        select(Placement)
        .where(Placement.person_id == who.id, in_force(Placement, today(on, who)))
        .order_by(Placement.acting, Placement.from_on.desc())
        .limit(1)
    )


def employment_of(who: Person, on: date | None = None) -> Employment | None:
    """What they are employed as on that day."""
    return db.session.scalar(
        select(Employment)
        .where(Employment.person_id == who.id, in_force(Employment, today(on, who)))
        .order_by(Employment.from_on.desc())
        .limit(1)
    )


def supervisor_of(who: Person, on: date | None = None) -> Person | None:
    """Who leads them on that day."""
    return db.session.scalar(
        select(Person)
        .join(Supervision, Supervision.supervisor_id == Person.id)
        .where(Supervision.person_id == who.id, in_force(Supervision, today(on, who)))
        .order_by(Supervision.from_on.desc())
        .limit(1)
    )


def team_of(supervisor: Person, on: date | None = None) -> list[Person]:
    """Those whom they lead on that day, by name."""
    return list(
        db.session.scalars(
            select(Person).where(supervised_by(supervisor, on), Person.state == "active").order_by(Person.name)
        )
    )


def zone_on(who: Person, on: date) -> str:
    """The zone of the unit in which they worked on that day."""
    held = placement_of(who, on)
    return held.unit.zone if held else who.zone


def root_of(unit: Unit) -> Unit:
    """The agency that `unit` belongs to."""
    while unit.parent is not None:
        unit = unit.parent
    return unit


def agency_of(who: Person) -> Unit | None:
    """The agency that they work for."""
    held = placement_of(who)
    return root_of(held.unit) if held else None


def setting(unit: Unit | None, name: str, default: Any = None) -> Any:
    """What `unit` has decided about `name`, or the nearest unit above it, or `default`."""
    while unit is not None:
        if name in unit.settings:
            return unit.settings[name]
        unit = unit.parent
    return default


def pendamping_of(who: Person) -> Unit | None:
    """The nearest unit at or above theirs that names somebody to ask for help."""
    unit = placement_of(who)
    found: Unit | None = unit.unit if unit else None
    while found is not None and not found.pendamping:
        found = found.parent
    return found


def unit_by_code(code: str) -> Unit | None:
    """The unit with the agency's own `code`."""
    return db.session.scalar(select(Unit).where(Unit.code == code))


def account_of(who: Person) -> XapiAccount:
    """Their xAPI account, the first one they were given; raises NotFound when it was erased."""
    found = db.session.scalar(
        select(XapiAccount).where(XapiAccount.person_id == who.id).order_by(XapiAccount.id).limit(1)
    )
    if found is None:
        raise errors.NotFound
    return found


def actor(who: Person) -> dict[str, Any]:
    """Them as an xAPI Agent: the account only, no name, never the NIP."""
    account = account_of(who)
    return {"objectType": "Agent", "account": {"homePage": account.home_page, "name": account.name}}


def person_of(home_page: str, name: str) -> Person | None:
    """Whose xAPI account this is."""
    return db.session.scalar(
        select(Person)
        .join(XapiAccount, XapiAccount.person_id == Person.id)
        .where(XapiAccount.home_page == home_page, XapiAccount.name == name)
    )


def works_here(who: Person) -> bool:
    """Whether they may come in: not suspended, and no number of theirs without an employment that goes on."""
    if who.state != "active":
        return False
    numbers = who.employments
    return not numbers or who.employment is not None


def masked(number: str) -> str:
    """A NIP with its middle hidden, as shown to strangers: 1987**********1003."""
    return nip.masked(number)
