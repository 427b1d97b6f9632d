"""Competency records: from real statements to a line with its evidence, confirmed, taken back, and recomputed."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select, text, update

from lms.certificates import cli as _adds_verify  # noqa: F401
from lms.core import clock, db, texts
from lms.core.errors import NotFound
from lms.delivery import actions as delivery
from lms.enrolment.models import Enrolment
from lms.lrs import actions as lrs
from lms.lrs import queries as stored
from lms.people import queries as people
from lms.people.models import Person
from lms.people.roles import Role
from lms.progress import queries as progress
from lms.progress.events import CompletionWithdrawn, CourseCompleted
from lms.records import actions, checks, queries, words
from lms.records.cli import records
from lms.records.errors import AlreadyConfirmed, NothingToConfirm, NotYoursToConfirm, RecordsAreNeverChanged
from lms.records.models import CompetencyRecord
from tests.factories import Factories
from tests.hours.finished import a_course, a_place, finish, unfinish, utc
from tests.learner import Learner


def record_of(event: CourseCompleted) -> None:
    with db.transaction():
        actions.record_completion(event)


def told(place: Enrolment) -> CourseCompleted:
    return CourseCompleted(str(place.registration), place.id)


def falls(place: Enrolment) -> None:
    with db.transaction():
        unfinish(place)
        actions.withdraw(CompletionWithdrawn(str(place.registration), place.id))


def rows(person: Person) -> list[tuple]:
    found = db.session.scalars(
        select(CompetencyRecord).where(CompetencyRecord.person_id == person.id).order_by(CompetencyRecord.id)
    )
    return [(r.kind, r.turn) for r in found]


def confirm(
    record: CompetencyRecord, by: Person, note: str = "Menolak bingkisan di loket, 12 Maret."
) -> CompetencyRecord:
    with db.transaction():
        return actions.confirm(db.session.get_one(CompetencyRecord, record.id), by, note)


@pytest.fixture
def learned(a: Factories, work: Callable[[], int]) -> tuple[Person, Person, Enrolment]:
    """Ana has finished a course by real pages; Budi leads her."""
    budi = a.person(name="Budi Santoso")
    ana = a.person(name="Ana Lestari", supervisor=budi, position=a.position("Analis", {"M.8": 3, "T.KI": 1, "M.5": 2}))
    place = Learner(a, ana).takes(a.course("keamanan-informasi"))
    work()
    db.session.rollback()
    return ana, budi, place


def test_a_finished_course_supports_what_it_says_with_its_evidence_and_says_why(learned, a):
    ana, budi, place = learned
    lines = queries.of_person(ana)
    assert {(r.competency.code, r.level) for r in lines} == {
        (o.competency.code, o.level) for o in place.version.outcomes
    }
    done = progress.of(place)
    for line in lines:
        assert (line.kind, line.evidence, line.cause) == (
            "supported",
            done.completed_evidence,
            done.completed_evidence[-1],
        )
    record_of(told(place))
    assert len(queries.of_person(ana)) == len(lines)

    why = queries.why(lines[0].uuid, budi)
    right, of = why.score
    assert right == of >= 5
    assert (why.how, why.lessons, why.skipped, why.stands) == ("learned", 7, 0, True)
    assert [h.id for h in why.happenings] == done.completed_evidence
    told_events = [words.happening(h) for h in why.happenings]
    assert told_events[-1] == "Lulus: pascates"
    assert told_events[0] == f"Menjawab soal cek dengan tepat: {place.version.lessons[0].title}"
    with texts.speak("id"):
        assert words.sentence(why).startswith(
            f"Tercatat karena lulus pascates {right} dari {of} (9 Mar 2026), 7 pelajaran, "
        )
    with texts.speak("en"):
        assert "7 lessons" in words.sentence(why)
    with pytest.raises(NotFound):
        queries.why(lines[0].uuid, a.person(name="Eva"))
    assert checks.verify() == []


def test_have_against_need(learned):
    ana, _budi, _place = learned
    found = {row.competency.code: (row.have, row.need, row.gap) for row in queries.profile(ana)}
    assert found["T.KI"] == (1, 1, 0)
    assert found["M.5"] == (0, 2, 2)
    assert found["M.8"][1] == 3 and found["M.8"][0] < 3
    assert [row.gap for row in queries.profile(ana)] == sorted((row.gap for row in queries.profile(ana)), reverse=True)
    assert [row.newest is None for row in queries.profile(ana) if row.competency.code == "M.5"] == [True]


def test_a_voided_statement_takes_the_lines_back_and_learning_again_brings_them_and_their_confirmation(
    learned, a, work
):
    ana, budi, place = learned
    first = queries.of_person(ana)
    yes = confirm(first[0], budi)
    passed = progress.of(place).completed_evidence[-1]
    with db.transaction():
        lrs.void(passed, people.actor(budi))
    work()
    db.session.rollback()
    assert queries.of_person(ana) == []
    kinds = [kind for kind, _ in rows(ana)]
    assert kinds.count("withdrawn") == len(first) + 1
    why = queries.why(first[0].uuid, ana)
    assert not why.stands and [h.voided for h in why.happenings][-1]
    assert (
        db.session.scalars(select(CompetencyRecord.cause).where(CompetencyRecord.reverses_id == first[0].id)).one()
        == passed
    )
    assert checks.verify() == []

    clock.travel(clock.later(days=2))
    with db.transaction():
        delivery.complete_by_hand(place, budi, "Ujian ulang di ruang BKPSDM", clock.today(ana.zone), "classroom")
    work()
    db.session.rollback()
    again = queries.of_person(ana)
    assert {(r.competency_id, r.level) for r in again if r.kind == "supported"} == {
        (r.competency_id, r.level) for r in first
    }
    [confirmed] = [r for r in again if r.kind == "confirmed"]
    assert (confirmed.cause, confirmed.by_id, confirmed.note, confirmed.turn) == (yes.cause, budi.id, yes.note, 1)
    assert checks.verify() == []


def altered(change: str) -> str:
    """What `lms records verify` would say after this SQL; nothing of it stays."""
    with db.transaction():
        kept = db.session.begin_nested()
        db.session.execute(text(change))
        db.session.expire_all()
        says = " ".join(found.says for found in checks.verify())
        kept.rollback()
        db.session.expire_all()
    return says


def test_a_row_altered_behind_our_back_is_named(learned):
    for change, says in (
        ("SET level = 5", "the statements do not support it"),
        ("SET person_id = 1", "its person is 1"),
        ("SET cause = 'x'", "its cause is x"),
        ("SET evidence = '[]'", "its evidence is []"),
        ("SET rule = 'gift'", "its rule is gift"),
        ("SET kind = 'gift'", "its kind is gift"),
        ("SET registration = NULL", "nobody's place"),
    ):
        assert says in altered(f"UPDATE competency_record {change} WHERE id = 1")
    assert "completed, and no line" in altered("DELETE FROM competency_record WHERE id = 1")
    assert altered("SELECT 1") == ""
    with db.transaction():
        db.session.execute(text("UPDATE competency_record SET level = 5 WHERE id = 1"))
    with texts.speak("en"):
        ran = CliRunner().invoke(records, ["verify"])
    assert ran.exit_code == 1
    assert "record:" in ran.output and "the statements do not support it" in ran.output


def test_the_command_is_content_with_what_agrees(learned):
    """Also with hours and certificates, which the same command checks."""
    with texts.speak("en"):
        ran = CliRunner().invoke(records, ["verify"])
    assert (ran.exit_code, ran.output.strip()) == (
        0,
        "Records, hours, certificates and the audit log agree with what they rest on.",
    )


def test_only_who_leads_or_assesses_confirms_and_the_word_is_a_statement(a):
    budi, assessor = a.person(name="Budi Santoso"), a.person(roles=[Role.ASSESSOR], scope=a.agency())
    ana = a.person(name="Ana", supervisor=budi)
    for by in (budi, assessor):
        place = a_place(ana, a_course(outcome=("M.1", 1)))
        finish(place, [utc(9, 1)] * 3)
        record_of(told(place))
        [line] = queries.of_registration(place.registration)
        assert line.uuid in {one.record.uuid for one in queries.unconfirmed(by)}
        assert queries.unconfirmed(ana) == []
        for somebody in (ana, a.person(name="Eva"), a.person(roles=[Role.UNIT_HR], scope=a.agency())):
            with pytest.raises(NotYoursToConfirm):
                confirm(line, somebody)
        yes = confirm(line, by, "  Menolak bingkisan.  ")
        said = stored.find(yes.cause)
        assert said.own and said.verb == words.CONFIRM and said.activity.endswith(str(line.uuid))
        assert said.body["actor"] == people.actor(by)
        assert said.body["result"]["response"] == yes.note == "Menolak bingkisan."
        assert "Ana" not in str(said.body)
        with pytest.raises(AlreadyConfirmed):
            confirm(line, by)
        with pytest.raises(NothingToConfirm):
            confirm(yes, by)
        assert line.uuid not in {one.record.uuid for one in queries.unconfirmed(by)}
        why = queries.why(yes.uuid, ana)
        assert [one.by.name for one in why.confirmations] == [by.name]
        assert words.sentence(why).endswith(f"; dikonfirmasi {by.name}, 9 Mar 2026.")
        assert why.happenings[-1].verb == words.CONFIRM
    [row] = queries.profile(ana)
    assert (row.have_supported, row.have_confirmed, row.have) == (1, 1, 1)


def test_what_was_taken_back_cannot_be_confirmed(a):
    budi = a.person(name="Budi Santoso")
    ana = a.person(supervisor=budi)
    place = a_place(ana, a_course())
    finish(place, [utc(9, 1)] * 3)
    record_of(told(place))
    [line] = queries.of_person(ana)
    falls(place)
    falls(place)
    assert rows(ana) == [("supported", 0), ("withdrawn", 0)]
    with pytest.raises(NothingToConfirm):
        confirm(line, budi)
    record_of(told(place))
    assert queries.of_person(ana) == []
    finish(place, [utc(10, 1)] * 3)
    record_of(told(place))
    assert rows(ana)[-1] == ("supported", 1)


def test_a_voided_confirmation_does_not_come_back(a):
    budi = a.person(name="Budi Santoso")
    ana = a.person(supervisor=budi)
    place = a_place(ana, a_course())
    finish(place, [utc(9, 1)] * 3)
    record_of(told(place))
    yes = confirm(queries.of_person(ana)[0], budi, "")
    assert "result" not in stored.find(yes.cause).body
    with db.transaction():
        lrs.void(yes.cause, people.actor(budi))
    falls(place)
    finish(place, [utc(10, 1)] * 3)
    record_of(told(place))
    assert [r.kind for r in queries.of_person(ana)] == ["supported"]


def test_a_forged_confirmation_is_named(learned):
    ana, budi, place = learned
    confirm(queries.of_person(ana)[0], budi)
    assert checks.verify() == []
    for change, says in (
        ("SET note = 'x'", "its note is x"),
        ("SET by_id = person_id", "its confirmer is"),
        (f"SET cause = '{progress.of(place).completed_evidence[0]}'", "no standing statement"),
        ("SET confirms_id = NULL", "it confirms no supported line"),
        ("SET level = 2", "its competency is"),
    ):
        assert says in altered(f"UPDATE competency_record {change} WHERE kind = 'confirmed'")
    assert "the audit log knows this confirmation" in altered("DELETE FROM competency_record WHERE kind = 'confirmed'")


def test_a_forged_counter_entry_is_named(learned, work):
    ana, budi, place = learned
    with db.transaction():
        lrs.void(progress.of(place).completed_evidence[-1], people.actor(budi))
    work()
    assert "its competency is" in altered("UPDATE competency_record SET level = 5 WHERE kind = 'withdrawn'")
    assert "it takes nothing back" in altered(
        "UPDATE competency_record SET reverses_id = NULL WHERE kind = 'withdrawn'"
    )


def test_the_ledger_refuses_to_be_changed(a):
    place = a_place(a.person(), a_course())
    finish(place, [utc(9, 1)] * 3)
    record_of(told(place))
    with pytest.raises(RecordsAreNeverChanged), db.transaction():
        db.session.scalars(select(CompetencyRecord)).one().level = 5
        db.session.flush()
    with pytest.raises(RecordsAreNeverChanged), db.transaction():
        db.session.delete(db.session.scalars(select(CompetencyRecord)).one())
        db.session.flush()
    for statement in (update(CompetencyRecord).values(level=5), delete(CompetencyRecord)):
        with pytest.raises(RecordsAreNeverChanged), db.transaction():
            db.session.execute(statement)


def test_attendance_that_somebody_states_says_so(a):
    ana = a.person()
    place = a_place(ana, a_course(title="Rapat Kerja"))
    finish(place, [utc(9, 1)] * 3)
    with db.transaction():
        progress.of(place).completed_how = "classroom"
    record_of(told(place))
    why = queries.why(queries.of_person(ana)[0].uuid, ana)
    assert "keikutsertaan dalam “Rapat Kerja”" in words.sentence(why)


def test_an_assessor_finds_what_waits_and_a_learner_does_not(a):
    assessor, ana = a.person(roles=[Role.ASSESSOR], scope=a.agency()), a.person(name="Ana Lestari")
    client = a.client(assessor)
    assert "Tidak ada yang menunggu" in client.get("/team/unconfirmed").text
    place = a_place(ana, a_course())
    finish(place, [utc(9, 1)] * 3)
    record_of(told(place))
    page = client.get("/team/unconfirmed").text
    assert "Ana Lestari" in page and "Integritas level 1" in page
    assert a.client(ana).get("/team/unconfirmed").status_code == 403
