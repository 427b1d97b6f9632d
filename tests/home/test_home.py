"""Beranda says the one next thing, and one tap leads to the exact place."""

import re
from collections.abc import Callable

from lms.core import clock, db, texts
from lms.home import queries, summaries
from lms.home.queries import Offer
from lms.notifications import actions as notifications
from tests.factories import Factories
from tests.home.counting import queries_of
from tests.home.learning import enrols, finishes, learns


def test_nobody_signed_in_is_asked_to_sign_in(a: Factories):
    answer = a.client().get("/")
    assert (answer.status_code, answer.location) == (303, "/sign-in")


def test_nothing_begun_offers_what_closes_a_gap(a: Factories):
    a.course("antikorupsi")
    a.course("pelayanan-prima")
    ana = a.person(position=a.position("Petugas Loket", standard={"M.5": 2}))
    page = a.client(ana).get("/").text
    assert "Belum ada yang dimulai" in page
    assert "jabatan Anda memerlukan Pelayanan Publik level 2" in page
    assert 'href="/courses/pelayanan-prima"' in page


def test_nothing_to_begin_says_so(a: Factories):
    assert "Belum ada kursus yang dapat dimulai" in a.client(a.person()).get("/").text


def test_going_on_names_the_lesson_that_the_tap_opens(a: Factories, work: Callable[[], int]):
    ana, course = a.person(), a.course("antikorupsi")
    place = enrols(ana, course)
    learns(place, work, lessons=2)
    lessons = course.version.lessons
    client = a.client(ana)
    page = client.get("/").text
    assert lessons[2].title in page and course.version.title in page
    tap = re.search(r'class="button primary" href="(/learn/[^"]+)"', page)[1]
    opened = client.get(tap)
    assert opened.location.endswith(f"/lessons/{lessons[2].key}")


def test_who_reads_ahead_goes_on_there(a: Factories, work: Callable[[], int]):
    ana, course = a.person(), a.course("antikorupsi")
    place, lessons = enrols(ana, course), course.version.lessons
    client = a.client(ana)
    client.get(f"/learn/{place.uuid}/lessons/{lessons[4].key}")
    work()
    assert f"<h1>{lessons[4].title}</h1>" in client.get("/").text
    assert client.get(f"/learn/{place.uuid}/").location.endswith(f"/lessons/{lessons[4].key}")


def test_who_is_in_a_pretest_goes_on_with_it(a: Factories):
    ana, course = a.person(), a.course("antikorupsi")
    place, client = enrols(ana, course), a.client(ana)
    path = f"/learn/{place.uuid}/tests/pretest-1"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)[1]
    client.post(path, data={"csrf_token": token})
    opened = client.get(f"/learn/{place.uuid}/").location
    assert ("<h1>Prates</h1>" in client.get("/").text) == ("pretest-1" in opened)
    assert "pretest-1" in opened


def test_when_only_the_test_is_left_home_says_so(a: Factories, work: Callable[[], int]):
    ana, course = a.person(), a.course("antikorupsi")
    learns(enrols(ana, course), work, lessons=len(course.version.lessons), passes=False)
    going = queries.next_thing(ana, queries.places_of(ana))
    assert (going.step, going.test) == (None, "posttest")
    assert "Pascates" in a.client(ana).get("/").text


def test_the_place_with_the_newest_event_comes_first(a: Factories, work: Callable[[], int], later):
    ana = a.person()
    first, second = enrols(ana, a.course("antikorupsi")), enrols(ana, a.course("berakhlak"))
    learns(second, work, lessons=1)
    later(hours=1)
    learns(first, work, lessons=1)
    assert queries.next_thing(ana, queries.places_of(ana)).place.uuid == first.uuid


def test_a_finished_course_is_not_gone_on_with(a: Factories, work: Callable[[], int]):
    ana, course = a.person(), a.course("antikorupsi")
    finishes(ana, course, work)
    places = queries.places_of(ana)
    assert places[course.id].state == "finished"
    assert queries.next_thing(ana, places) is None


def test_the_ring_shows_the_year_against_the_target(a: Factories, work: Callable[[], int]):
    pns, pppk = a.person(), a.person(kind="pppk")
    finishes(pns, a.course("antikorupsi"), work)
    page = a.client(pns).get("/").text
    assert "dari 20 JP" in page and '<text class="value" y="6" text-anchor="middle">1</text>' in page
    year = clock.today(pns.zone).year
    assert summaries.hours_of(pns).target == 20 * 45
    assert (summaries.hours_of(pppk).target, summaries.hours_of(pppk).ceiling) == (None, 24 * 45)
    assert "Bagi PPPK" in a.client(pppk).get("/").text
    assert summaries.hours_of(pns, year - 1).minutes == 0


def test_news_are_on_the_page_and_never_more_than_three(a: Factories):
    ana = a.person()
    with db.transaction():
        for n in range(4):
            notifications.tell(ana, "course_completed", {"title": f"Kursus {n}", "minutes": 45})
    page = a.client(ana).get("/").text
    assert [n for n in range(4) if f"Kursus {n} selesai" in page] == [1, 2, 3]
    assert "Semua kabar (4)" in page


def test_in_english_too(a: Factories):
    a.course("antikorupsi")
    client = a.client(a.person())
    client.set_cookie("language", "en")
    assert "Nothing begun yet" in client.get("/").text
    texts.set_language("id")


def test_recommended_is_what_closes_most(a: Factories):
    a.course("antikorupsi")
    a.course("pelayanan-prima")
    ana = a.person(position=a.position("Petugas Loket", standard={"M.5": 2, "M.3": 2}))
    best, promise = queries.recommended(ana, queries.offers(ana))
    assert best.course.slug == "pelayanan-prima" and promise.need == 2
    assert isinstance(best, Offer)


def test_home_asks_the_database_little(a: Factories, work: Callable[[], int]):
    ana = a.person()
    for slug in ("antikorupsi", "berakhlak"):
        learns(enrols(ana, a.course(slug)), work, lessons=2)
    client = a.client(ana)
    client.get("/")
    assert len(queries_of(lambda: client.get("/"))) <= 15
