"""Signing in: the same answers for known people and others, a new session each time, and an end to it."""

import re
import statistics
import time

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms.core import clock, db
from lms.people import actions, throttle, ways_in
from lms.people import queries as people
from lms.people.models import Employment, Person, UserSession
from tests.factories import Factories
from tests.people.browsing import reread, sign_in, submit, token_of

GOOD = "ikan bakar di dermaga"


def with_password(a: Factories, **more) -> Person:
    ana = a.person(**more)
    with db.transaction():
        actions.set_password(ana, GOOD)
        actions.confirm_place(ana)
    return ana


def is_in(client: FlaskClient) -> bool:
    return client.get("/account/").status_code == 200


def test_from_the_printed_code_to_the_first_page(a: Factories):
    ana = a.person(name="Ana Lestari", nip="199004122015032001", unit=a.unit("Dinas Kesehatan"))
    with db.transaction():
        code = actions.issue_code(ana)
    client = a.client()
    assert sign_in(client, "19900412 201503 2 001", code=code, next="/record/").headers["Location"] == "/welcome"
    assert client.get("/welcome").headers["Location"] == "/welcome/key"
    assert "Kode benar. Selamat datang, Ana Lestari." in client.get("/welcome/key").text
    assert submit(client, "/welcome/password", password=GOOD).headers["Location"] == "/welcome/unit"
    page = client.get("/welcome/unit")
    assert "Dinas Kesehatan" in page.text
    answer = client.post("/welcome/unit/right", data={"csrf_token": token_of(page.text)})
    assert answer.headers["Location"] == "/record/"
    reread()
    assert people.person_by_id(ana.id).confirmed_at is not None
    assert is_in(client)


def test_this_is_not_my_unit_reaches_unit_hr(a: Factories):
    ana = a.person()
    client = a.client(ana)
    assert submit(client, "/welcome/unit", what="Dinas Kesehatan sejak Januari").headers["Location"] == "/"
    reread()
    assert people.person_by_id(ana.id).objection == "Dinas Kesehatan sejak Januari"


def test_on_an_address_of_numbers_the_page_says_where_passkeys_work(a: Factories):
    page = a.client().get("/sign-in", base_url="http://127.0.0.1:8000").text
    assert "http://asah.localhost:8000" in page and "data-passkey" not in page
    assert "data-passkey" in a.client().get("/sign-in", base_url="http://asah.localhost:8000").text


def bare(text: str) -> str:
    return re.sub(r'(value|data-token)="[^"]*"|"X-CSRFToken": "[^"]*"', "", text)


@pytest.mark.parametrize("login", ["199004122015032999", "tidak.ada@kota.example"])
@pytest.mark.parametrize("way", [{"code": "AAAA-BBBB-CCCC"}, {"password": "bukan kata sandinya"}])
def test_unknown_and_known_accounts_get_the_same_answer(a: Factories, login, way):
    ana = with_password(a, email="ana@kota.example")
    suspended = with_password(a)
    with db.transaction():
        actions.suspend(suspended, by=None)
    known = ana.email if "@" in login else ana.employment.number
    for _ in range(8):
        answers = [sign_in(a.client(), who, **way) for who in (login, known, suspended.employment.number)]
        seen = {
            (
                r.status_code,
                re.sub(r"\d{18}|\S+@kota.example|\d+ (detik|menit)", "", bare(r.text)),
                r.headers.get("Location"),
            )
            for r in answers
        }
        assert len(seen) == 1
    if "password" in way:
        assert answers[0].status_code == 429


def test_an_unknown_account_takes_as_long_as_a_known_one(a: Factories, monkeypatch):
    monkeypatch.setattr(throttle, "begin", lambda keys: None)
    ana, took = with_password(a), {}
    client = a.client()
    for login in (ana.employment.number, "199004122015032999"):
        sign_in(client, login, password="x")
        page = token_of(client.get("/sign-in/password").text)
        times = []
        for _ in range(9):
            start = time.perf_counter()
            client.post("/sign-in/password", data={"csrf_token": page, "password": "bukan kata sandinya"})
            times.append(time.perf_counter() - start)
        took[login] = statistics.median(times)
    slow, quick = max(took.values()), min(took.values())
    assert quick > 0.015 and slow < 1.6 * quick, took


def test_a_slip_in_the_nip_is_told_before_anything_is_asked(a: Factories):
    answer = submit(a.client(), "/sign-in", login="19900230201503200")
    assert answer.status_code == 422 and "18 angka" in answer.text


