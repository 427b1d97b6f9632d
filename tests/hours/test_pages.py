"""The pages of those who decide about hours, and the commands."""

import re
from html import unescape

from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select, text

from lms.core import db, texts
from lms.core.audit import AuditEntry
from lms.hours import actions, queries
from lms.hours.cli import hours
from lms.hours.models import HoursReview, HoursRule
from lms.people.roles import Role
from tests.hours.finished import a_course, a_place, finish, utc


def waiting_review(person) -> HoursReview:
    done = finish(a_place(person, a_course(title="Etika Dasar")), [utc(9, 3)] * 3, active=600)
    with db.transaction():
        actions.credit(done)
    return db.session.scalars(select(HoursReview).where(HoursReview.person_id == person.id)).one()


def send(client: FlaskClient, path: str, **fields: str):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert token
    return client.post(path, data={"csrf_token": unescape(token.group(1)), **fields})


def test_a_reviewer_sees_what_waits_and_why_and_counts_it(a):
    chief, ana = a.person(roles=[Role.AGENCY_HR], scope=a.agency()), a.person(name="Ana Lestari")
    review = waiting_review(ana)
    client = a.client(chief)
    page = client.get("/agency/hours/").text
    assert "Ana Lestari" in page and "Etika Dasar" in page
    assert "Waktu aktif 10 dari 45 menit" in page and "40 persen" in page
    path = f"/agency/hours/{review.uuid}"
    empty = send(client, path, accept="1", note="")
    assert empty.status_code == 422 and queries.minutes_of_year(ana, 2026) == 0
    assert send(client, path, accept="1", note="Belajar dari cetakan.").status_code == 303
    db.session.rollback()
    assert queries.minutes_of_year(ana, 2026) == 45
    assert client.get(path).status_code == 404
    assert "Tidak ada yang menunggu" in client.get("/agency/hours/").text
    noted = [e.action for e in db.session.scalars(select(AuditEntry).where(AuditEntry.about_person_id == ana.id))]
    assert {"record.read", "hours.decided"} <= set(noted)


def test_a_reviewer_may_refuse(a):
    chief, ana = a.person(roles=[Role.AGENCY_HR], scope=a.agency()), a.person()
    review = waiting_review(ana)
    assert send(a.client(chief), f"/agency/hours/{review.uuid}", refuse="1", note="Tidak ada tanda.").status_code == 303
    db.session.rollback()
    assert [one.state for one in queries.reviews_of(ana)] == ["rejected"]


def test_others_find_nothing(a):
    unit = a.unit("Dinas Lain")
    ana = a.person()
    review = waiting_review(ana)
    other = a.person(
        name="Eva", roles=[Role.AGENCY_HR], unit=unit, scope=unit
    )  # for one unit only, and Ana works elsewhere
    assert a.client(other).get(f"/agency/hours/{review.uuid}").status_code == 404
    assert "Ana Lestari" not in a.client(other).get("/agency/hours/").text
    for path in ("/agency/hours/", f"/agency/hours/{review.uuid}", "/agency/hours/rules"):
        assert a.client(ana).get(path).status_code == 403
        assert a.client().get(path).status_code == 303


def test_rules_are_shown_with_their_source_and_changed_by_a_new_figure(a):
    chief = a.person(roles=[Role.AGENCY_HR], scope=a.agency())
    client = a.client(chief)
    page = client.get("/agency/hours/rules").text
    assert "pasal 203 ayat (4)" in page and "3 JP sehari" in page and "sesuai program" in page
    rule = db.session.scalars(select(HoursRule).where(HoursRule.name == "active_share")).one()
    path = f"/agency/hours/rules/{rule.uuid}"
    good = {"value": "50", "abroad_value": "", "from_on": "2026-04-01", "source": "SE Sekda 4/2026"}
    past = send(client, path, **{**good, "from_on": "2026-03-01"})
    assert past.status_code == 422 and "paling cepat hari ini" in past.text
    assert send(client, path, **{**good, "value": "120"}).status_code == 400
    assert send(client, path, **{**good, "value": "-3"}).status_code == 422
    assert send(client, path, **good).status_code == 303
    page = client.get("/agency/hours/rules").text
    assert "SE Sekda 4/2026" in page and "mulai 1 Apr 2026" in page
    assert client.get("/agency/hours/rules/0190b7f4-0000-7000-8000-000000000000").status_code == 404


def test_a_rule_of_another_agency_is_not_there(a):
    chief = a.person(roles=[Role.AGENCY_HR], scope=a.agency())
    rule = db.session.scalars(select(HoursRule).where(HoursRule.name == "annual_target")).one()
    other = a.unit("Kota Lain")
    with db.transaction():
        made = actions.change_rule(rule, chief, 30, None, utc(10, 0).date(), "SE")
        theirs = HoursRule(
            agency_id=other.id,
            name="annual_target",
            employment_kind="pns",
            form=None,
            value=1,
            unit="jp_a_year",
            from_on=utc(10, 0).date(),
            source="x",
        )
        db.session.add(theirs)
    client = a.client(chief)
    assert client.get(f"/agency/hours/rules/{made.uuid}").status_code == 200
    assert client.get(f"/agency/hours/rules/{theirs.uuid}").status_code == 404


def test_commands_print_and_load_rules(app):
    run = CliRunner()
    with texts.speak("en"):
        printed = run.invoke(hours, ["rules"])
        assert "PP 11/2017" in printed.output and "20 JP a year" in printed.output
        assert "All rules were there." in run.invoke(hours, ["load-rules"]).output
        with db.transaction():
            db.session.execute(text("DELETE FROM hours_rule WHERE name = 'jp_minutes'"))
        assert "One rule was added." in run.invoke(hours, ["load-rules"]).output
