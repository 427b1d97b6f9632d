"""Statements through the store and the jobs into rows: replayed, voided, forged, broken."""

import base64
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select

from lms.catalogue import iris
from lms.core import clock, db, events, jobs
from lms.core.events import Event
from lms.delivery import actions as delivery
from lms.delivery import statements
from lms.delivery.cli import progress as commands
from lms.enrolment import queries as enrolments
from lms.lrs import actions as lrs
from lms.lrs import keys
from lms.lrs import queries as stored
from lms.lrs.events import StatementsStored
from lms.people import queries as people
from lms.progress import actions, fold, queries
from lms.progress.events import CompletionWithdrawn, CourseCompleted
from lms.progress.models import FoldFailure, LessonProgress, Progress
from tests.delivery.player import Player, right
from tests.factories import Factories

Rows = list[tuple[Any, ...]]


@pytest.fixture
def ana(a: Factories) -> Player:
    """Ana, with a place on the course on information security."""
    return Player(a, a.person(name="Ana Lestari"), a.course("keamanan-informasi"))


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What was published about completion, in order."""
    seen: list[Event] = []
    publish = events.publish

    def listen(event: Event) -> None:
        if isinstance(event, CourseCompleted | CompletionWithdrawn):
            seen.append(event)
        publish(event)

    monkeypatch.setattr(events, "publish", listen)
    return seen


def rows() -> Rows:
    """All progress, row for row."""
    db.session.rollback()
    found: Rows = []
    for table in (Progress, LessonProgress, FoldFailure):
        columns = table.__table__.columns
        found += sorted((table.__name__, *map(repr, row)) for row in db.session.execute(select(*columns)))
    return found


def is_stored(said: dict[str, Any]) -> bool:
    """Whether the store holds this statement."""
    db.session.rollback()
    return stored.find(said["id"]) is not None


def project(player: Player) -> None:
    """Fold the statements of this place again, as a job does."""
    registration = str(player.place.registration)
    with db.transaction():
        actions.project(StatementsStored(registration))


def test_replay_leads_to_the_same_rows(a: Factories, ana: Player, later: Callable[..., None], published: list[Event]):
    budi = Player(a, a.person(name="Budi Santoso"), ana.course)
    budi.takes("pretest-1")
    budi.settles("03-frasa-sandi")
    for lesson in ana.course.version.lessons:
        ana.reads(lesson.key)
        later(minutes=5)
        ana.settles(lesson.key)
    ana.takes("posttest", wrongly=2)
    jobs.work()
    before, heard = rows(), list(published)
    assert heard == [CourseCompleted(str(ana.place.registration), ana.place.id)]

    for _again in range(3):
        with db.transaction():
            assert actions.rebuild() == 2
        assert rows() == before
        project(ana)
        project(budi)
        assert rows() == before
    with db.transaction():
        db.session.execute(delete(LessonProgress))
    assert CliRunner().invoke(commands, ["rebuild"]).exit_code == 0
    assert rows() == before
    assert published == heard


def test_completed_and_satisfied_are_told_once(ana: Player):
    ana.completes()
    for _again in range(2):
        with db.transaction():
            delivery.record_course_completed(CourseCompleted(str(ana.place.registration), ana.place.id))
    verbs = [s.verb for s in stored.of_registration(ana.place.registration)]
    assert (verbs.count(fold.COMPLETED), verbs.count(statements.SATISFIED)) == (1, 1)


def test_a_voided_statement_takes_completion_back_until_it_is_made_good(
    ana: Player, later: Callable[..., None], published: list[Event]
):
    ana.completes()
    question = ana.questions("01-lima-tanda")[0]
    iri = iris.question_iri(ana.course.uuid, question.key)
    [told] = [s for s in stored.of_registration(ana.place.registration) if s.activity == iri]
    later(days=1)
    ana.comes_back()
    with db.transaction():
        lrs.void(told.id, people.actor(ana.person))
    jobs.work()
    now = queries.of(ana.place)
    assert (now.completed_at, now.completed_evidence, now.lessons_done) == (None, [], 6)
    assert [type(e) for e in published] == [CourseCompleted, CompletionWithdrawn]

    page = ana.reads("01-lima-tanda")
    assert "Jawaban terdahulu dibatalkan" in page
    ana.answers(question)
    now = queries.of(ana.place)
    assert now.completed_at is not None and now.completed_at >= clock.now()
    assert told.id not in now.completed_evidence
    assert [type(e) for e in published] == [CourseCompleted, CompletionWithdrawn, CourseCompleted]


def test_a_broken_statement_is_listed_and_holds_back_nobody(ana: Player):
    place = ana.place
    bad = {
        "id": str(uuid4()),
        "actor": people.actor(ana.person),
        "verb": {"id": fold.EXPERIENCED},
        "object": {"id": iris.lesson_iri(ana.course.uuid, "01-lima-tanda")},
        "context": {"registration": str(place.registration)},
    }
    with db.transaction():
        lrs.store([bad])
    ana.completes()
    jobs.work()
    assert queries.of(ana.place).completed_at is not None
    [failure] = queries.failures()
    assert (failure.statement_id, failure.registration) == (bad["id"], ana.place.registration)
    assert "duration" in failure.reason
    assert bad["id"] in CliRunner().invoke(commands, ["failures"]).output


def test_a_classroom_completion_is_a_statement_too(ana: Player, published: list[Event]):
    registration = ana.place.registration
    with db.transaction():
        statement = delivery.complete_by_hand(
            enrolments.by_registration(registration),
            None,
            "Hadir di kelas 6 Maret, daftar hadir 12/2026",
            clock.today("Asia/Makassar"),
            "classroom",
        )
    now = queries.of(ana.place)
    assert (now.completed_how, now.completed_evidence, now.lessons_done) == ("classroom", [statement], 7)
    assert len(published) == 1
    verbs = [s.verb for s in stored.of_registration(ana.place.registration)]
    assert (verbs.count(fold.COMPLETED), verbs.count(statements.SATISFIED)) == (1, 1)


def test_the_command_states_a_completion(ana: Player):
    nip = ana.person.employment.number
    done = CliRunner().invoke(
        commands, ["complete", nip, ana.course.slug, "--reason", "Pindahan dari sistem lama", "--on", "2026-03-02"]
    )
    assert done.exit_code == 0, done.output
    now = queries.of(ana.place)
    assert now.completed_how == "manual" and clock.day_of(now.completed_at, "Asia/Makassar").isoformat() == "2026-03-02"
    again = CliRunner().invoke(commands, ["complete", nip, ana.course.slug, "--reason", "sekali lagi"])
    assert again.exit_code != 0


class Forger:
    """A client of the record store with a key of its own, who wants credit for Ana."""

    def __init__(self, ana: Player, a: Factories):
        self.ana, self.place, self.client = ana, ana.place, a.client()
        self.other = people.actor(a.person(name="Eva Wijaya"))
        with db.transaction():
            key, secret = keys.add_key("a content tool", ["all"])
        self.headers = {
            "X-Experience-API-Version": "1.0.3",
            "Authorization": "Basic " + base64.b64encode(f"{key.key}:{secret}".encode()).decode(),
        }

    def says(self, verb: str, activity: str, result: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """A statement about Ana's place."""
        said: dict[str, Any] = {
            "id": str(uuid4()),
            "actor": people.actor(self.ana.person),
            "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"},
            "object": {"id": activity},
            "context": {"registration": str(self.place.registration)},
        }
        return said | ({"result": result} if result else {}) | more

    def sends(self, *said: dict[str, Any]) -> int:
        """POST them; returns the status."""
        return self.client.post("/xapi/statements", json=list(said), headers=self.headers).status_code


