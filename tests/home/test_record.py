"""Catatan and Mengapa: what is on record, against what, why, and who can see it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import select

from lms.core import clock, db
from lms.core.audit import AuditEntry
from lms.home import summaries
from lms.lrs import actions as lrs
from lms.people import queries as people
from lms.people.roles import Role
from lms.records import queries as records
from lms.supervision import actions as supervision
from tests.factories import Factories
from tests.home.learning import finishes


def test_an_empty_record_says_what_will_be_here(a: Factories):
    page = a.client(a.person()).get("/record/").text
    assert "Belum ada catatan" in page and "Belum ada JP" in page
    assert "Per tanggal 9 Maret 2026" in page


def test_have_and_need_hours_and_who_can_see_it(a: Factories, work: Callable[[], int]):
    chief = a.person(name="Budi Santoso")
    ana = a.person(supervisor=chief, position=a.position("Petugas Loket", standard={"M.1": 2, "M.5": 2}))
    course = a.course("antikorupsi")
    finishes(ana, course, work)
    page = a.client(ana).get("/record/").text
    assert "Integritas" in page and "Pelayanan Publik" in page
    assert "didukung, level" in page and "Mengapa?" in page
    assert course.version.title in page and "9 Mar 2026" in page
    assert "atasan langsung (Budi Santoso)" in page
    assert "Tutup kesenjangan" in page


def test_a_confirmed_competency_says_so(a: Factories, work: Callable[[], int]):
    chief = a.person(name="Budi Santoso")
    ana = a.person(supervisor=chief, position=a.position("Petugas Loket", standard={"M.1": 2}))
    finishes(ana, a.course("antikorupsi"), work)
    line = next(row for row in records.of_person(ana) if (row.competency.code, row.level) == ("M.1", 2))
    with db.transaction():
        supervision.confirm(db.session.merge(line), chief, "Menolak parsel pada 4 Maret.")
    client = a.client(ana)
    assert f"dikonfirmasi, level {line.level}" in client.get("/record/").text
    why = client.get(f"/record/{line.uuid}/why").text
    assert "Budi Santoso" in why and "Menolak parsel pada 4 Maret." in why


def test_why_goes_down_to_the_events(a: Factories, work: Callable[[], int]):
    ana, course = a.person(), a.course("antikorupsi")
    finishes(ana, course, work)
    line = records.of_person(ana)[0]
    page = a.client(ana).get(f"/record/{line.uuid}/why").text
    assert re.search("9 (of|dari) 10", page)
    assert all(number in page for number in line.evidence)
    assert course.version.lessons[0].title in page


def test_why_is_read_by_those_who_may_and_that_is_noted(a: Factories, work: Callable[[], int]):
    chief, stranger = a.person(name="Budi Santoso"), a.person(name="Eva Wijaya", roles=[Role.AUDITOR])
    ana = a.person(supervisor=chief)
    finishes(ana, a.course("antikorupsi"), work)
    line = records.of_person(ana)[0]
    assert a.client(stranger).get(f"/record/{line.uuid}/why").status_code == 404
    assert a.client(ana).get(f"/record/{line.uuid}/why").status_code == 200
    db.session.rollback()
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.action == "record.read")).all() == []
    assert "Ana Lestari" in a.client(chief).get(f"/record/{line.uuid}/why").text
    db.session.rollback()
    [noted] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "record.read"))
    assert (noted.person_id, noted.about_person_id) == (chief.id, ana.id)


def test_a_line_that_fell_says_so(a: Factories, work: Callable[[], int]):
    ana = a.person()
    finishes(ana, a.course("antikorupsi"), work)
    line = records.of_person(ana)[0]
    with db.transaction():
        lrs.void(line.evidence[-1], people.actor(ana))
    work()
    client = a.client(ana)
    why = client.get(f"/record/{line.uuid}/why").text
    assert "ditarik kembali" in why and "tidak berlaku lagi" in why
    page = client.get("/record/").text
    assert "Ditarik kembali: dasarnya tidak berlaku lagi" in page and "−" in page


def test_the_years_are_to_choose(a: Factories, work: Callable[[], int]):
    ana = a.person()
    with clock.at(datetime(2025, 11, 3, 2, tzinfo=UTC)):
        finishes(ana, a.course("antikorupsi"), work)
    client = a.client(ana)
    now, before, odd = (client.get(f"/record/{asked}").text for asked in ("", "?year=2025", "?year=1492"))
    assert "Belum ada JP pada 2026" in now and "/record/?year=2025#hours" in now
    assert "3 Nov 2025" in before and "diakui pada 2025" in before
    assert "Belum ada JP pada 2026" in odd
    assert summaries.hours_of(ana, 2025).minutes > 0 == summaries.hours_of(ana).minutes


def test_more_leads_to_what_each_may_do(a: Factories):
    ana, chief = a.person(name="Ana Lestari"), a.person(name="Budi Santoso", roles=[Role.TRAINER, Role.AGENCY_HR])
    a.person(supervisor=chief)
    mine, his = a.client(ana).get("/more").text, a.client(chief).get("/more").text
    for path in ("/team/", "/studio/", "/agency/people/", "/agency/hours/", "/studio/reviews"):
        assert f'href="{path}"' in his and f'href="{path}"' not in mine, path
    assert 'action="/sign-out"' in mine and 'href="/account/"' in mine and 'href="/notifications/"' in mine
