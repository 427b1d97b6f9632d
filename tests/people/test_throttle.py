"""Waits grow, time forgives, and nobody is locked out for good."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core import db
from lms.people import actions, passwords, throttle
from lms.people.models import SignInThrottle
from tests.factories import Factories
from tests.people.browsing import sign_in, submit

GOOD = "ikan bakar di dermaga"


def tries(keys: list[str]) -> timedelta | None:
    with db.transaction():
        return throttle.begin(keys)


def test_five_tries_are_free_and_then_the_waits_double_up_to_an_hour(later):
    assert [tries(["account:1"]) for _ in range(5)] == [None] * 5
    waits = []
    for _ in range(10):
        wait = tries(["account:1"])
        waits.append(round(wait.total_seconds()) if wait else 0)
        later(seconds=waits[-1] + 1)
        assert tries(["account:1"]) is None
    assert waits[:4] == [30, 60, 120, 240]
    assert max(waits) == waits[-1] == 3600


def test_a_try_that_has_to_wait_does_not_lengthen_the_wait(later):
    for _ in range(5):
        tries(["account:1"])
    for _ in range(50):
        assert tries(["account:1"])
    later(seconds=31)
    assert tries(["account:1"]) is None


def test_success_forgets_the_account_and_takes_one_from_the_address():
    for _ in range(4):
        tries(["account:1", "address:10.0.0.1"])
    with db.transaction():
        throttle.succeeded(["account:1", "address:10.0.0.1"])
    assert [tries(["account:1"]) for _ in range(5)] == [None] * 5
    assert db.session.scalar(select(SignInThrottle.failures).where(SignInThrottle.key == "address:10.0.0.1")) == 3


def test_time_forgives(later):
    for _ in range(5):
        tries(["account:1"])
    later(days=1)
    assert [tries(["account:1"]) for _ in range(5)] == [None] * 5


def test_at_most_a_hundred_of_ten_thousand_guesses_are_looked_at(a: Factories, monkeypatch):
    ana = a.person()
    with db.transaction():
        actions.set_password(ana, GOOD)
    looked = []
    monkeypatch.setattr(passwords, "matches", lambda kept, text: looked.append(text) or False)
    client = a.client()
    for n in range(60):
        sign_in(client, ana.employment.number, password=f"tebakan nomor {n}")
    with db.transaction():  # the same door, without drawing pages
        looked += [n for n in range(9_940) if throttle.begin([f"account:{ana.id}"]) is None]
    assert 5 <= len(looked) <= 100


def test_the_owner_comes_in_while_a_stranger_is_guessing(a: Factories):
    ana = a.person()
    with db.transaction():
        actions.set_password(ana, GOOD)
    own, stranger = a.client(), a.client()
    assert sign_in(own, ana.employment.number, password=GOOD).status_code == 303
    submit(own, "/sign-out", page="/account/")
    for _ in range(8):
        last = sign_in(stranger, ana.employment.number, password="tebakan yang keliru")
    assert last.status_code == 429 and int(last.headers["Retry-After"]) > 20
    assert sign_in(own, ana.employment.number, password=GOOD).status_code == 303


def test_a_code_from_unit_hr_opens_the_door_while_a_stranger_is_guessing(a: Factories):
    ana, stranger = a.person(), a.client()
    with db.transaction():
        code = actions.issue_code(ana)
    for _ in range(8):
        sign_in(stranger, ana.employment.number, password="tebakan yang keliru")
    assert sign_in(a.client(), ana.employment.number, code=code).headers["Location"] == "/welcome"


def test_one_address_that_tries_many_accounts_is_slowed(a: Factories):
    for n in range(100):
        assert tries([f"account:{n}", "address:10.0.0.1"]) is None
    assert tries(["account:200", "address:10.0.0.1"])
    assert tries(["account:200", "address:10.0.0.2"]) is None


@pytest.mark.parametrize("kind", list(throttle.LIMITS))
def test_no_limit_keeps_anybody_out_for_good(kind, later):
    key = f"{kind}:x"
    with db.transaction():
        for _ in range(int(throttle.LIMITS[kind].free) + 40):
            wait = throttle.begin([key])
            if wait:
                assert wait <= timedelta(hours=1)
                later(seconds=wait.total_seconds() + 1)
        later(hours=1, seconds=1)
        assert throttle.begin([key]) is None
