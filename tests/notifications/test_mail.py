"""The same words by e-mail, to a real server on loopback: sent by the worker, tried again, or noted as lost."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from lms.core import clock, db, jobs, settings
from lms.core.jobs import Job
from lms.notifications import actions
from lms.notifications.channels import CHANNELS, email
from lms.notifications.errors import Undeliverable
from lms.notifications.kinds import Message
from lms.notifications.models import Notification
from lms.notifications.post import DELIVER
from tests.factories import Factories
from tests.notifications.smtp import MailServer, mail_server


@pytest.fixture
def mail(app) -> Iterator[MailServer]:
    """A mail server that this installation uses."""
    with mail_server() as server:
        before = settings.current()
        settings.use(replace(before, mail_url=server.url, mail_from="asah@kota.go.id"))
        yield server
        settings.use(before)


def _tell(person) -> None:
    with db.transaction():
        actions.tell(person, "course_completed", {"title": "Etika", "minutes": 45}, path="/record/", cause="r1")


def test_the_letter_says_it_in_the_persons_language(a: Factories, mail: MailServer, work: Callable[[], int]):
    ana = a.person(name="Ana Lestari", email="ana@kota.go.id")
    _tell(ana)
    assert mail.letters == []  # no page waits for a mail server
    work()
    [letter] = mail.letters
    assert (letter["To"], letter["From"], letter["Subject"]) == ("ana@kota.go.id", "asah@kota.go.id", "Etika selesai")
    body = letter.get_content()
    assert "Ana Lestari" in body and "1 JP" in body and f"{settings.current().address}/record/" in body
    work()
    _tell(ana)
    work()
    assert len(mail.letters) == 1


def test_without_mail_or_address_nothing_is_posted(a: Factories, mail: MailServer, work: Callable[[], int]):
    nobody, demo = a.person(), a.person(email="demo@kota.go.id")
    with db.transaction():
        db.session.merge(demo).demo = True
    _tell(nobody)
    _tell(demo)
    settings.use(replace(settings.current(), mail_url=""))
    _tell(a.person(email="ana@kota.go.id"))
    work()
    assert mail.letters == []
    assert db.session.scalars(select(Job).where(Job.kind == DELIVER)).all() == []
    assert len(db.session.scalars(select(Notification)).all()) == 3


def test_an_address_that_is_refused_for_good_is_noted_and_not_tried_again(
    a: Factories, mail: MailServer, work: Callable[[], int]
):
    mail.refuse["ana@kota.go.id"] = "550 no such mailbox"
    _tell(a.person(email="ana@kota.go.id"))
    work()
    job = db.session.scalar(select(Job).where(Job.kind == DELIVER))
    assert job.state == "done"
    assert db.session.scalar(select(Notification.undelivered)) == "email: 550 no such mailbox"


def test_a_passing_failure_is_tried_again_later(a: Factories, mail: MailServer, work: Callable[[], int], later):
    mail.refuse["ana@kota.go.id"] = "451 try later"
    _tell(a.person(email="ana@kota.go.id"))
    work()
    job = db.session.scalar(select(Job).where(Job.kind == DELIVER))
    assert job.state == "waiting" and "451 try later" in job.last_error and job.due_at > clock.now()
    mail.refuse.clear()
    later(minutes=1)
    work()
    assert len(mail.letters) == 1
    assert db.session.scalar(select(Notification.undelivered)) == ""


def test_a_server_that_is_away_keeps_the_letter_waiting(a: Factories, mail: MailServer, work: Callable[[], int]):
    settings.use(replace(settings.current(), mail_url="smtp://127.0.0.1:1"))
    ana = a.person(email="ana@kota.go.id")
    with pytest.raises(Undeliverable) as failure:
        email.send(Message("course_completed", "r1", "/", {"title": "Etika", "minutes": 45}), "ana@kota.go.id")
    assert not failure.value.permanent
    _tell(ana)
    work()
    assert db.session.scalar(select(Job.state).where(Job.kind == DELIVER)) == "waiting"


def test_a_title_with_a_line_break_makes_no_second_header(a: Factories, mail: MailServer):
    a.person(email="ana@kota.go.id")
    email.send(
        Message("course_completed", "r", "/", {"title": "Etika\r\nBcc: eve@x.id", "minutes": 45}), "ana@kota.go.id"
    )
    [letter] = mail.letters
    assert letter["Bcc"] is None and "Bcc: eve@x.id" in letter["Subject"]


def test_every_channel_keeps_the_contract():
    for channel in CHANNELS.values():
        assert callable(channel.address_of) and callable(channel.send) and isinstance(channel.AT_ONCE, bool)


def test_jobs_know_the_post():
    assert DELIVER in jobs._kinds