@pytest.mark.parametrize("password", ["ikan\0bakar di dermaga", "x" * 1025, "x" * 400_000])
def test_what_cannot_be_a_password_is_a_bad_request(a: Factories, password, monkeypatch):
    ana = with_password(a)
    assert sign_in(a.client(), ana.employment.number, password=password).status_code == 400


def test_a_megabyte_is_refused_before_it_is_read(a: Factories):
    ana = with_password(a)
    assert sign_in(a.client(), ana.employment.number, password="x" * 1_000_000).status_code in (400, 413)


OUTSIDE = [
    "//evil.example",
    "///evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "/\\/evil.example",
    "http://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "evil.example",
    "//evil.example\\@asah.localhost",
    "data:text/html,x",
    "/\r\nLocation: //evil.example",
    "//asah.localhost@evil.example",
    "/\0/evil.example",
    "////",
    "http:///evil.example",
    "?next=//evil.example",
    "\x0b//evil.example",
]


@pytest.mark.parametrize("target", OUTSIDE)
def test_no_address_leads_away_from_the_site(a: Factories, target):
    ana = with_password(a)
    client = a.client()
    assert sign_in(client, ana.employment.number, password=GOOD, next=target).headers["Location"] == "/"
    assert client.get("/sign-in", query_string={"next": target}).headers["Location"] == "/"


def test_a_path_of_our_own_is_kept(a: Factories):
    ana = with_password(a)
    assert (
        sign_in(a.client(), ana.employment.number, password=GOOD, next="/courses/?q=a&b=1").headers["Location"]
        == "/courses/?q=a&b=1"
    )


def test_each_sign_in_has_a_new_session_and_the_old_one_opens_nothing(a: Factories):
    ana, client = with_password(a), a.client()
    client.get("/sign-in")
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    sign_in(client, ana.employment.number, password=GOOD)
    with client.session_transaction() as cookie:
        first = cookie["_user_id"]
        assert "planted" not in cookie
    page = client.get("/sign-in?again=1")
    assert page.status_code == 200
    client.post(
        "/sign-in", data={"csrf_token": token_of(page.text), "login": ana.employment.number}, query_string={"again": 1}
    )
    submit(client, "/sign-in/password", password=GOOD)
    with client.session_transaction() as cookie:
        second = cookie["_user_id"]
    assert first != second
    assert ways_in.find_session(first) is None and ways_in.find_session(second) is not None


def test_the_database_holds_no_token(a: Factories):
    ana = a.person()
    with db.transaction():
        token = actions.start_session(ana)
    row = db.session.scalars(select(UserSession)).one()
    assert token not in str(vars(row)) and len(token) >= 43


def test_signing_out_ends_the_session_on_the_server_too(a: Factories):
    client, thief = a.client(a.person()), a.client()
    with client.session_transaction() as mine, thief.session_transaction() as stolen:
        stolen["_user_id"] = mine["_user_id"]
    assert is_in(thief)
    answer = submit(client, "/sign-out", page="/account/")
    assert answer.headers["Location"] == "/sign-in" and answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(client) and not is_in(thief)


def test_signing_out_everywhere_means_everywhere(a: Factories):
    ana, budi = a.person(), a.person()
    here, phone, other = a.client(ana), a.client(ana), a.client(budi)
    submit(here, "/account/sign-out-everywhere", page="/account/")
    assert (is_in(here), is_in(phone), is_in(other)) == (False, False, True)


def test_one_browser_can_be_signed_out_and_never_another_persons(a: Factories):
    ana, budi = a.person(), a.person()
    here, phone, other = a.client(ana), a.client(ana), a.client(budi)
    rows = {s.person_id: s for s in db.session.scalars(select(UserSession).order_by(UserSession.id))}
    assert submit(here, f"/account/sessions/{rows[budi.id].uuid}/end", page="/account/").status_code == 404
    assert submit(here, f"/account/sessions/{rows[ana.id].uuid}/end", page="/account/").status_code == 303
    assert (is_in(here), is_in(phone), is_in(other)) == (True, False, True)


@pytest.mark.parametrize("stay", [False, True])
def test_a_session_ends_unused_and_ends_in_any_case(a: Factories, later, stay):
    ana = with_password(a)
    used, unused = a.client(), a.client()
    for client in (used, unused):
        sign_in(client, ana.employment.number, password=GOOD, **({"stay": "y"} if stay else {}))
    for _ in range(3 if stay else 23):
        later(**({"days": 9} if stay else {"minutes": 31}))
        assert is_in(used)
    assert not is_in(unused)
    later(**({"days": 3, "seconds": 1} if stay else {"minutes": 31}))
    assert not is_in(used)


