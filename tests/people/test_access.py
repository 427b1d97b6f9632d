"""Who sees whom, and who may do what: decided in one place, for filters and checks alike."""

from datetime import date

import pytest
from sqlalchemy import select

from lms.core import db
from lms.core.permissions import Permission as P
from lms.people import actions, errors, ranks
from lms.people import queries as people
from lms.people.models import Person
from lms.people.roles import Role
from tests.factories import Factories


def seen(viewer: Person, on: date | None = None) -> set[str]:
    return set(db.session.scalars(select(Person.name).where(people.visible_to(viewer, on))))


@pytest.fixture
def city(a: Factories) -> dict[str, Person]:
    health, schools = a.unit("Dinas Kesehatan"), a.unit("Dinas Pendidikan")
    clinic = a.unit("Puskesmas Mamajang", parent=health)
    chief = a.person("Chief", unit=clinic)
    return {
        "chief": chief,
        "ana": a.person("Ana", unit=clinic, supervisor=chief),
        "other": a.person("Other", unit=schools),
        "health": a.person("Health", unit=health),
        "viewer": a.person("Viewer", unit=health),
        "health_unit": health,
        "schools": schools,
        "clinic": clinic,
        "agency": a.agency(),
    }  # type: ignore[dict-item]


def give(city, role: Role, scope: str = "health_unit") -> Person:
    with db.transaction():
        actions.grant(city["viewer"], role, None if role is Role.OPERATOR else city[scope], by=None)
    return city["viewer"]


def test_a_learner_sees_only_themselves(city):
    assert seen(city["viewer"]) == {"Viewer"}


@pytest.mark.parametrize("role", [Role.UNIT_HR, Role.AGENCY_HR, Role.AUDITOR, Role.DPO, Role.ASSESSOR])
def test_who_has_a_unit_sees_it_and_what_is_below_and_nothing_beside(city, role):
    viewer = give(city, role)
    assert seen(viewer) == {"Viewer", "Health", "Chief", "Ana"}
    assert seen(give(city, role, "agency")) == {"Viewer", "Health", "Chief", "Ana", "Other"}


@pytest.mark.parametrize("role", [Role.TRAINER, Role.OPERATOR, Role.SUPERVISOR])
def test_other_roles_see_nobodys_record(city, role):
    assert seen(give(city, role)) == {"Viewer"}


def test_a_supervisor_sees_the_team_and_no_longer_from_the_day_it_ends(city):
    chief, ana, other = city["chief"], city["ana"], city["other"]
    assert seen(chief) == {"Chief", "Ana"}
    assert people.may(chief, P.CONFIRM, about=ana) and people.may(chief, P.SUPERVISE)
    with db.transaction():
        actions.set_supervisor(people.person_by_id(ana.id), people.person_by_id(other.id))
    assert seen(chief) == {"Chief"}
    assert seen(other) == {"Other", "Ana"}
    assert not people.may(chief, P.CONFIRM, about=ana) and not people.may(chief, P.SUPERVISE)
    assert seen(chief, on=date(2026, 3, 8)) == {"Chief", "Ana"}
    assert people.supervisor_of(ana).name == "Other" and people.supervisor_of(ana, date(2026, 3, 8)).name == "Chief"


def test_a_day_begins_in_the_zone_of_the_unit(a: Factories, later):
    chief = a.person("Chief", unit=a.unit("Dinas di Papua", zone="Asia/Jayapura"))
    new = a.person("New", unit=a.unit("Dinas lain di Papua", zone="Asia/Jayapura"))
    ana = a.person("Ana", supervisor=chief, unit=a.unit("Unit di Papua", zone="Asia/Jayapura"))
    with db.transaction():
        actions.set_supervisor(ana, new, on=date(2026, 3, 10))
    assert seen(chief) == {"Chief", "Ana"}
    later(hours=14, minutes=31)  # 9 March 15.01 in Greenwich is 10 March 00.01 in Jayapura
    assert seen(chief) == {"Chief"} and seen(new) == {"New", "Ana"}


def test_who_moves_away_is_seen_by_the_new_unit_alone(city):
    viewer, ana = give(city, Role.UNIT_HR), city["ana"]
    assert people.may(viewer, P.MANAGE_PEOPLE, about=ana)
    with db.transaction():
        actions.move(people.person_by_id(ana.id), city["schools"], "Guru")
    assert "Ana" not in seen(viewer)
    assert not people.may(viewer, P.MANAGE_PEOPLE, about=ana)
    assert people.placement_of(ana).unit.name == "Dinas Pendidikan"


def test_an_acting_place_stands_beside_the_definite_one(city):
    ana = city["ana"]
    with db.transaction():
        actions.move(people.person_by_id(ana.id), city["schools"], "Kepala Seksi", acting=True)
    assert people.placement_of(ana).unit.name == "Puskesmas Mamajang"
    assert seen(city["viewer"]) == {"Viewer"} and "Ana" in seen(give(city, Role.UNIT_HR, "schools"))


