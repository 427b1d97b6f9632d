"""What can happen to units, people, their places and their roles."""

import re
from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import select

from lms.core import audit, clock, db, settings
from lms.people import errors, queries, ranks
from lms.people.entry import (
    add_passkey,
    ask_link,
    end_session,
    end_sessions,
    issue_code,
    keep_password,
    remove_passkey,
    set_password,
    start_session,
    tidy,
    use_code,
)
from lms.people.erasing import erase, names_them
from lms.people.models import (
    Employment,
    Person,
    Placement,
    Position,
    RoleGrant,
    Supervision,
    Unit,
    XapiAccount,
    in_force,
)
from lms.people.nip import parse as parse_nip
from lms.people.roles import Role

__all__ = [
    "add_passkey", "add_person", "add_position", "add_unit", "ask_link", "confirm_place", "end_session", "end_sessions",
    "erase", "grant", "issue_code", "keep_password", "move", "object_to_place", "reactivate", "remove_passkey", "revoke",
    "set_password", "set_supervisor", "settle_objection", "speak", "start_session", "suspend", "tidy", "use_code",
]  # fmt: skip
UNIT_KINDS = ("agency", "opd", "uptd", "puskesmas", "kecamatan", "kelurahan", "school", "other")


def add_unit(
    name: str,
    kind: str = "opd",
    parent: Unit | None = None,
    zone: str | None = None,
    code: str | None = None,
    short_name: str = "",
    pendamping: str = "",
    pendamping_phone: str = "",
    demo: bool = False,
) -> Unit:
    """A new unit below `parent`, or an agency where that is None; zone and demo mark come from above unless given."""
    code = code or _free_code(short_name or name)
    zone = zone or (parent.zone if parent else "Asia/Jakarta")
    if (
        kind not in UNIT_KINDS
        or (kind == "agency") != (parent is None)
        or zone not in clock.ZONES
        or queries.unit_by_code(code)
    ):
        raise errors.UnitIsWrong
    unit = Unit(
        name=name,
        kind=kind,
        parent=parent,
        zone=zone,
        code=code,
        short_name=short_name,
        pendamping=pendamping,
        pendamping_phone=pendamping_phone,
        demo=demo or bool(parent and parent.demo),
    )
    db.session.add(unit)
    db.session.flush()
    return unit


def _free_code(name: str) -> str:
    start = re.sub(r"[^A-Z0-9]+", "-", name.upper()).strip("-")[:40] or "UNIT"
    code, n = start, 1
    while queries.unit_by_code(code):
        n += 1
        code = f"{start}-{n}"
    return code


def add_position(agency: Unit, name: str, kind: str = "executor", tier: str = "") -> Position:
    """The agency's position of this name, made now if it is new."""
    found = db.session.scalar(select(Position).where(Position.agency_id == agency.id, Position.name == name))
    if found is None:
        found = Position(agency_id=agency.id, name=name, kind=kind, tier=tier)
        db.session.add(found)
        db.session.flush()
    return found


def add_person(
    name: str,
    nip: str | None = None,
    kind: str = "pns",
    unit: Unit | None = None,
    position: Position | str | None = None,
    supervisor: Person | None = None,
    email: str | None = None,
    demo: bool = False,
    rank: str = "",
    on: date | None = None,
    birth_place: str = "",
) -> Person:
    """A new person with an xAPI account, employed under `nip` and placed in `unit` from the day `on` (today).

    Raises NipIsWrong and KnownAlready. A person of the demo is not asked whether unit and position are right.
    """
    number = parse_nip(nip).number if nip else None
    email = email.strip().lower() if email else None
    if (number and db.session.scalar(select(Employment.id).where(Employment.number == number))) or (
        email and db.session.scalar(select(Person.id).where(Person.email == email))
    ):
        raise errors.KnownAlready
    day = on or clock.today(unit.zone if unit else "Asia/Jakarta")
    who = Person(
        name=name,
        email=email,
        demo=demo,
        birth_place=birth_place,
        confirmed_at=clock.now() if demo else None,
        employments=[],
        placements=[],
    )
    db.session.add(who)
    db.session.flush()
    db.session.add(XapiAccount(person_id=who.id, home_page=settings.current().address, name=str(uuid4())))
    if number:
        db.session.add(Employment(person=who, kind=kind, number=number, rank=rank, from_on=day))
    if unit is not None:
        move(who, unit, position or "Pelaksana", day)
    if supervisor is not None:
        set_supervisor(who, supervisor, day)
    db.session.flush()
    return who


def move(
    who: Person,
    unit: Unit,
    position: Position | str,
    on: date | None = None,
    acting: bool = False,
    by: Person | None = None,
) -> Placement:
    """They work in `unit` from the day `on`; a definite placement ends the one before, an acting one stays beside."""
    day = on or clock.today(unit.zone)
    post = add_position(queries.root_of(unit), position) if isinstance(position, str) else position
    before = [] if acting else [p for p in who.placements if not p.acting and p.holds(day)]
    for held in before:
        held.to_on = day - timedelta(days=1)
    placed = Placement(person=who, unit=unit, position=post, acting=acting, from_on=day)
    db.session.add(placed)
    db.session.flush()
    if before or by:
        audit.note("person.moved", by=by.id if by else None, about=who.id, subject=f"unit:{unit.uuid}")
    return placed


