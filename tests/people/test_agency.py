"""Those who look after people: their list, codes, accounts and roles; and what the person sees of it."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.core import audit, db
from lms.core.audit import AuditEntry
from lms.people import actions
from lms.people import queries as people
from lms.people.models import Person
from lms.people.roles import Role
from tests.factories import Factories
from tests.people.browsing import reread, sign_in, submit, token_of


@pytest.fixture
def office(a: Factories) -> dict:
    health, schools = a.unit("Dinas Kesehatan"), a.unit("Dinas Pendidikan")
    clinic = a.unit("Puskesmas Mamajang", parent=health)
    hr = a.person("Rahma", unit=health, roles=[Role.UNIT_HR])
    return {
        "hr": hr,
        "ana": a.person("Ana Lestari", unit=clinic, email="ana@kota.example"),
        "other": a.person("Orang Lain", unit=schools),
        "health": health,
        "clinic": clinic,
        "schools": schools,
        "client": a.client(hr),
    }


def here(who: Person) -> str:
    return f"/agency/people/{who.uuid}"


def test_the_list_shows_my_units_and_nobody_else(office):
    page = office["client"].get("/agency/people/").text
    assert "Ana Lestari" in page and "Rahma" in page and "Orang Lain" not in page and "Dinas Pendidikan" not in page


@pytest.mark.parametrize("words", ["lestari", "ANA", "ana@kota.example", "NIP"])
def test_people_are_found_by_name_nip_or_address(office, words):
    words = office["ana"].employment.number if words == "NIP" else words
    page = office["client"].get("/agency/people/", query_string={"who": words}).text
    assert "Ana Lestari</a>" in page and "Rahma</a>" not in page
    assert "Orang Lain" not in office["client"].get("/agency/people/", query_string={"who": "orang"}).text
    assert "Ana Lestari</a>" not in office["client"].get("/agency/people/", query_string={"who": "%"}).text


def test_others_people_are_not_there_for_any_deed(office):
    client, other = office["client"], office["other"]
    assert client.get(here(other)).status_code == 404
    token = token_of(client.get("/account/").text)
    for path, fields in [
        ("code", {"seen": "y"}),
        ("state", {"why": "x"}),
        ("roles", {"role": "trainer", "unit": str(office["health"].uuid)}),
        ("roles/end", {"role": "trainer"}),
        ("objection", {}),
    ]:
        assert client.post(f"{here(other)}/{path}", data={"csrf_token": token, **fields}).status_code == 404, path
    assert client.get(f"/agency/people/codes/{office['schools'].uuid}").status_code == 404


@pytest.mark.parametrize("roles", [[], [Role.TRAINER], [Role.ASSESSOR], [Role.AUDITOR], [Role.DPO]])
def test_others_have_no_list_at_all(office, a: Factories, roles):
    client = a.client(a.person("Somebody", unit=office["health"], roles=roles))
    for path in ("/agency/people/", here(office["ana"]), f"/agency/people/codes/{office['clinic'].uuid}"):
        assert client.get(path).status_code == 403


def test_a_code_is_issued_to_whoever_stands_before_me_and_shown_once(office, a: Factories):
    client, ana = office["client"], office["ana"]
    assert submit(client, f"{here(ana)}/code", page=here(ana)).status_code == 422
    answer = submit(client, f"{here(ana)}/code", page=here(ana), seen="y")
    code = re.search(r"data-code>([0-9A-Z-]{14})<", answer.text)[1]
    assert code not in client.get(here(ana)).text
    assert sign_in(a.client(), ana.employment.number, code=code).headers["Location"] == "/welcome"


def test_the_person_sees_who_looked_and_who_did_what(office, a: Factories):
    client, ana = office["client"], office["ana"]
    submit(client, f"{here(ana)}/code", page=here(ana), seen="y")
    page = a.client(ana).get("/account/readers").text
    assert "Rahma" in page and "membuka data Anda di daftar pegawai" in page and "menerbitkan kode sekali pakai" in page
    assert "Rahma" not in a.client(office["other"]).get("/account/readers").text


def test_a_long_history_is_paged(office, a: Factories):
    with db.transaction():
        for _ in range(30):
            audit.note("record.read", by=office["hr"].id, about=office["ana"].id)
    client = a.client(office["ana"])
    assert (
        client.get("/account/readers").text.count("<li>") > client.get("/account/readers?page=2").text.count("<li>") > 0
    )
    assert (
        client.get("/account/readers?page=-1").status_code == client.get("/account/readers?page=x").status_code == 200
    )


def test_cards_are_printed_for_those_who_never_came_and_are_different(office, a: Factories):
    client, path = office["client"], f"/agency/people/codes/{office['health'].uuid}"
    page = submit(client, path).text
    found = dict(
        zip(re.findall(r"<dd>(\d{18})</dd>", page), re.findall(r'class="code">([0-9A-Z-]{14})<', page), strict=True)
    )
    assert set(found) == {office["ana"].employment.number}  # never for oneself
    assert sign_in(a.client(), *found.popitem()).headers["Location"] == "/welcome"
    again = client.get(path).text
    assert "Buat kartu" in again  # my own card is a colleague's task, so the count stays


def test_an_account_is_closed_with_a_reason_and_opened_again(office, a: Factories):
    client, ana = office["client"], office["ana"]
    theirs = a.client(ana)
    assert submit(client, f"{here(ana)}/state", page=here(ana)).status_code == 422
    assert submit(client, f"{here(ana)}/state", page=here(ana), why="Mutasi keluar").status_code == 303
    assert theirs.get("/account/").status_code == 303
    assert submit(client, f"{here(ana)}/state", page=here(ana), state="active").status_code == 303
    reread()
    assert people.person_by_id(ana.id).state == "active"
    assert [
        e.action for e in db.session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("person.s")))
    ] == ["person.suspended"]


def test_roles_are_given_and_ended_within_my_rank(office):
    client, ana = office["client"], office["ana"]

    def held() -> set:
        reread()
        return people.roles_of(people.person_by_id(ana.id)) - {Role.LEARNER}

    assert (
        submit(
            client, f"{here(ana)}/roles", page=here(ana), role="trainer", unit=str(office["clinic"].uuid)
        ).status_code
        == 303
    )
    assert held() == {Role.TRAINER}
    for role, unit in [("agency_hr", office["health"]), ("operator", office["health"]), ("trainer", office["schools"])]:
        assert submit(client, f"{here(ana)}/roles", page=here(ana), role=role, unit=str(unit.uuid)).status_code in (
            400,
            403,
            404,
        )
    assert held() == {Role.TRAINER}
    assert (
        submit(
            client, f"{here(ana)}/roles/end", page=here(ana), role="trainer", unit=str(office["clinic"].uuid)
        ).status_code
        == 303
    )
    assert held() == set()


def test_unit_hr_does_not_touch_the_account_of_somebody_above(office, a: Factories):
    chief = a.person("Kepala", unit=office["health"], roles=[Role.AGENCY_HR], scope=a.agency())
    page = office["client"].get(here(chief)).text
    assert "/code" not in page and "/state" not in page
    token = token_of(office["client"].get("/account/").text)
    for path, fields in [("code", {"seen": "y"}), ("state", {"why": "x"})]:
        assert office["client"].post(f"{here(chief)}/{path}", data={"csrf_token": token, **fields}).status_code == 403


def test_nobody_is_offered_deeds_on_themselves(office):
    client, hr = office["client"], office["hr"]
    page = client.get(here(hr)).text
    assert f"{hr.uuid}/code" not in page and f"{hr.uuid}/roles" not in page
    token = token_of(client.get("/account/").text)
    assert client.post(f"{here(hr)}/code", data={"csrf_token": token, "seen": "y"}).status_code == 403
    assert client.post(f"{here(hr)}/state", data={"csrf_token": token, "why": "x"}).status_code == 403


def test_not_my_unit_is_shown_until_it_is_settled(office, a: Factories):
    client, ana = office["client"], office["ana"]
    submit(a.client(ana), "/welcome/unit", what="Dinas Pendidikan sejak Januari")
    assert "unit atau jabatannya keliru" in client.get("/agency/people/").text
    assert "Ana Lestari</a>" in client.get("/agency/people/?objections=1").text
    assert "Dinas Pendidikan sejak Januari" in client.get(here(ana)).text
    submit(client, f"{here(ana)}/objection", page=here(ana))
    assert "unit atau jabatannya keliru" not in client.get("/agency/people/").text


def test_an_operator_begins_with_nobody_above(a: Factories, office):
    operator: FlaskClient = a.client(a.person("Operator", roles=[Role.OPERATOR]))
    assert "Orang Lain" in operator.get("/agency/people/").text
    answer = submit(
        operator, f"{here(office['ana'])}/roles", page=here(office["ana"]), role="agency_hr", unit=str(a.agency().uuid)
    )
    assert answer.status_code == 303
    reread()
    assert Role.AGENCY_HR in people.roles_of(people.person_by_id(office["ana"].id))


def test_names_are_shown_as_text_and_never_as_markup(office, a: Factories):
    with db.transaction():
        actions.add_person("<script>alert(1)</script>", unit=office["clinic"], position="<b>x</b>")
    page = office["client"].get("/agency/people/").text
    assert "<script>alert(1)" not in page and "<b>x</b>" not in page and "&lt;script&gt;alert(1)" in page


def test_a_nul_in_a_text_does_no_harm(office, a: Factories):
    client, ana = office["client"], office["ana"]
    assert submit(a.client(ana), "/welcome/unit", what="Dinas\0Pendidikan").status_code == 303
    assert submit(client, f"{here(ana)}/state", page=here(ana), why="Mutasi\0").status_code == 303
    assert client.get("/agency/people/?who=%00&unit=%00").status_code == 200
    assert client.get("/sign-in/link/%00").status_code in (200, 404)
    assert submit(a.client(), "/sign-in", login="ana@kota\0.example").status_code in (303, 422)