TABLE = {
    Role.LEARNER: {P.LEARN},
    Role.TRAINER: {P.LEARN, P.AUTHOR, P.REVIEW},
    Role.SUPERVISOR: {P.LEARN, P.SUPERVISE, P.CONFIRM},
    Role.ASSESSOR: {P.LEARN, P.CONFIRM},
    Role.UNIT_HR: {P.LEARN, P.MANAGE_PEOPLE},
    Role.AGENCY_HR: {P.LEARN, P.MANAGE_PEOPLE, P.MANAGE_AGENCY, P.APPROVE_HOURS, P.REVIEW},
    Role.AUDITOR: {P.LEARN, P.AUDIT},
    Role.DPO: {P.LEARN, P.PROTECT_DATA},
    Role.OPERATOR: {P.LEARN, P.OPERATE},
}


@pytest.mark.parametrize("role", list(Role))
def test_each_hat_allows_this_and_nothing_else(city, role):
    viewer = city["viewer"] if role is Role.LEARNER else give(city, role)
    assert {p for p in P if people.may(viewer, p)} == TABLE[role]


@pytest.mark.parametrize(
    ("role", "permission"),
    [
        (Role.UNIT_HR, P.MANAGE_PEOPLE),
        (Role.AGENCY_HR, P.APPROVE_HOURS),
        (Role.ASSESSOR, P.CONFIRM),
        (Role.AUDITOR, P.AUDIT),
        (Role.DPO, P.PROTECT_DATA),
    ],
)
def test_a_permission_about_somebody_holds_in_its_units_and_never_for_oneself(city, role, permission):
    viewer = give(city, role)
    assert people.may(viewer, permission, about=city["ana"])
    assert not people.may(viewer, permission, about=city["other"])
    assert not people.may(viewer, permission, about=viewer)


def test_an_ended_role_and_a_suspended_person_allow_nothing_at_once(city):
    viewer = give(city, Role.UNIT_HR)
    with db.transaction():
        actions.revoke(ranks.grants_of(viewer)[0], by=None)
    assert seen(viewer) == {"Viewer"} and not people.may(viewer, P.MANAGE_PEOPLE)
    give(city, Role.AUDITOR)
    with db.transaction():
        actions.suspend(people.person_by_id(viewer.id), by=None)
    assert seen(people.person_by_id(viewer.id)) == set() and not people.may(people.person_by_id(viewer.id), P.LEARN)


def grants(by: Person, who: Person, role: Role, unit) -> bool:
    try:
        with db.transaction():
            actions.grant(who, role, unit, by=by)
    except (errors.AboveOwnRank, errors.NotForOneself):
        return False
    return True


def test_nobody_grants_above_their_own_rank_or_beside_their_units(city):
    viewer, ana, health, clinic, schools = (
        give(city, Role.UNIT_HR),
        city["ana"],
        city["health_unit"],
        city["clinic"],
        city["schools"],
    )
    assert {r for r in Role if grants(viewer, ana, r, health)} == {Role.TRAINER, Role.ASSESSOR}
    assert grants(viewer, ana, Role.TRAINER, clinic)
    assert not grants(viewer, ana, Role.TRAINER, schools) and not grants(viewer, ana, Role.TRAINER, city["agency"])
    assert not grants(viewer, viewer, Role.TRAINER, health)
    give(city, Role.AGENCY_HR, "agency")
    assert {r for r in Role if grants(viewer, city["other"], r, schools)} == {
        Role.TRAINER,
        Role.ASSESSOR,
        Role.UNIT_HR,
        Role.AUDITOR,
        Role.DPO,
    }


def test_an_operator_grants_everything_that_is_granted(city):
    viewer = give(city, Role.OPERATOR)
    assert {r for r in Role if grants(viewer, city["ana"], r, None if r is Role.OPERATOR else city["agency"])} == (
        set(Role) - {Role.LEARNER, Role.SUPERVISOR}
    )


def test_hr_looks_after_its_units_and_an_operator_after_everybody(city):
    def managed(viewer):
        return set(db.session.scalars(select(Person.name).where(ranks.manageable_by(viewer))))

    assert managed(city["viewer"]) == set()
    assert managed(give(city, Role.UNIT_HR)) == {"Viewer", "Health", "Chief", "Ana"}
    assert managed(give(city, Role.OPERATOR)) == {"Viewer", "Health", "Chief", "Ana", "Other"}


def test_people_are_found_by_nip_and_address(a: Factories):
    ana = a.person(nip="199004122015032001", email="Ana@Kota.Example")
    for login in ("199004122015032001", "19900412 201503 2 001", " ana@kota.example ", "ANA@KOTA.EXAMPLE"):
        assert people.find_by_login(login).id == ana.id
    for login in ("", "199004122015032002", "budi@kota.example", "1" * 5000, "ana@kota.example\0"):
        assert people.find_by_login(login) is None


def test_the_actor_carries_neither_name_nor_nip(a: Factories):
    ana = a.person(name="Ana Lestari")
    actor = people.actor(ana)
    assert (
        set(actor) == {"objectType", "account"} and ana.employment.number not in str(actor) and "Ana" not in str(actor)
    )
    assert people.person_of(actor["account"]["homePage"], actor["account"]["name"]).id == ana.id
