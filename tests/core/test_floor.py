"""What everything stands on: times, ids, transactions, jobs, the log, files."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask_wtf import FlaskForm
from sqlalchemy import select, text, update
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, Length, NumberRange

from lms.core import audit, clock, db, events, ids, jobs, pages, storage, texts
from lms.core.audit import AuditEntry
from lms.core.jobs import Job
from lms.people.models import Person


def test_a_naive_moment_is_refused():
    with pytest.raises(Exception, match="needs a zone"), db.transaction():
        db.session.add(Person(name="Ana", created_at=datetime(2026, 3, 9, 8, 30)))  # noqa: DTZ001
        db.session.flush()


def test_a_moment_comes_back_in_utc(app):
    noon = datetime(2026, 3, 9, 12, tzinfo=UTC)
    with db.transaction():
        db.session.add(Person(name="Ana", created_at=noon.astimezone(clock.ZoneInfo("Asia/Jayapura"))))
    found = db.session.scalars(select(Person)).one()
    db.session.refresh(found)
    assert (found.created_at, found.created_at.tzinfo) == (noon, UTC)


@pytest.mark.pure
def test_a_day_is_somebodys():
    late = datetime(2026, 12, 31, 15, 30, tzinfo=UTC)
    days = {zone: clock.day_of(late, zone).isoformat() for zone in clock.ZONES}
    assert days == {"Asia/Jakarta": "2026-12-31", "Asia/Makassar": "2026-12-31", "Asia/Jayapura": "2027-01-01"}


@pytest.mark.pure
def test_ids_sort_by_time_and_say_their_version():
    with clock.at(datetime(2026, 3, 9, tzinfo=UTC)):
        early = ids.new()
    with clock.at(datetime(2026, 3, 9, 0, 0, 1, tzinfo=UTC)):
        late = ids.new()
    assert early < late and {early.version, late.version} == {7} and early.variant == late.variant
    assert len({ids.new() for _ in range(1000)}) == 1000


@pytest.mark.pure
def test_a_secret_is_no_option_of_a_command(monkeypatch):
    made = iter(["-abc", "--x", "good"])
    monkeypatch.setattr(ids.secrets, "token_urlsafe", lambda _: next(made))
    assert ids.token() == "good"


def test_nothing_of_a_failed_transaction_is_left():
    with pytest.raises(ZeroDivisionError), db.transaction():
        db.session.add(Person(name="Ana"))
        db.session.flush()
        jobs.enqueue("test.never", {})
        1 / 0  # noqa: B018
    assert db.session.scalars(select(Person)).all() == [] and db.session.scalars(select(Job)).all() == []


def test_only_the_entry_point_commits():
    with db.transaction(), pytest.raises(RuntimeError, match="only the entry point"), db.transaction():
        pass


def test_many_writers_wait_for_each_other_and_lose_nothing(app):
    with db.transaction():
        db.session.add(Person(name="0"))
    failures = []

    def count(times: int) -> None:
        with db.scope():
            for _ in range(times):
                try:
                    with db.transaction():
                        person = db.session.scalars(select(Person).with_for_update()).one()
                        person.name = str(int(person.name) + 1)
                except Exception as error:
                    failures.append(error)

    threads = [threading.Thread(target=count, args=(15,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert (failures, db.session.scalars(select(Person.name)).one()) == ([], "90")


def test_a_job_is_tried_at_once_and_done():
    done = []
    jobs.register("test.note", lambda args: done.append(args["n"]))
    with db.transaction():
        jobs.enqueue("test.note", {"n": 1})
        assert done == []
    assert done == [1]


def test_a_failing_job_waits_longer_each_time_and_dies_with_its_reason(later):
    def fail(_args):
        raise ValueError("the door is closed")

    jobs.register("test.fail", fail)
    with db.transaction():
        jobs.enqueue("test.fail", {})
    job = db.session.scalars(select(Job)).one()
    waits = []
    while job.state == "waiting":
        waits.append((job.due_at - clock.now()).total_seconds())
        clock.travel(job.due_at)
        jobs.attempt(job.id)
        db.session.rollback()
    assert (job.state, job.attempts, job.last_error) == ("dead", jobs.MOST_ATTEMPTS, "ValueError: the door is closed")
    assert waits == sorted(waits) and waits[-1] <= 3600
    jobs.register("test.fail", lambda _args: None)
    with db.transaction():
        jobs.retry(job.id)
    assert jobs.work() == 1


def test_a_failing_job_holds_back_nobody():
    done = []
    jobs.register("test.fail", lambda _args: 1 / 0)
    jobs.register("test.note", lambda args: done.append(args["n"]))
    with jobs.held(), db.transaction():
        jobs.enqueue("test.fail", {})
        jobs.enqueue("test.note", {"n": 2})
    jobs.work()
    assert done == [2]


def test_a_job_whose_process_died_is_due_again(later):
    done = []
    jobs.register("test.note", lambda args: done.append(args["n"]))
    with jobs.held(), db.transaction():
        jobs.enqueue("test.note", {"n": 3})
    with db.transaction():
        db.session.execute(update(Job).values(state="running", leased_until=clock.now() + jobs.LEASE))
    assert jobs.work() == 0
    later(minutes=6)
    assert (jobs.work(), done) == (1, [3])


def test_a_second_waiting_job_under_the_same_key_is_not_added():
    with jobs.held(), db.transaction():
        jobs.enqueue("test.note", {"n": 1}, dedupe="one")
        jobs.enqueue("test.note", {"n": 1}, dedupe="one")
    assert len(db.session.scalars(select(Job)).all()) == 1


def test_an_event_that_nobody_wired_is_an_error():
    class Unheard(events.Event):
        """Nobody listens."""

    with pytest.raises(LookupError, match="wiring"):
        events.publish(Unheard())


def test_the_log_holds_until_somebody_changes_it():
    with db.transaction():
        for n in range(5):
            audit.note("test", by=1, about=n, subject="x", n=n)
    assert audit.first_break() is None
    third = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id).offset(2)).first()
    with db.transaction():
        db.session.execute(update(AuditEntry).where(AuditEntry.id == third.id).values(about_person_id=99))
    assert audit.first_break() == third.id


def test_a_list_is_noted_for_each_once_a_day(later):
    for _ in range(2):
        with db.transaction():
            audit.note_each("test.list", by=1, about=[1, 2, 3])
    assert [e.about_person_id for e in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))] == [2, 3]
    later(days=1, minutes=1)
    with db.transaction():
        audit.note_each("test.list", by=1, about=[2])
    assert len(db.session.scalars(select(AuditEntry)).all()) == 3
    assert audit.first_break() is None


def test_a_log_that_lost_its_end_is_broken_too():
    with db.transaction():
        audit.note("one")
        audit.note("two")
    with db.transaction():
        db.session.execute(text("DELETE FROM audit WHERE action = 'two'"))
    assert audit.first_break() is not None


def test_files_are_kept_once_and_names_cannot_wander(app):
    first = storage.put(b"isi")
    assert storage.put(b"isi") == first and storage.read(first) == b"isi"
    for name in ("../../etc/passwd", first.upper(), first[:-1], ""):
        with pytest.raises(ValueError, match="not a SHA-256"):
            storage.path(name)


@pytest.mark.pure
@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
        "/a\r\nSet-Cookie: x=1",
        "/\t/evil.example",
        "http:evil.example",
        None,
        "/ok\\..\\x",
    ],
)
def test_nobody_is_sent_to_another_host(target):
    assert pages.own_path(target, "/home") == "/home"


@pytest.mark.pure
def test_numbers_sizes_and_times_are_written_the_indonesian_way():
    with texts.speak("id"):
        assert texts.size(1_530_000) == "1,5 MB"
        assert texts.hours(13 * 45 + 24) == "13 JP 24 menit"
        assert texts.moment(datetime(2026, 3, 11, 23, 52, tzinfo=UTC), "Asia/Makassar") == "12 Mar 2026 07.52 WITA"
    with texts.speak("en"):
        assert texts.size(1_530_000) == "1.5 MB"
        assert texts.hours(45) == "1 JP"


@pytest.mark.pure
def test_time_can_only_be_changed_where_it_was_told():
    with pytest.raises(RuntimeError):
        clock.travel(datetime.now(UTC) + timedelta(days=1))


@pytest.mark.parametrize(
    ("field", "sent", "says"),
    [
        (StringField(validators=[DataRequired()]), "", "Bagian ini perlu diisi."),
        (StringField(validators=[Length(max=3)]), "empat", "Paling banyak 3 karakter."),
        (IntegerField(), "lima", "Tulis angka bulat."),
        (IntegerField(validators=[NumberRange(1, 5)]), "9", "Angkanya antara 1 dan 5."),
        (SelectField(choices=["a"]), "b", "Pilih salah satu dari daftar."),
        (DateField(), "30-02-2026", "Tulis tanggal yang ada di kalender."),
    ],
)
def test_what_the_library_says_is_translated(app, field, sent: str, says: str):
    form_type = type("Form", (FlaskForm,), {"field": field})
    with app.test_request_context(method="POST", data={"field": sent}), texts.speak("id"):
        form = form_type(meta={"csrf": False})
        assert not form.validate()
        assert list(form.field.errors) == [says]