PERFECT = {
    "success": True,
    "completion": True,
    "score": {"scaled": 1, "raw": 10, "min": 0, "max": 10},
    "duration": "PT2S",
}
SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"


def shapes(f: Forger) -> dict[str, list[dict[str, Any]]]:
    """The forged shapes that apply to native courses, each as a batch."""
    course, test = iris.course_iri(f.ana.course.uuid), iris.test_iri(f.ana.course.uuid, "posttest")
    name = people.actor(f.ana.person)["account"]["name"]
    answers = [
        f.says("answered", iris.question_iri(f.ana.course.uuid, q.key), {"success": True, "response": "x"})
        for lesson in f.ana.course.version.lessons
        for q in f.ana.questions(lesson.key)
    ]
    context = {"registration": str(f.place.registration)}
    return {
        "a bare completed": [f.says("completed", course)],
        "passed without a score": [f.says("passed", test, {"success": True})],
        "passed below mastery": [f.says("passed", test, {"success": True, "score": {"scaled": 0.1}})],
        "a score in the wrong verb": [f.says("experienced", test, PERFECT)],
        "the whole course, perfectly": [
            *answers,
            f.says("passed", test, PERFECT),
            f.says("completed", course, PERFECT),
        ],
        "the pre-tests": [
            f.says("passed", iris.test_iri(f.ana.course.uuid, f"pretest-{n}"), PERFECT) for n in (1, 2, 3)
        ],
        "two passed": [f.says("passed", test, PERFECT), f.says("passed", test, PERFECT)],
        "satisfied": [f.says("x", course) | {"verb": {"id": statements.SATISFIED}}],
        "by hand": [f.says("completed", course, PERFECT, context=context | {"extensions": {fold.METHOD: "classroom"}})],
        "a made-up session": [
            *answers,
            f.says("passed", test, PERFECT, context=context | {"extensions": {SESSION: str(uuid4())}}),
        ],
        "before the place existed": [*answers, f.says("passed", test, PERFECT, timestamp="2020-01-01T00:00:00Z")],
        "our own authority and stored": [
            *answers,
            f.says(
                "passed",
                test,
                PERFECT,
                stored="2026-03-09T01:00:00Z",
                authority={
                    "objectType": "Agent",
                    "account": {"homePage": "http://asah.localhost:8000", "name": "asah"},
                },
            ),
        ],
        "carried in a SubStatement": [
            f.says("voided", course)
            | {
                "verb": {"id": "http://adlnet.gov/expapi/verbs/planned"},
                "object": {
                    "objectType": "SubStatement",
                    **{k: v for k, v in f.says("passed", test, PERFECT).items() if k != "id"},
                },
            }
        ],
        "another course's activity": [f.says("passed", iris.test_iri(uuid4(), "posttest"), PERFECT)],
        "another's mailbox": [f.says("passed", test, PERFECT, actor={"mbox": "mailto:budi@example.go.id"})],
        "the same person by another identifier": [
            f.says("passed", test, PERFECT, actor={"account": {"homePage": "https://elsewhere.example", "name": name}})
        ],
        "another person": [f.says("passed", test, PERFECT, actor=f.other)],
        "a group": [
            f.says("passed", test, PERFECT, actor={"objectType": "Group", "member": [people.actor(f.ana.person)]})
        ],
    }


