"""A supervisor sees how far, since when stuck and what is missing; what they open is noted, and never an answer."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from lms.core import db
from lms.core.audit import AuditEntry
from lms.notifications import queries as notifications
from lms.people import actions as people
from lms.people.models import Person
from lms.people.roles import Role
from lms.records import queries as records
from lms.supervision import actions, queries
from lms.supervision.errors import NotYourTeam
from lms.supervision.models import Recognition
from tests.factories import Factories
from tests.home.counting import queries_of
from tests.home.learning import enrols, finishes, learns


def noted(action: str) -> list[AuditEntry]:
    """What the audit log says about this, as it is now."""
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def post(client, path: str, data: dict[str, str]):
    """Open the page of a form, then send it."""
    page = client.get(path).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page[page.index('<form method="post" id=') :])[1]
    return client.post(path, data={"csrf_token": token} | data)


def test_a_row_says_hours_course_stuck_and_gap(a: Factories, work: Callable[[], int], later):
    chief, unit = a.person(name="Budi Santoso"), a.unit()
    job = a.position("Petugas Loket", standard={"M.1": 1, "M.5": 2})
    ana = a.person(name="Ana Lestari", supervisor=chief, unit=unit, position=job)
    done, going = a.course("antikorupsi"), a.course("pelayanan-prima")
    finishes(ana, done, work)
    learns(enrols(ana, going), work, lessons=3)
    [row] = queries.team(chief)
    assert (row.minutes, row.target) == (done.version.minutes_approved, 20 * 45)
    assert row.learning.title == going.version.title
    assert row.learning.percent == 100 * 3 // len(going.version.lessons)
    assert row.learning.stuck_since is None
    assert (row.gaps, row.finished, row.had_none) == (1, 1, False)
    later(days=8)
    [row] = queries.team(chief)
    assert row.learning.stuck_since is not None
    page = a.client(chief).get("/team/").text
    assert "1 dari 20 JP" in page and going.version.title in page and "1 kompetensi" in page
    assert "Semua orang di tim Anda sudah belajar" in page


def test_who_has_had_none_is_named_and_a_finished_course_is_never_stuck(a: Factories, work: Callable[[], int], later):
    chief = a.person(name="Budi Santoso")
    ana, citra = a.person(name="Ana Lestari", supervisor=chief), a.person(name="Citra Dewi", supervisor=chief)
    finishes(ana, a.course("antikorupsi"), work)
    later(days=30)
    page = a.client(chief).get("/team/").text
    assert "1 orang belum mendapat apa pun pada 2026: Citra Dewi." in page
    assert [row.person.id for row in queries.team(chief) if row.had_none] == [citra.id]
    assert all(row.learning is None for row in queries.team(chief))


def test_the_one_thing_to_do_follows_what_happened(a: Factories, work: Callable[[], int], later):
    chief = a.person(name="Budi Santoso")
    ana = a.person(supervisor=chief)
    assert queries.team(chief)[0].action == "view"
    finishes(ana, a.course("antikorupsi"), work)
    assert queries.team(chief)[0].action == "confirm"
    later(hours=1)
    for line in queries.to_confirm(ana):
        with db.transaction():
            actions.confirm(db.session.merge(line), chief, "Terlihat di loket.")
    assert queries.team(chief)[0].action == "thank"
    with db.transaction():
        actions.thank(chief, ana, "Terima kasih.")
    assert queries.team(chief)[0].action == "view"


def test_an_empty_team_says_what_will_be_here(a: Factories):
    head = a.person(roles=[Role.SUPERVISOR])
    assert "Belum ada orang" in a.client(head).get("/team/").text
    assert a.client(a.person(name="Eva Wijaya")).get("/team/").status_code == 403


def test_a_persons_page_shows_the_record_and_no_answers(a: Factories, work: Callable[[], int]):
    chief = a.person(name="Budi Santoso")
    ana = a.person(supervisor=chief, position=a.position("Petugas Loket", standard={"M.1": 2}))
    course = a.course("antikorupsi")
    finishes(ana, course, work)
    page = a.client(chief).get(f"/team/{ana.uuid}").text
    assert "Ana Lestari" in page and course.version.title in page and "Integritas" in page
    assert "Menunggu konfirmasi Anda" in page
    for word in ("Nilai", "benar", "salah", "9 dari 10", "..."):
        assert word not in page.split("<main")[1].split("</main>")[0], word


def test_opening_a_persons_page_is_noted_and_they_see_it(a: Factories):
    chief = a.person(name="Budi Santoso")
    ana = a.person(supervisor=chief)
    a.client(chief).get(f"/team/{ana.uuid}")
    [entry] = noted("record.read")
    assert (entry.person_id, entry.about_person_id) == (chief.id, ana.id)
    for _ in range(2):
        a.client(chief).get("/team/")
    [listed] = noted("team.read")  # once a day is enough
    assert (listed.person_id, listed.about_person_id) == (chief.id, ana.id)
    seen = a.client(ana).get("/account/readers").text
    assert "membuka catatan Anda" in seen and "membuka halaman tim" in seen and "Budi Santoso" in seen


def test_a_former_supervisor_sees_nothing(a: Factories):
    chief, successor = a.person(name="Budi Santoso"), a.person(name="Dewi Anggraini")
    ana = a.person(supervisor=chief)
    client = a.client(chief)
    assert client.get(f"/team/{ana.uuid}").status_code == 200
    with db.transaction():
        people.set_supervisor(db.session.get(Person, ana.id), successor, on=date(2026, 3, 9))
    for path in ("", "/thank"):
        assert client.get(f"/team/{ana.uuid}{path}").status_code in (403, 404), path
    assert a.client(successor).get(f"/team/{ana.uuid}").status_code == 200
    with pytest.raises(NotYourTeam), db.transaction():
        actions.thank(db.session.get(Person, chief.id), db.session.get(Person, ana.id), "Terima kasih.")


def test_neither_strangers_nor_oneself_nor_other_units(a: Factories):
    chief, other = a.person(name="Budi Santoso"), a.person(name="Dewi Anggraini")
    ana, eve = a.person(supervisor=chief), a.person(name="Eva Wijaya", supervisor=other)
    client = a.client(chief)
    assert client.get(f"/team/{eve.uuid}").status_code == 404
    assert client.get(f"/team/{chief.uuid}").status_code == 404
    assert a.client(ana).get(f"/team/{ana.uuid}").status_code == 403
    assert [row.person.id for row in queries.team(chief)] == [ana.id]
    assert noted("record.read") == []


def test_a_word_of_thanks_arrives(a: Factories, work: Callable[[], int]):
    chief = a.person(name="Budi Santoso")
    ana = a.person(supervisor=chief)
    client = a.client(chief)
    assert post(client, f"/team/{ana.uuid}/thank", {"text": "  "}).status_code == 422
    assert post(client, f"/team/{ana.uuid}/thank", {"text": "Antrean kini tertib."}).status_code == 303
    work()
    db.session.rollback()
    [thanks] = db.session.scalars(select(Recognition))
    assert (thanks.from_id, thanks.to_id, thanks.text) == (chief.id, ana.id, "Antrean kini tertib.")
    assert [n.kind for n in notifications.of_person(ana)] == ["thanks"]
    assert "Antrean kini tertib." in a.client(ana).get("/record/").text
    assert "Antrean kini tertib." in client.get(f"/team/{ana.uuid}").text


def test_confirming_needs_words_and_stands_with_the_name(a: Factories, work: Callable[[], int]):
    chief = a.person(name="Budi Santoso")
    ana = a.person(supervisor=chief)
    finishes(ana, a.course("antikorupsi"), work)
    line, client = queries.to_confirm(ana)[0], a.client(chief)
    path = f"/team/{ana.uuid}/confirm/{line.uuid}"
    assert post(client, path, {"note": ""}).status_code == 422
    assert post(client, path, {"note": "Menolak parsel pada 4 Maret."}).status_code == 303
    work()
    db.session.rollback()
    confirmed = [row for row in records.of_person(ana) if row.kind == "confirmed"]
    assert [(row.by_id, row.confirms_id, row.note) for row in confirmed] == [
        (chief.id, line.id, "Menolak parsel pada 4 Maret.")
    ]
    assert "confirmed" in {n.kind for n in notifications.of_person(ana)}
    assert client.get(path).status_code == 404


def test_an_assessor_confirms_in_their_units_and_nowhere_else(a: Factories, work: Callable[[], int]):
    unit, elsewhere = a.unit("Dinas A"), a.unit("Dinas B")
    assessor = a.person(name="Rini Asesor", roles=[Role.ASSESSOR], unit=unit)
    ana, eve = a.person(unit=unit), a.person(name="Eva Wijaya", unit=elsewhere)
    finishes(ana, a.course("antikorupsi"), work)
    client, line = a.client(assessor), queries.to_confirm(ana)[0]
    assert client.get("/team/").status_code == 403
    page = client.get(f"/team/{ana.uuid}")
    assert page.status_code == 200 and "/thank" not in page.text
    assert client.get(f"/team/{ana.uuid}/thank").status_code == 403
    assert client.get(f"/team/{eve.uuid}").status_code == 404
    assert post(client, f"/team/{ana.uuid}/confirm/{line.uuid}", {"note": "Terlihat di loket."}).status_code == 303


def test_a_colleague_above_with_another_hat_cannot_thank_here(a: Factories):
    unit = a.unit()
    hr = a.person(name="Hana HR", roles=[Role.AGENCY_HR], unit=unit)
    a.person(name="Joko", supervisor=hr)
    ana = a.person(unit=unit)
    assert a.client(hr).get(f"/team/{ana.uuid}").status_code == 404


def test_thirty_people_cost_no_more_questions_than_three(a: Factories, work: Callable[[], int]):
    chief, units = a.person(name="Budi Santoso"), [a.unit() for _ in range(3)]
    job, course = a.position("Petugas Loket", standard={"M.1": 1, "M.5": 2}), a.course("antikorupsi")
    for n in range(30):
        who = a.person(name=f"Pegawai {n:02}", supervisor=chief, unit=units[n % 3], position=job)
        if n % 3 == 0:
            learns(enrols(who, course), work, lessons=1)
    db.session.remove()
    chief = db.session.get(Person, chief.id)
    assert chief.zone == "Asia/Makassar"  # who asks is known already
    assert len(queries_of(lambda: queries.team(chief))) <= 12
    assert len(queries.team(chief)) == 30
    client = a.client(chief)
    client.get("/team/")
    shell = ("user_session", "audit", "notification", "role_grant WHERE", "FROM supervision WHERE")
    assert len([s for s in queries_of(lambda: client.get("/team/")) if not any(t in s for t in shell)]) <= 18
