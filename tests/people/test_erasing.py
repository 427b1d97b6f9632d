"""Somebody is erased: no page, no row and no octet of the database tells who they were, and what they earned stays."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, select, text

from lms.core import audit, db, settings
from lms.core.audit import AuditEntry
from lms.lrs import actions as lrs
from lms.lrs import queries as stored
from lms.people import actions, cli, errors, queries
from lms.people.models import Passkey, Person, UserSession, XapiAccount
from lms.people.roles import Role
from tests.factories import Factories
from tests.people.browsing import reread, submit

NAME, NIP, MAIL = "Zainuddin Wiryawan", "199004122015032777", "zainuddin@wiryawan.example"
TRACES = ("Zainuddin", "Wiryawan", NIP, "wiryawan.example", "081234567890", "Tanjung Selor")


def traces() -> set[str]:
    """What is left of the person in any row, and in SQLite's files."""
    db.session.rollback()
    held = []
    for table in inspect(db.engine()).get_table_names():
        held += [str(tuple(row)) for row in db.session.execute(text(f'SELECT * FROM "{table}"'))]  # noqa: S608
    db.session.rollback()
    kept = "\n".join(held).encode()
    if db.is_sqlite():
        kept += b"".join(file.read_bytes() for file in Path(settings.current().data_dir).glob("asah.db*"))
    return {trace for trace in TRACES if trace.encode() in kept}


@pytest.fixture
def zainuddin(a: Factories) -> Person:
    """Somebody with everything that names a person."""
    who = a.person(name=NAME, nip=NIP, email=MAIL, supervisor=a.person(name="Budi Santoso"))
    with db.transaction():
        here = queries.person_by_id(who.id)
        here.phone, here.birth_place = "081234567890", "Tanjung Selor"
        actions.issue_code(here)
        actions.add_passkey(here, b"id", b"key", 0, "Ponsel Zainuddin")
        actions.object_to_place(here, "Saya Zainuddin, bukan di sini")
    a.client(who)
    return queries.person_by_id(who.id)


@pytest.fixture
def officer(a: Factories) -> Person:
    """The data-protection officer of the city."""
    return a.person(name="Dewi Pelindung", roles=[Role.DPO], scope=a.agency())


def learn(who: Person) -> str:
    """An event of theirs."""
    with db.transaction():
        return lrs.store(
            [
                {
                    "actor": queries.actor(who),
                    "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
                    "object": {"id": "https://asah.example/activities/1"},
                }
            ]
        )[0]


def test_nothing_tells_who_it_was(a: Factories, zainuddin: Person, officer: Person):
    event = learn(zainuddin)
    assert traces() == set(TRACES)
    client = a.client(officer)
    assert NAME in client.get("/agency/erase", query_string={"who": NIP}).text
    sent = submit(
        client,
        f"/agency/erase/{zainuddin.uuid}",
        f"/agency/erase?who={NIP}",
        reason="Atas permintaan sendiri, surat 12/2026",
        sure="y",
    )
    assert sent.status_code == 303
    assert traces() == set()
    statement = stored.find(event)
    assert statement is not None and not statement.voided
    account = statement.body["actor"]["account"]
    assert queries.person_of(account["homePage"], account["name"]) is None


def test_they_cannot_come_in_any_more(a: Factories, zainuddin: Person):
    client = a.client(zainuddin)
    assert client.get("/").status_code == 200
    with db.transaction():
        actions.erase(queries.person_by_id(zainuddin.id), None, "Atas permintaan sendiri")
    reread()
    assert client.get("/").status_code == 303
    assert queries.find_by_login(NIP) is None and queries.find_by_login(MAIL) is None
    for table in (UserSession, Passkey, XapiAccount):
        assert db.session.scalar(select(table.id).where(table.person_id == zainuddin.id)) is None
    gone = queries.person_by_id(zainuddin.id)
    assert not queries.works_here(gone) and not queries.permissions_of(gone)


def test_the_log_says_so_without_a_name_and_stays_whole(zainuddin: Person, officer: Person):
    with db.transaction():
        actions.erase(queries.person_by_id(zainuddin.id), queries.person_by_id(officer.id), "Atas permintaan sendiri")
    row = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "person.erased"))
    assert (row.person_id, row.about_person_id) == (officer.id, zainuddin.id)
    assert row.details == {"why": "Atas permintaan sendiri"}
    assert audit.first_break() is None


@pytest.mark.parametrize("reason", ["Permintaan Zainuddin", f"NIP {NIP}", f"surat dari {MAIL.upper()}"])
def test_a_reason_that_names_them_is_refused(a: Factories, zainuddin: Person, officer: Person, reason: str):
    with pytest.raises(errors.ReasonNamesThem), db.transaction():
        actions.erase(queries.person_by_id(zainuddin.id), None, reason)
    sent = submit(
        a.client(officer), f"/agency/erase/{zainuddin.uuid}", f"/agency/erase?who={NIP}", reason=reason, sure="y"
    )
    assert sent.status_code == 422
    reread()
    assert queries.person_by_id(zainuddin.id).name == NAME


def test_only_an_officer_of_their_units_erases_and_nobody_themselves(a: Factories, zainuddin: Person, officer: Person):
    elsewhere = a.person(name="Eka Lain", roles=[Role.DPO], scope=a.unit("Dinas Lain"))
    for by, problem in ((elsewhere, errors.AboveOwnRank), (a.person(roles=[Role.OPERATOR]), errors.AboveOwnRank)):
        with pytest.raises(problem), db.transaction():
            actions.erase(queries.person_by_id(zainuddin.id), queries.person_by_id(by.id), "Atas permintaan")
    with pytest.raises(errors.NotForOneself), db.transaction():
        actions.erase(queries.person_by_id(officer.id), queries.person_by_id(officer.id), "Atas permintaan")
    client = a.client(elsewhere)
    assert NAME not in client.get("/agency/erase", query_string={"who": NIP}).text
    assert submit(client, f"/agency/erase/{zainuddin.uuid}", "/account/", reason="x", sure="y").status_code == 404


def test_it_is_asked_twice(a: Factories, zainuddin: Person, officer: Person):
    sent = submit(
        a.client(officer), f"/agency/erase/{zainuddin.uuid}", f"/agency/erase?who={NIP}", reason="Atas permintaan"
    )
    assert sent.status_code == 422 and "tidak dapat dibatalkan" in sent.text


def test_from_the_command_line(zainuddin: Person):
    erase = [NIP, "--reason", "Atas permintaan sendiri"]
    assert CliRunner().invoke(cli.people_group, ["erase", *erase], input="n\n").exit_code == 1
    assert CliRunner().invoke(cli.people_group, ["erase", *erase, "--yes"]).exit_code == 0
    assert traces() == set()
    assert CliRunner().invoke(cli.people_group, ["erase", *erase, "--yes"]).exit_code == 1


def test_whom_they_led_is_led_by_nobody(a: Factories, zainuddin: Person, later):
    ana = a.person(name="Ana Lestari", supervisor=zainuddin)
    with db.transaction():
        actions.erase(queries.person_by_id(zainuddin.id), None, "Atas permintaan sendiri")
    later(days=1)
    assert queries.supervisor_of(ana) is None
