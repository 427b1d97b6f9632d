"""Pages of the dictionary: everybody reads, agency HR words and sets standards, nobody for another agency."""

import re

import pytest

from lms.competency import queries
from lms.core import db
from lms.people import actions as people
from lms.people.roles import Role


@pytest.fixture
def officer(a):
    return a.client(a.person("Sari", roles=[Role.AGENCY_HR], scope=a.agency()))


def sent(client, address: str, **fields: str):
    """The form at `address`, filled in and sent."""
    page = client.get(address)
    assert page.status_code == 200, page.text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]
    return client.post(address, data={"csrf_token": token, **fields})


def test_everybody_reads_what_a_level_means(a):
    page = a.client(a.person()).get("/competencies/M.5")
    assert page.status_code == 200
    assert "Bertugas mengikuti standar pelayanan" in page.text and "PANRB 38/2017" in page.text
    assert a.client(a.person()).get("/competencies/M.99").status_code == 404
    assert a.client().get("/competencies/M.5").status_code == 303


def test_agency_hr_words_a_level(a, officer):
    field = "level_1"
    answer = sent(officer, "/agency/competencies/M.5", **{field: "Melayani sesuai maklumat"})
    assert answer.status_code == 303
    assert "Melayani sesuai maklumat" in a.client(a.person()).get("/competencies/M.5").text
    assert "Rumusan bersama: Bertugas mengikuti standar pelayanan" in officer.get("/agency/competencies/M.5").text
    other = _other_agency()
    assert "Melayani sesuai maklumat" not in a.client(a.person(unit=other)).get("/competencies/M.5").text


def _other_agency():
    with db.transaction():
        return people.add_unit(name="Pemerintah Kabupaten Lain", kind="agency", zone="Asia/Jakarta", code="KAB")


def test_agency_hr_sets_a_standard(a, officer):
    position = a.position("Bendahara")
    address = f"/agency/positions/{position.uuid}"
    fields = {c.uuid.hex: "0" for c in queries.all_competencies()}
    first = queries.by_code("M.1")
    assert sent(officer, address, **fields | {first.uuid.hex: "3"}).status_code == 303
    db.session.rollback()  # the test's own read is over: look again
    assert queries.standard_of(position.id) == {first.id: 3}
    assert "Bendahara" in officer.get("/agency/competencies/").text
    assert sent(officer, address, **fields | {first.uuid.hex: "9"}).status_code == 200
    assert queries.standard_of(position.id) == {first.id: 3}


def test_the_usual_levels_are_one_press_away(a, officer):
    position = a.position("Pelaksana")
    page = officer.get(f"/agency/positions/{position.uuid}").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    assert officer.post(f"/agency/positions/{position.uuid}/usual", data={"csrf_token": token}).status_code == 303
    db.session.rollback()
    assert len(queries.standard_of(position.id)) == 9
    assert "/usual" not in officer.get(f"/agency/positions/{position.uuid}").text


def test_agency_hr_adds_a_competency_and_names_levels(a, officer):
    fields = {f"level_{n}": f"Tahap {n}" for n in range(1, 6)}
    wrong = sent(officer, "/agency/competencies/new", code="keu", name="Keuangan", source="Perwali", **fields)
    assert wrong.status_code == 200 and "huruf besar" in wrong.text
    assert (
        sent(officer, "/agency/competencies/new", code="T.KEU", name="Keuangan", source="Perwali", **fields).status_code
        == 303
    )
    assert "Tahap 3" in a.client(a.person()).get("/competencies/T.KEU").text
    assert sent(officer, "/agency/competencies/levels", source="Perwali", **fields).status_code == 303
    assert "Level 2: Tahap 2" in a.client(a.person()).get("/competencies/M.1").text


@pytest.mark.parametrize(
    "role", [None, Role.TRAINER, Role.UNIT_HR, Role.ASSESSOR, Role.AUDITOR, Role.DPO, Role.OPERATOR]
)
def test_others_cannot_change_anything(a, role):
    position = a.position("Bendahara")
    client = a.client(a.person(roles=[role] if role else []))
    for address in (
        "/agency/competencies/",
        "/agency/competencies/M.1",
        "/agency/competencies/new",
        "/agency/competencies/levels",
        f"/agency/positions/{position.uuid}",
    ):
        assert client.get(address).status_code == 403
        assert client.post(address).status_code in (400, 403, 405)


def test_nobody_sets_standards_for_another_agency(a):
    position = a.position("Bendahara")
    other = _other_agency()
    stranger = a.client(a.person("Dewi", unit=other, roles=[Role.AGENCY_HR], scope=other))
    assert stranger.get(f"/agency/positions/{position.uuid}").status_code == 404
    assert "Bendahara" not in stranger.get("/agency/competencies/").text
    of_a_part = a.client(a.person("Eko", roles=[Role.AGENCY_HR]))
    assert of_a_part.get("/agency/competencies/").status_code == 404
