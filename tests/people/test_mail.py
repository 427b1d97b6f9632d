"""Mailed one-time links, where the installation has mail."""

import dataclasses
import re

import pytest
from flask import Flask

from lms.core import jobs, settings
from lms.people import mail
from tests.factories import Factories
from tests.people.browsing import reread, submit


@pytest.fixture
def outbox(app: Flask, monkeypatch) -> list[tuple[str, str, str]]:
    """Mail is set up, and what would be sent lies here."""
    settings.use(dataclasses.replace(settings.current(), mail_url="smtp://mail.example:587"))
    sent: list[tuple[str, str, str]] = []
    monkeypatch.setattr(mail, "send", lambda *message: sent.append(message))
    return sent


def ask(a: Factories, login: str):
    client = a.client()
    submit(client, "/sign-in", login=login)
    return submit(client, "/sign-in/link", page="/sign-in/code")


def test_without_mail_no_page_speaks_of_it(a: Factories):
    client = a.client()
    submit(client, "/sign-in", login="ana@kota.example")
    assert "/sign-in/link" not in client.get("/sign-in/code").text
    assert submit(client, "/sign-in/link", page="/sign-in/code").headers["Location"] == "/sign-in"


def test_a_mailed_link_signs_in_once_by_its_button(a: Factories, outbox, later):
    a.person(name="Ana Lestari", email="ana@kota.example")
    assert ask(a, "ana@kota.example").headers["Location"] == "/sign-in/code"
    assert outbox == []  # the worker sends it, so that asking takes no longer for those whom we know
    later(seconds=2)
    jobs.work()
    [(to, _subject, body)] = outbox
    link = re.search(r"http://asah\.localhost:8000(/sign-in/link/\S+)", body)[1]
    client = a.client()
    assert client.get(link).status_code == 200 and client.get("/account/").status_code == 303  # a scanner opens links
    assert to == "ana@kota.example" and submit(client, link).headers["Location"] == "/welcome"
    assert client.get("/account/").status_code == 200
    assert submit(a.client(), link).headers["Location"] == "/sign-in"


def test_a_mailed_link_ends_after_twenty_minutes(a: Factories, outbox, later):
    a.person(email="ana@kota.example")
    ask(a, "ana@kota.example")
    later(seconds=2)
    jobs.work()
    link = re.search(r"(/sign-in/link/\S+)", outbox[0][2])[1]
    later(minutes=20, seconds=1)
    assert submit(a.client(), link).headers["Location"] == "/sign-in"


def test_nobody_learns_whether_an_address_is_known(a: Factories, outbox, later):
    a.person(email="ana@kota.example")
    known, unknown = ask(a, "ana@kota.example"), ask(a, "budi@kota.example")
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    later(seconds=2)
    jobs.work()
    assert [to for to, _, _ in outbox] == ["ana@kota.example"]


def test_a_mail_server_that_is_away_is_tried_again(a: Factories, outbox, later, monkeypatch):
    a.person(email="ana@kota.example")
    ask(a, "ana@kota.example")
    later(seconds=2)

    def away(*_message):
        raise ConnectionRefusedError("mail server away")

    with monkeypatch.context() as broken:
        broken.setattr(mail, "send", away)
        jobs.work()
    reread()
    later(minutes=5)
    jobs.work()
    assert len(outbox) == 1
