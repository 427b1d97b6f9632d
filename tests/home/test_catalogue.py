"""The catalogue and a course, as they look to me."""

import re
from collections.abc import Callable

from lms.catalogue import actions as catalogue
from lms.core import db
from lms.home import queries
from tests.factories import Factories
from tests.home.counting import queries_of
from tests.home.learning import enrols, finishes, learns

SIX = (
    "antikorupsi",
    "berakhlak",
    "keamanan-informasi",
    "pelayanan-prima",
    "pelindungan-data-pribadi",
    "tata-naskah-dinas",
)


def test_each_course_says_what_it_costs_and_what_it_gives(a: Factories):
    course = a.course("pelayanan-prima")
    page = a.client(a.person()).get("/courses/").text
    version = course.version
    assert version.title in page and f"{version.minutes_computed} menit" in page and f"{version.jp} JP" in page
    assert re.search(r"\d (kB|MB)", page)
    assert "Pelayanan Publik level 1" in page


def test_what_closes_a_gap_comes_first_and_says_so(a: Factories, work: Callable[[], int]):
    for slug in ("antikorupsi", "pelayanan-prima"):
        a.course(slug)
    ana = a.person(position=a.position("Petugas Loket", standard={"M.5": 3}))
    client = a.client(ana)
    page = client.get("/courses/").text
    assert page.count("Menutup kesenjangan Anda") == 1
    assert page.index("/courses/pelayanan-prima") < page.index("/courses/antikorupsi")
    finishes(ana, a.course("pelayanan-prima"), work)
    after = client.get("/courses/").text  # level 2 is on record now: the course does not lead on to 3
    assert "Menutup kesenjangan Anda" not in after and "Selesai" in after


def test_begun_is_marked(a: Factories, work: Callable[[], int]):
    ana, course = a.person(), a.course("antikorupsi")
    learns(enrols(ana, course), work, lessons=2)
    assert f"Sudah dimulai, 2 dari {len(course.version.lessons)} pelajaran" in a.client(ana).get("/courses/").text


def test_searching_finds_by_title_and_lesson_and_says_when_nothing_fits(a: Factories):
    course = a.course("antikorupsi")
    a.course("pelayanan-prima")
    client = a.client(a.person())
    found = client.get("/courses/", query_string={"q": course.version.lessons[3].title[:14].upper()}).text
    assert "/courses/antikorupsi" in found and "/courses/pelayanan-prima" not in found
    assert "Tidak ada yang cocok" in client.get("/courses/?q=zzzz").text
    odd = client.get("/courses/", query_string={"q": "<b>%_\\"}).text
    assert "&lt;b&gt;" in odd and "<b>%" not in odd


def test_an_empty_catalogue_says_what_will_be_here(a: Factories):
    assert "Belum ada kursus" in a.client(a.person()).get("/courses/").text


def test_the_course_page_before_during_and_after(a: Factories, work: Callable[[], int]):
    ana, course = a.person(), a.course("antikorupsi")
    client, version = a.client(ana), course.version
    before = client.get("/courses/antikorupsi").text
    assert 'action="/courses/antikorupsi/enrol"' in before
    assert all(lesson.title in before for lesson in version.lessons)
    assert before.count("Lewati yang sudah Anda kuasai") == len([m for m in version.modules if m.pretest])
    assert version.basis[0] in before

    place = enrols(ana, course)
    learns(place, work, lessons=1)
    during = client.get("/courses/antikorupsi").text
    assert f'href="/learn/{place.uuid}/"' in during and f"/learn/{place.uuid}/leave" in during
    assert f"/learn/{place.uuid}/tests/{version.modules[1].pretest}" in during
    assert f"/tests/{version.modules[0].pretest}" not in during  # something of it is settled: nothing to skip

    learns(place, work)
    after = client.get("/courses/antikorupsi").text
    assert f'href="/learn/{place.uuid}/done"' in after and "/leave" not in after


def test_starting_takes_one_tap(a: Factories):
    ana = a.person()
    a.course("antikorupsi")
    client = a.client(ana)
    page = client.get("/courses/antikorupsi").text
    form = page[page.index('action="/courses/antikorupsi/enrol"') :]
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)[1]
    answer = client.post("/courses/antikorupsi/enrol", data={"csrf_token": token})
    assert answer.status_code == 303 and "/learn/" in answer.location


def test_a_course_that_closed_stays_open_to_who_has_a_place(a: Factories):
    ana, eve = a.person(name="Ana Lestari"), a.person(name="Eva Wijaya")
    course = a.course("antikorupsi")
    enrols(ana, course)
    with db.transaction():
        catalogue.unpublish(db.session.merge(course))
    assert a.client(eve).get("/courses/antikorupsi").status_code == 404
    assert "tidak menerima peserta baru" in a.client(ana).get("/courses/antikorupsi").text
    assert a.client(ana).get("/courses/nothing-here").status_code == 404


def test_the_catalogue_asks_the_database_little(a: Factories, work: Callable[[], int]):
    ana = a.person(position=a.position("Petugas Loket", standard={"M.5": 2, "T.KI": 1}))
    for slug in SIX:
        learns(enrols(ana, a.course(slug)), work, lessons=1)
    client = a.client(ana)
    client.get("/courses/")
    asked = queries_of(lambda: client.get("/courses/"))
    assert len(queries.offers(ana)) == 6
    shell = (
        "user_session",
        "FROM person",
        "FROM employment",
        "FROM placement",
        "role_grant",
        "supervision",
        "notification",
    )
    assert len([s for s in asked if not any(table in s for table in shell)]) <= 12
    assert len(asked) <= 18