def set_supervisor(who: Person, supervisor: Person, on: date | None = None, by: Person | None = None) -> None:
    """`supervisor` leads them from the day `on`, and nobody else: who did before sees nothing from that day on."""
    if who.id == supervisor.id:
        raise errors.NotOwnSupervisor
    day = on or clock.today(who.zone)
    before = db.session.scalars(
        select(Supervision).where(Supervision.person_id == who.id, in_force(Supervision, day))
    ).all()
    for led in before:
        led.to_on = day - timedelta(days=1)
    db.session.add(Supervision(person_id=who.id, supervisor_id=supervisor.id, from_on=day))
    db.session.flush()
    if before or by:
        audit.note("supervisor.changed", by=by.id if by else None, about=who.id, subject=f"person:{supervisor.uuid}")


def grant(who: Person, role: Role, unit: Unit | None, by: Person | None, on: date | None = None) -> RoleGrant:
    """They wear this hat for `unit` and below from the day `on`. `by` None is the command line: it may grant all.

    Raises AboveOwnRank, and NotForOneself.
    """
    role, day = Role(role), on or clock.today(who.zone)
    if role is Role.LEARNER or (role is not Role.OPERATOR and unit is None):
        raise errors.AboveOwnRank
    if by is not None:
        _must_be_grantable(by, who, role, unit)
    held = db.session.scalar(
        select(RoleGrant).where(
            RoleGrant.person_id == who.id,
            RoleGrant.role == role.value,
            RoleGrant.unit_id == unit.id if unit else RoleGrant.unit_id.is_(None),
            in_force(RoleGrant, day),
        )
    )
    if held is not None:
        return held
    given = RoleGrant(
        person_id=who.id,
        role=role.value,
        unit_id=unit.id if unit else None,
        from_on=day,
        granted_by_id=by.id if by else None,
    )
    db.session.add(given)
    db.session.flush()
    audit.note(
        "role.granted",
        by=by.id if by else None,
        about=who.id,
        role=role.value,
        subject=f"unit:{unit.uuid}" if unit else "",
    )
    return given


def revoke(held: RoleGrant, by: Person | None) -> None:
    """The role ended yesterday: from the next request on it allows nothing."""
    who = queries.person_by_id(held.person_id)
    unit = db.session.get(Unit, held.unit_id) if held.unit_id else None
    if by is not None:
        _must_be_grantable(by, who, Role(held.role), unit)
    held.to_on = clock.today(who.zone) - timedelta(days=1)
    audit.note(
        "role.ended",
        by=by.id if by else None,
        about=who.id,
        role=held.role,
        subject=f"unit:{unit.uuid}" if unit else "",
    )


def _must_be_grantable(by: Person, who: Person, role: Role, unit: Unit | None) -> None:
    if by.id == who.id:
        raise errors.NotForOneself
    if by.state != "active" or role not in ranks.grantable_by(by, unit):
        raise errors.AboveOwnRank


def _must_outrank(by: Person | None, who: Person) -> None:
    if by is not None and by.id == who.id:
        raise errors.NotForOneself
    if by is not None and not ranks.outranks(by, who):
        raise errors.AboveOwnRank


def suspend(who: Person, by: Person | None, why: str = "") -> None:
    """They cannot come in any more, and are signed out everywhere; what they learned is kept.

    `why` stays in the log for good, so it names nobody: raises ReasonNamesThem.
    """
    _must_outrank(by, who)
    if names_them(why, who):
        raise errors.ReasonNamesThem
    if who.state == "active":
        who.state = "suspended"
        end_sessions(who)
        audit.note("person.suspended", by=by.id if by else None, about=who.id, why=why)


def reactivate(who: Person, by: Person | None) -> None:
    """They can come in again."""
    _must_outrank(by, who)
    if who.state == "suspended":
        who.state = "active"
        audit.note("person.reactivated", by=by.id if by else None, about=who.id)


def confirm_place(who: Person) -> None:
    """They say that unit and position are right."""
    who.confirmed_at, who.objection = clock.now(), ""


def object_to_place(who: Person, what: str) -> None:
    """They say what is wrong with unit or position; unit HR sees it until it is settled."""
    who.objection, who.confirmed_at = what.strip() or "?", None
    audit.note("place.objected", by=who.id, about=who.id)


def settle_objection(who: Person, by: Person) -> None:
    """Unit HR has looked at what they said; at the next sign-in they are asked again."""
    who.objection = ""
    audit.note("place.settled", by=by.id, about=who.id)


def speak(who: Person, language: str) -> None:
    """They are spoken to in this language: id or en."""
    who.language = "en" if language == "en" else "id"