def test_using_a_session_is_written_down_every_five_minutes_at_most(a: Factories, later):
    client = a.client(a.person())

    def seen():
        reread()
        return db.session.scalar(select(UserSession.last_seen_at))

    start = seen()
    later(minutes=4)
    client.get("/account/")
    assert seen() == start
    later(minutes=2)
    client.get("/account/")
    assert seen() == clock.now()


def test_a_suspended_person_is_out_at_the_next_request(a: Factories):
    ana = with_password(a)
    client = a.client(ana)
    with db.transaction():
        actions.suspend(people.person_by_id(ana.id), by=None)
        code = actions.issue_code(people.person_by_id(ana.id))
    assert not is_in(client)
    assert sign_in(a.client(), ana.employment.number, password=GOOD).status_code == 422
    assert sign_in(a.client(), ana.employment.number, code=code).status_code == 422
    with db.transaction():
        actions.reactivate(people.person_by_id(ana.id), by=None)
    assert not is_in(client)
    assert sign_in(a.client(), ana.employment.number, password=GOOD).status_code == 303


def test_whose_employment_has_ended_is_out_at_the_next_request(a: Factories):
    ana = with_password(a)
    client, number = a.client(ana), ana.employment.number
    assert is_in(client)
    with db.transaction():
        db.session.execute(
            update(Employment).where(Employment.person_id == ana.id).values(to_on=clock.today("Asia/Makassar"))
        )
    assert is_in(client)  # the last day is a day of work
    with db.transaction():
        db.session.execute(
            update(Employment)
            .where(Employment.person_id == ana.id)
            .values(to_on=clock.today("Asia/Makassar").replace(day=8))
        )
    assert not is_in(client)
    assert sign_in(a.client(), number, password=GOOD).status_code == 422


def test_the_two_names_of_the_site_have_sessions_of_their_own(a: Factories):
    ana, client = with_password(a), a.client()
    sign_in(client, ana.employment.number, password=GOOD)
    assert is_in(client)
    assert client.get("/account/", base_url="http://127.0.0.1:8000").status_code == 303


def test_a_new_password_signs_out_everywhere_else(a: Factories):
    ana = with_password(a)
    here, phone = a.client(ana), a.client(ana)
    assert submit(here, "/account/password", password="perahu layar di teluk").status_code == 303
    assert is_in(here) and not is_in(phone)
    assert sign_in(a.client(), ana.employment.number, password=GOOD).status_code == 422
    assert sign_in(a.client(), ana.employment.number, password="perahu layar di teluk").status_code == 303


def test_how_one_signs_in_is_changed_only_right_after_signing_in(a: Factories, later):
    client = a.client(a.person())
    token = token_of(client.get("/account/password").text)
    later(minutes=16)
    assert client.get("/account/password").headers["Location"].startswith("/sign-in?again=1")
    assert (
        client.post("/account/password", data={"csrf_token": token, "password": "perahu layar di teluk"}).status_code
        == 303
    )
    assert client.get("/account/passkeys/new").headers["Location"].startswith("/sign-in?again=1")
    assert client.post("/account/passkeys/begin", headers={"X-CSRFToken": token}).status_code == 403


def test_a_code_that_hr_gave_lets_one_choose_a_new_password_without_the_old(a: Factories):
    ana = with_password(a)
    with db.transaction():
        code = actions.issue_code(ana)
    client = a.client()
    sign_in(client, ana.employment.number, code=code)
    client.get("/welcome/key")
    assert submit(client, "/welcome/password", password="perahu layar di teluk").status_code == 303
    assert sign_in(a.client(), ana.employment.number, password="perahu layar di teluk").status_code == 303


def test_the_language_follows_the_person(a: Factories):
    ana = a.person()
    client = a.client(ana)
    submit(client, "/account/language", page="/account/", language="en")
    assert "My account" in client.get("/account/").text
    assert "My account" in a.client(ana).get("/account/").text
    client.get("/sign-in")


def test_what_only_signing_in_needed_is_gone_when_its_time_is_over(a: Factories, later):
    ana = with_password(a)
    sign_in(a.client(), ana.employment.number, password="bukan kata sandinya")
    sign_in(a.client(), ana.employment.number, password=GOOD)
    with db.transaction():
        actions.issue_code(ana)
        assert actions.tidy() == 0
    later(days=2)
    with db.transaction():
        assert actions.tidy() >= 2  # the counts of tries
    later(days=110)
    with db.transaction():
        assert actions.tidy() == 2  # the session and the code
