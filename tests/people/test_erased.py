"""Somebody who had everything is erased: what they earned stands and checks out, and nothing tells who it was."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, select, text

from lms.certificates import actions as issuing
from lms.certificates import checks as certificate_checks
from lms.certificates import cli as certificate_commands
from lms.certificates import queries as certificates
from lms.certificates import signing
from lms.certificates.errors import HolderIsErased
from lms.certificates.models import Certificate
from lms.core import audit, clock, db, jobs, settings
from lms.core.audit import AuditEntry
from lms.core.jobs import Job
from lms.delivery import actions as delivery
from lms.enrolment import actions as enrolment
from lms.hours import checks as hours_checks
from lms.hours import queries as hours
from lms.lrs import queries as stored
from lms.lrs.cli import lrs as lrs_commands
from lms.lrs.models import Document, LrsCredential
from lms.notifications import actions as notifications
from lms.notifications.models import Notification
from lms.notifications.post import DELIVER
from lms.people import actions, erasing, errors, queries
from lms.people.mail import LINK
from lms.people.models import Unit
from lms.progress.events import CompletionWithdrawn, CourseCompleted
from lms.records import checks as record_checks
from lms.supervision.models import Recognition
from tests.factories import Factories
from tests.hours.finished import finish, unfinish
from tests.people.browsing import reread, submit
from tests.people.known import MAIL, NAME, NIP, TRACES, Story


def kept() -> bytes:
    """All rows, SQLite's files, and every stored file with the data that a PDF carries."""
    db.session.rollback()
    held = []
    for table in inspect(db.engine()).get_table_names():
        held += [str(tuple(row)) for row in db.session.execute(text(f'SELECT * FROM "{table}"'))]  # noqa: S608
    db.session.rollback()
    folder = Path(settings.current().data_dir)
    found = "\n".join(held).encode() + b"".join(one.read_bytes() for one in folder.glob("asah.db*"))
    for one in (folder / "files").rglob("*"):
        if one.is_file():
            octets = one.read_bytes()
            found += octets + str(signing.unpacked(octets)).encode()
    return found


def traces(octets: bytes) -> set[str]:
    return {trace for trace in TRACES if trace.encode() in octets.lower()}


@pytest.fixture
def letters(app) -> Iterator[None]:
    """Mail is set up, and its server away: letters wait."""
    before = settings.current()
    settings.use(replace(before, mail_url="smtp://127.0.0.1:1", mail_from="asah@kota.example"))
    yield
    settings.use(before)


@pytest.fixture
def story(a: Factories, work: Callable[[], int], letters: None) -> Story:
    return Story(a, work)


def test_no_table_no_file_no_page_and_no_export_tells_who_it_was(a: Factories, story: Story, tmp_path: Path):
    code, out = story.certificate.code, tmp_path / "all.ndjson"
    clients = [a.client(), *(a.client(one) for one in (story.chief, story.ana, story.officer))]
    paths = [
        "/", "/record/", "/team/", f"/team/{story.who.uuid}", f"/team/{story.ana.uuid}", "/notifications/",
        f"/certificates/{code}", "/agency/people/", f"/agency/people/{story.who.uuid}", "/hours/waiting/", "/account/",
        "/operations/", "/operations/jobs?state=waiting", "/operations/statements", "/operations/audit", "/help",
    ]  # fmt: skip

    def seen() -> bytes:
        return "\n".join(one.get(path, follow_redirects=True).text for one in clients for path in paths).encode()

    def exported() -> bytes:
        out.unlink(missing_ok=True)
        assert CliRunner().invoke(lrs_commands, ["export", str(out)]).exit_code == 0
        return out.read_bytes()

    assert traces(kept()) == set(TRACES)
    assert {"zainuddin", "wiryawan"} <= traces(seen()) and {"zainuddin", NIP} <= traces(exported())
    story.erase()
    assert traces(kept()) == set()
    assert traces(seen()) == set()
    assert traces(exported()) == set()


def test_what_they_earned_stands_and_checks_out(story: Story):
    minutes = hours.minutes_of_year(story.who, clock.now().year)
    before = story.line.evidence
    story.erase()
    who = queries.person_by_id(story.who.id)
    assert hours.minutes_of_year(who, clock.now().year) == minutes > 0
    assert (story.line.evidence, story.line.note) == (before, "… menolak amplop di loket, dengan sopan")
    assert record_checks.verify() == certificate_checks.verify() == []
    assert [one for one in hours_checks.verify() if "review" not in one.subject] == []
    assert audit.first_break() is None


def test_the_certificate_stays_checkable_and_says_whom_it_hides(a: Factories, story: Story):
    before = db.session.get_one(Certificate, story.certificate.id)
    number, old = before.number, before.signature
    story.erase()
    found = certificates.check(story.certificate.code)
    assert (found.state, found.payload["number"], found.payload["jp"]) == ("valid", number, before.payload["jp"])
    assert found.certificate.private == {} and found.certificate.pdf is None and found.certificate.signature != old
    assert (found.payload["name"], found.payload["nip"], found.payload["holder"]) == ("", "", "")
    page = a.client().get(f"/certificates/{story.certificate.code}").text
    assert "Sertifikat ini berlaku" in page and number in page
    assert "data diri telah dihapus" in page and "ditandatangani ulang pada 9 Maret 2026" in page
    with pytest.raises(HolderIsErased), db.transaction():
        issuing.pdf_of(found.certificate)
    assert not list((Path(settings.current().data_dir) / "files").glob("*.pdf"))


