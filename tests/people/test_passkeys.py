"""Passkeys: added right after signing in, good for one challenge each, at the right address alone."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.core import db
from lms.people import actions, ways_in
from lms.people import queries as people
from lms.people.models import Passkey, PasskeyChallenge, Person
from tests.factories import Factories
from tests.people.authenticator import Phone
from tests.people.browsing import reread, sign_in, submit, token_of

SITE = "http://asah.localhost:8000"
SHORT = "kenariku7"


def post(client: FlaskClient, path: str, body: dict | None = None, page: str = "/sign-in", site: str = SITE):
    token = re.search(
        r'data-token="([^"]+)"|name="csrf_token"[^>]*value="([^"]+)"', client.get(page, base_url=site).text
    )
    return client.post(
        path,
        json=body or {},
        base_url=site,
        headers={"X-CSRFToken": token[1] or token[2], "Accept": "application/json"},
    )


@pytest.fixture
def here(a: Factories):
    """A browser that signs people in at the address at which passkeys work."""

    def client(person: Person | None = None) -> FlaskClient:
        made = a.app.test_client()
        if person is not None:
            with db.transaction():
                token = actions.start_session(person, factors="test")
            with made.session_transaction(base_url=SITE) as cookie:
                cookie["_user_id"], cookie["_fresh"] = token, True
        return made

    return client


def add(client: FlaskClient, phone: Phone, **more):
    options = post(client, "/account/passkeys/begin", page="/account/").json
    return post(
        client,
        "/account/passkeys",
        {"answer": phone.create(options, **{"origin": SITE, **more}), "next": "/welcome/unit"},
        page="/account/",
    )


def come_in(client: FlaskClient, phone: Phone, **more):
    options = post(client, "/sign-in/passkey/begin").json
    return post(
        client,
        "/sign-in/passkey",
        {"answer": phone.get(options, **{"origin": SITE, **more}), "stay": True, "next": "/record/"},
    )


def is_in(client: FlaskClient) -> bool:
    return client.get("/account/", base_url=SITE).status_code == 200


@pytest.fixture
def ana(a: Factories) -> Person:
    made = a.person(name="Ana Lestari")
    with db.transaction():
        actions.confirm_place(made)
    return made


def test_a_fingerprint_is_added_and_signs_in(here, ana):
    phone, new = Phone(), here()
    assert add(here(ana), phone).json == {"go": "/welcome/unit"}
    assert come_in(new, phone).json == {"go": "/record/"}
    assert is_in(new)
    reread()
    [key] = ways_in.passkeys_of(ana)
    assert key.last_used_at is not None and key.sign_count == phone.count
    assert {s.factors for s in ways_in.sessions_of(ana)} == {"test", "passkey"}
    assert next(s for s in ways_in.sessions_of(ana) if s.factors == "passkey").stays


def test_the_question_asks_for_the_finger_and_for_a_key_that_knows_its_person(here, ana):
    options = post(here(ana), "/account/passkeys/begin", page="/account/").json
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "preferred"
    assert options["rp"]["id"] == "asah.localhost" and ana.employment.number not in str(options)
    assert post(here(), "/sign-in/passkey/begin").json["userVerification"] == "required"


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://asah.localhost:9000"},
        {"host": "localhost"},
        {"origin": "https://asah.localhost:8000"},
    ],
)
def test_an_answer_for_another_address_is_refused(here, ana, wrong):
    phone = Phone()
    assert add(here(ana), phone, **wrong).status_code == 400
    add(here(ana), phone)
    new = here()
    assert come_in(new, phone, **wrong).status_code == 400 and not is_in(new)


def test_without_the_finger_no_key_is_added_and_nobody_comes_in(here, ana):
    phone, new = Phone(verifies=False), here()
    assert add(here(ana), phone).status_code == 400
    phone.verifies = True
    add(here(ana), phone)
    phone.verifies = False
    assert come_in(new, phone).status_code == 400 and not is_in(new)


def test_a_strangers_key_and_another_signature_are_refused(here, ana):
    phone, new = Phone(), here()
    add(here(ana), phone)
    assert come_in(new, Phone()).status_code == 400
    assert come_in(new, Phone(id=phone.id, count=5)).status_code == 400
    assert not is_in(new)


def test_a_challenge_works_once_and_not_in_another_browser(here, ana):
    phone, new, other = Phone(), here(), here()
    add(here(ana), phone)
    options = post(new, "/sign-in/passkey/begin").json
    answer = phone.get(options, SITE)
    assert post(other, "/sign-in/passkey", {"answer": answer}).status_code == 400
    assert post(new, "/sign-in/passkey", {"answer": answer}).status_code == 200
    submit_again = post(here(), "/sign-in/passkey", {"answer": answer})
    assert submit_again.status_code == 400


def test_a_wrong_answer_uses_the_challenge_up(here, ana):
    phone, new = Phone(), here()
    add(here(ana), phone)
    options = post(new, "/sign-in/passkey/begin").json
    with new.session_transaction(base_url=SITE) as cookie:
        holder = cookie["challenge"]
    assert post(new, "/sign-in/passkey", {"answer": Phone().get(options, SITE)}).status_code == 400
    with new.session_transaction(base_url=SITE) as cookie:
        cookie["challenge"] = holder
    assert post(new, "/sign-in/passkey", {"answer": phone.get(options, SITE)}).status_code == 400
    reread()
    assert db.session.scalar(select(func.count()).select_from(PasskeyChallenge)) == 0


def test_a_challenge_ends_after_five_minutes(here, ana, later):
    phone, new = Phone(), here()
    add(here(ana), phone)
    options = post(new, "/sign-in/passkey/begin").json
    later(minutes=5, seconds=1)
    assert post(new, "/sign-in/passkey", {"answer": phone.get(options, SITE)}).status_code == 400


def test_a_copied_key_is_noticed_by_its_counter(here, ana):
    phone = Phone(count=10)
    add(here(ana), phone)
    assert come_in(here(), phone).status_code == 200
    phone.count = 5
    assert come_in(here(), phone).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"answer": None},
        {"answer": {}},
        {"answer": {"id": 5}},
        {"answer": {"id": "x" * 10_000}},
        {"answer": {"id": "AAAA", "rawId": "AAAA", "response": "x", "type": "public-key"}},
    ],
)
def test_nonsense_is_refused_in_words(here, ana, body):
    client, mine = here(), here(ana)
    post(client, "/sign-in/passkey/begin")
    post(mine, "/account/passkeys/begin", page="/account/")
    for answer in (post(client, "/sign-in/passkey", body), post(mine, "/account/passkeys", body, page="/account/")):
        assert answer.status_code == 400 and "error" in answer.json


def test_a_suspended_person_does_not_come_in(here, ana):
    phone = Phone()
    add(here(ana), phone)
    with db.transaction():
        actions.suspend(people.person_by_id(ana.id), by=None)
    assert come_in(here(), phone).status_code == 400


def test_an_address_of_numbers_says_that_it_cannot(a: Factories, ana):
    client = a.app.test_client()
    answer = post(client, "/sign-in/passkey/begin", site="http://127.0.0.1:8000")
    assert answer.status_code == 400 and "alamat ini" in answer.json["error"]


def test_the_same_key_is_not_added_twice(here, ana):
    phone = Phone()
    add(here(ana), phone)
    assert add(here(ana), phone).status_code == 409
    reread()
    assert len(ways_in.passkeys_of(ana)) == 1


def test_a_key_is_renamed_and_removed_by_its_owner_alone(here, a: Factories, ana):
    phone = Phone()
    add(here(ana), phone)
    key = db.session.scalars(select(Passkey)).one()
    mine, other = here(ana), here(a.person())

    def send(client, what, **fields):
        token = token_of(client.get("/account/", base_url=SITE).text)
        return client.post(f"/account/passkeys/{key.uuid}/{what}", data={"csrf_token": token, **fields}, base_url=SITE)

    assert send(other, "name", name="Punya saya").status_code == 404
    assert send(other, "remove").status_code == 404
    send(mine, "name", name="Ponsel kantor")
    assert "Ponsel kantor" in mine.get("/account/", base_url=SITE).text
    send(mine, "remove")
    assert come_in(here(), phone).status_code == 400


def test_a_short_password_signs_in_only_together_with_the_passkey(here, ana):
    phone = Phone()
    add(here(ana), phone)
    with db.transaction():
        actions.set_password(people.person_by_id(ana.id), SHORT)
    client = here()
    token = token_of(client.get("/sign-in", base_url=SITE).text)
    client.post("/sign-in", data={"csrf_token": token, "login": ana.employment.number}, base_url=SITE)
    token = token_of(client.get("/sign-in/password", base_url=SITE).text)
    answer = client.post("/sign-in/password", data={"csrf_token": token, "password": SHORT}, base_url=SITE)
    assert answer.headers["Location"] == "/sign-in/second"
    assert not is_in(client)
    assert client.get("/sign-in/second", base_url=SITE).status_code == 200
    assert come_in(client, Phone()).status_code == 400 and not is_in(client)
    assert come_in(client, phone).json == {"go": "/"} and is_in(client)
    reread()
    assert "password+passkey" in {s.factors for s in ways_in.sessions_of(ana)}


def test_the_second_step_takes_no_other_persons_key(here, a: Factories, ana):
    mine, theirs, budi = Phone(), Phone(), a.person()
    add(here(ana), mine)
    add(here(budi), theirs)
    with db.transaction():
        actions.set_password(people.person_by_id(ana.id), SHORT)
    client = here()
    token = token_of(client.get("/sign-in", base_url=SITE).text)
    client.post("/sign-in", data={"csrf_token": token, "login": ana.employment.number}, base_url=SITE)
    token = token_of(client.get("/sign-in/password", base_url=SITE).text)
    client.post("/sign-in/password", data={"csrf_token": token, "password": SHORT}, base_url=SITE)
    assert come_in(client, theirs).status_code == 400 and not is_in(client)


def test_the_last_passkey_stays_while_a_short_password_counts_on_it(here, ana):
    add(here(ana), Phone())
    with db.transaction():
        actions.set_password(people.person_by_id(ana.id), SHORT)
    client = here(ana)
    [key] = ways_in.passkeys_of(ana)
    token = token_of(client.get("/account/", base_url=SITE).text)
    assert (
        client.post(f"/account/passkeys/{key.uuid}/remove", data={"csrf_token": token}, base_url=SITE).status_code
        == 409
    )
    reread()
    assert len(ways_in.passkeys_of(ana)) == 1


def test_after_a_code_a_person_with_a_key_goes_on_to_the_unit(a: Factories, here, ana):
    add(here(ana), Phone())
    with db.transaction():
        code = actions.issue_code(people.person_by_id(ana.id))
    client = a.client()
    sign_in(client, ana.employment.number, code=code)
    assert client.get("/welcome").headers["Location"] == "/welcome/unit"
    assert submit(client, "/welcome/password", password=SHORT).status_code == 303
