"""The dictionary loads, an agency's words stay, and positions ask for levels."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from lms.competency import actions, errors, queries
from lms.competency.cli import competency as command
from lms.competency.models import Competency, CompetencyLevel
from lms.core import db, texts
from lms.core.audit import AuditEntry
from lms.people import actions as people
from lms.people.roles import Role


@pytest.fixture
def officer(a):
    return a.person("Sari", roles=[Role.AGENCY_HR], scope=a.agency())


def test_the_regulations_nine_and_two_technical_ones():
    found = queries.all_competencies()
    assert [c.code for c in found] == [*(f"M.{n}" for n in range(1, 9)), "SK.1", "T.KI", "T.PDP"]
    assert [c.kind for c in found] == ["managerial"] * 8 + ["socio_cultural"] + ["technical"] * 2
    assert all([level.level for level in c.levels] == [1, 2, 3, 4, 5] and c.source for c in found)
    assert queries.label(queries.by_code("M.5"), 1) == "Bertugas mengikuti standar pelayanan"
    assert list(queries.level_names().values()) == ["Paham", "Dasar", "Menengah", "Mumpuni", "Ahli"]


def test_loading_again_changes_nothing_and_repairs_what_ships():
    with db.transaction():
        assert actions.load_dictionary() == 0
    with db.transaction():
        queries.by_code("M.1").name = "Integrity"
        db.session.scalar(select(CompetencyLevel).where(CompetencyLevel.level == 3).limit(1)).label = "?"
    with db.transaction():
        assert actions.load_dictionary() == 2
    assert queries.by_code("M.1").name == "Integritas"
    with texts.speak("en"):
        assert "0 texts" in CliRunner().invoke(command, ["load"]).output


def test_an_agencys_words_stay_when_the_dictionary_is_loaded(a, officer):
    service = queries.by_code("M.5")
    with db.transaction():
        actions.word_level(service, 1, "  Melayani sesuai   maklumat ", a.agency(), by=officer)
        actions.name_levels({1: "Dasar sekali"}, "Perwali 7/2026", a.agency(), by=officer)
    with db.transaction():
        assert actions.load_dictionary() == 0
    assert queries.label(service, 1, a.agency()) == "Melayani sesuai maklumat"
    assert queries.label(service, 1) == "Bertugas mengikuti standar pelayanan"
    assert queries.label(service, 2, a.agency()) == queries.label(service, 2)
    assert queries.level_names(a.agency())[1] == "Dasar sekali" and queries.level_names()[1] == "Paham"
    noted = {e.action: e for e in db.session.scalars(select(AuditEntry).where(AuditEntry.person_id == officer.id))}
    assert noted["competency.worded"].details["before"] == "Bertugas mengikuti standar pelayanan"
    assert "competency.levels_named" in noted
    with db.transaction():
        actions.word_level(service, 1, "", a.agency(), by=officer)
    assert queries.label(service, 1, a.agency()) == queries.label(service, 1)


def test_an_agency_adds_its_own_technical_competency(a, officer):
    with db.transaction():
        made = actions.add_competency(
            a.agency(), "T.KEU", "Keuangan Daerah", "", "Perwali 7/2026", list("abcde"), by=officer
        )
    assert queries.by_code("T.KEU", a.agency()) == made and queries.find_by_code("T.KEU") is None
    assert queries.label(made, 2, a.agency()) == "b" and queries.all_competencies(a.agency())[-1] == made
    for code in ("T.KEU", "M.1"):
        with pytest.raises(errors.CodeIsTaken), db.transaction():
            actions.add_competency(a.agency(), code, "x", "", "x", list("abcde"), by=officer)
    with db.transaction():
        other = people.add_unit(name="Kabupaten", kind="agency", zone="Asia/Jakarta", code="KAB")
        stranger_position = people.add_position(other, "Analis")
    assert queries.find_by_code("T.KEU", other) is None
    with pytest.raises(errors.NotYourCompetency), db.transaction():
        actions.set_standard(stranger_position, made, 2)
    with pytest.raises(errors.NotYourCompetency), db.transaction():
        actions.word_level(made, 1, "x", other, by=officer)
    with db.transaction():
        actions.add_competency(other, "T.KEU", "Keuangan", "", "x", list("vwxyz"), by=officer)
    assert db.session.scalar(select(Competency).where(Competency.code == "T.KEU", Competency.agency_id == other.id))


def test_a_position_asks_for_levels(a, officer):
    position, first = a.position("Bendahara"), queries.by_code("M.1")
    with db.transaction():
        actions.set_standard(position, first, 2, by=officer)
        actions.set_standard(position, first, 2, by=officer)
        actions.set_standard(position, queries.by_code("T.KI"), 1, by=officer)
    assert queries.standard_of(position.id) == {first.id: 2, queries.by_code("T.KI").id: 1}
    with db.transaction():
        actions.set_standard(position, first, 3, by=officer)
        actions.set_standard(position, queries.by_code("T.KI"), None, by=officer)
    assert queries.standard_of(position.id) == {first.id: 3}
    for level in (0, 6):
        with pytest.raises(errors.NotALevel), db.transaction():
            actions.set_standard(position, first, level)
    changes = [
        (e.details["before"], e.details["after"])
        for e in db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "standard.set").order_by(AuditEntry.id)
        )
    ]
    assert changes == [(None, 2), (None, 1), (2, 3), (1, None)]


@pytest.mark.parametrize(
    "tier, level",
    [
        ("", 1),
        ("Pengawas", 2),
        ("ahli pertama", 2),
        ("administrator", 3),
        ("ahli madya", 4),
        ("jpt madya", 5),
        ("kepala suku", None),
    ],
)
def test_the_usual_standard_of_a_tier_is_only_a_start(a, tier, level):
    position = a.position(f"Jabatan {tier}")
    with db.transaction():
        position.tier = tier
        assert actions.propose_standard(position) is (level is not None)
    standard = queries.standard_of(position.id)
    assert set(standard.values()) == ({level} if level else set()) and len(standard) == (9 if level else 0)
    with db.transaction():
        assert actions.propose_standard(position) is False