def test_the_pdf_in_their_hands_still_proves_itself(story: Story, tmp_path: Path):
    story.erase()
    file = tmp_path / "sertifikat.pdf"
    file.write_bytes(story.pdf)
    said = CliRunner().invoke(certificate_commands.certificates, ["verify", str(file)])
    assert said.exit_code == 0 and NAME in said.output


def test_a_certificate_that_was_altered_is_not_made_good(story: Story):
    with db.transaction():
        row = db.session.get_one(Certificate, story.certificate.id)
        row.payload = row.payload | {"jp": 400}
    story.erase()
    assert certificates.check(story.certificate.code).state == "altered"
    assert traces(kept()) == set()


def test_a_revoked_one_stays_revoked_and_is_not_followed_by_another(story: Story):
    place = story.place
    with db.transaction():
        unfinish(place)
        issuing.withdraw(CompletionWithdrawn(str(place.registration), place.id))
    story.erase()
    finish(place, [clock.now()])
    with db.transaction():
        issuing.issue(CourseCompleted(str(place.registration), place.id))
    reread()
    assert certificates.check(story.certificate.code).state == "revoked"
    theirs = select(Certificate).where(Certificate.person_id == story.who.id)
    assert len(db.session.scalars(theirs).all()) == 1


def test_what_was_on_its_way_ends_quietly(a: Factories, story: Story):
    course = a.course("berakhlak")
    with db.transaction():
        place = enrolment.enrol(queries.person_by_id(story.who.id), course)
    done = finish(place, [clock.now()])
    story.erase()
    with db.transaction():
        delivery.record_course_completed(done)
        issuing.issue(done)
        notifications.congratulate(done)
        notifications.announce_certificate(done)
    reread()
    assert db.session.scalars(select(Certificate).where(Certificate.registration == place.registration)).all() == []
    assert db.session.scalars(select(Notification).where(Notification.person_id == story.who.id)).all() == []


def test_a_mistake_on_the_way_changes_nothing(story: Story, monkeypatch):
    def fails(_):
        raise ZeroDivisionError

    monkeypatch.setattr(erasing, "_forget_ways_in", fails)
    with pytest.raises(ZeroDivisionError), db.transaction():
        actions.erase(queries.person_by_id(story.who.id), None, "Atas permintaan sendiri")
    reread()
    assert queries.person_by_id(story.who.id).name == NAME
    assert certificates.check(story.certificate.code).payload["name"] == NAME
    with db.transaction():
        assert issuing.pdf_of(db.session.get_one(Certificate, story.certificate.id)).startswith(b"%PDF")


def test_others_keep_what_was_said_to_them(story: Story):
    story.erase()
    [thanks] = db.session.scalars(select(Recognition)).all()
    assert (thanks.to_id, thanks.text) == (story.ana.id, "Kerja bagus, Ana. Salam, …")
    told = db.session.scalars(
        select(Notification).where(Notification.person_id == story.ana.id, Notification.kind == "thanks")
    ).one()
    assert told.params == {"name": erasing.NOBODY, "quote": "Kerja bagus, Ana. Salam, …"}
    letters = db.session.scalars(select(Job).where(Job.kind == DELIVER)).all()
    assert {job.args["person_id"] for job in letters} == {story.ana.id}
    assert erasing.NOBODY in {job.args["message"]["params"].get("name") for job in letters}


def test_the_statements_keep_all_but_the_words(story: Story):
    before = stored.find(story.told).body
    story.erase()
    after = stored.find(story.told).body
    assert after["actor"] == before["actor"] | {"name": "…"}
    assert after["result"] == {
        "response": "nama saya …",
        "score": {"raw": 1.1},
        "extensions": {"https://alat.example/e": ["…", {"deep": "NIP …"}]},
    }
    rest = {"actor", "result"}
    assert {k: v for k, v in after.items() if k not in rest} == {k: v for k, v in before.items() if k not in rest}
    assert db.session.scalars(select(Document)).all() == []
    assert db.session.scalars(select(LrsCredential.revoked_at).where(LrsCredential.agent.is_not(None))).one()


def test_no_unit_sends_people_to_them(story: Story):
    story.erase()
    unit = db.session.get_one(Unit, story.unit.id)
    assert (unit.pendamping, unit.pendamping_phone, unit.settings) == ("", "", {"certificate_unit": "DUKCAPIL"})


def test_a_letter_that_failed_does_not_quote_their_address(story: Story):
    with db.transaction():
        jobs.enqueue(LINK, {"person_id": story.who.id}, due=clock.now())
        db.session.scalars(select(Job).where(Job.kind == LINK)).one().last_error = f"refused: {MAIL}"
    story.erase()
    assert db.session.scalars(select(Job).where(Job.kind == LINK)).all() == []


def test_what_the_log_keeps_for_good_is_never_a_name(a: Factories, story: Story):
    officer = a.client(story.officer)
    assert NAME in officer.get("/operations/audit", query_string={"name": "Wiryawan"}).text
    reread()
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.action == "log.read")).one().details == {
        "asked": {"name": "…"}
    }
    code = story.certificate.code
    sent = submit(officer, f"/certificates/{code}/revoke", why="Zainuddin memalsukan")
    assert sent.status_code == 422 and "tidak boleh memuat nama" in sent.text
    for refused in (
        lambda who, by: actions.suspend(who, by=None, why="Zainuddin pindah"),
        lambda who, by: issuing.revoke(db.session.get_one(Certificate, story.certificate.id), by, f"NIP {NIP} salah"),
        lambda who, by: delivery.complete_by_hand(
            story.place, None, "wiryawan hadir", clock.today(who.zone), "classroom"
        ),
    ):
        with pytest.raises(errors.ReasonNamesThem), db.transaction():
            refused(queries.person_by_id(story.who.id), queries.person_by_id(story.officer.id))