REFUSED = {"another's mailbox", "the same person by another identifier", "another person", "a group"}


def test_the_forged_credit_kit_earns_nothing(a: Factories, ana: Player, published: list[Event]):
    forger = Forger(ana, a)
    ana.reads("01-lima-tanda")
    jobs.work()
    before = rows()
    kit = shapes(forger)
    for shape, batch in kit.items():
        status = forger.sends(*batch)
        jobs.work()
        if shape in REFUSED:
            assert status == 403, shape
            assert not any(is_stored(one) for one in batch), shape
        else:
            assert status == 200 and all(is_stored(one) for one in batch), shape
        assert rows() == before, shape
    with db.transaction():
        actions.rebuild()
    assert rows() == before
    assert published == []


def test_a_key_cannot_void_what_asah_recorded_nor_speak_about_a_closed_place(a: Factories, ana: Player):
    forger = Forger(ana, a)
    ana.completes()
    passed = next(s for s in stored.of_registration(ana.place.registration) if s.verb == fold.PASSED)
    void = forger.says("voided", "x") | {"object": {"objectType": "StatementRef", "id": passed.id}}
    assert forger.sends(void) == 403
    assert queries.of(ana.place).completed_at is not None
    ana.client.post(ana.url("leave"))
    assert forger.sends(forger.says("experienced", iris.course_iri(ana.course.uuid))) == 403


def test_a_registration_that_is_nobodys_place_is_stored_and_earns_nothing(a: Factories, ana: Player):
    forger = Forger(ana, a)
    said = forger.says(
        "passed", iris.test_iri(ana.course.uuid, "posttest"), PERFECT, context={"registration": str(uuid4())}
    )
    assert forger.sends(said) == 200
    jobs.work()
    assert rows() == [] and is_stored(said)


def test_an_edited_form_earns_nothing(ana: Player):
    """What a browser posts by hand: scores, made-up options, somebody else's question."""
    for lesson in ana.course.version.lessons:
        for question in ana.questions(lesson.key):
            ana.answers(question, {"success": "true", "score": "1", "correct": "true"})
            ana.answers(question, {"chosen": ["right", "correct"], "text": "\0"})
    other = ana.questions("02-baca-alamat")[0]
    assert ana.client.post(ana.url(f"lessons/01-lima-tanda/{other.key}"), data=right(other)).status_code == 404
    test = ana.questions("posttest")[0]
    assert ana.client.post(ana.url(f"lessons/01-lima-tanda/{test.key}"), data=right(test)).status_code == 404
    assert ana.client.post(ana.url("tests/posttest/1"), data=right(test)).status_code == 303
    assert ana.client.post(ana.url("tests/posttest/send")).status_code == 404
    jobs.work()
    now = queries.of(ana.place)
    assert now is None or (now.lessons_done, now.score, now.completed_at) == (0, None, None)
    assert enrolments.by_registration(ana.place.registration)
