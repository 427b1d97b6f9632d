"""From the first page to completion, by the pages alone."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core import clock, db, jobs
from lms.core.texts import speak
from lms.delivery import sessions, statements
from lms.delivery.models import LearningSession
from lms.lrs import queries as lrs
from lms.progress import fold
from lms.progress import queries as progress
from tests.delivery.player import Player, wrong
from tests.factories import Factories


@pytest.fixture
def ana(a: Factories) -> Player:
    """Ana, with a place on the course on information security."""
    return Player(a, a.person(name="Ana Lestari"), a.course("keamanan-informasi"))


def told(player: Player) -> list[str]:
    """The verbs of what was told about this place, in order."""
    found = sorted(lrs.of_registration(player.place.registration), key=lambda s: (s.timestamp, s.stored))
    return [s.verb.rsplit("/", 1)[1] for s in found]


def test_a_course_from_the_first_page_to_completion(ana: Player, later: Callable[..., None]):
    first = ana.client.get(ana.url())
    assert first.location.endswith("/lessons/01-lima-tanda")

    for lesson in ana.course.version.lessons:
        ana.reads(lesson.key)
        later(minutes=lesson.minutes)
        for question in ana.questions(lesson.key):
            ana.answers(question)
            later(seconds=30)
    done = ana.takes("posttest")

    assert done.location == f"/learn/{ana.uuid}/done"
    rows = progress.of(ana.place)
    assert (rows.lessons_done, rows.lessons_total, rows.score, rows.completed_how) == (7, 7, 100, "learned")
    checks = sum(len(ana.questions(lesson.key)) for lesson in ana.course.version.lessons)
    assert len(rows.completed_evidence) == checks + 1
    assert rows.active_seconds >= 60 * sum(lesson.minutes for lesson in ana.course.version.lessons)
    verbs = told(ana)
    assert verbs[:2] == ["launched", "initialized"]
    assert verbs.count("answered") == checks + len(ana.questions("posttest"))
    assert verbs[-3:] == ["passed", "completed", "satisfied"]
    assert ana.client.get(ana.url()).location == f"/learn/{ana.uuid}/done"


def test_a_lesson_is_not_settled_by_opening_it_or_staying(ana: Player, later: Callable[..., None]):
    ana.reads("01-lima-tanda")
    later(minutes=25)
    ana.reads("02-baca-alamat")
    assert progress.of(ana.place).lessons_done == 0
    ana.settles("01-lima-tanda")
    assert progress.of(ana.place).lessons_done == 1


def test_a_wrong_answer_gets_its_feedback_and_another_try(ana: Player):
    ana.reads("01-lima-tanda")
    question = next(q for q in ana.questions("01-lima-tanda") if q.type == "single")
    mistaken = wrong(question)
    answer = ana.answers(question, mistaken)
    assert answer.location.endswith(f"#q-{question.key}")
    page = ana.reads("01-lima-tanda")
    assert question.answer["feedback"][mistaken["chosen"][0]] in page
    assert question.answer["feedback"][question.answer["right"][0]] not in page
    assert "Coba lagi" in page

    ana.answers(question)
    page = ana.reads("01-lima-tanda")
    assert question.answer["feedback"][question.answer["right"][0]] in page
    ana.answers(question, mistaken)
    assert progress.folded(ana.place).lessons["01-lima-tanda"].settled_at is None
    assert [
        s.body["result"]["success"] for s in lrs.of_registration(ana.place.registration) if s.verb == fold.ANSWERED
    ] == [False, True]


def test_half_an_answer_is_not_sent_and_not_lost(ana: Player):
    question = next(q for q in ana.questions("04-mfa") if q.type == "ordering")
    items = [part["id"] for part in question.shown["items"]]
    fields = {f"place-{item}": "1" for item in items[:2]}
    answer = ana.answers(question, fields)
    assert answer.status_code == 400
    assert answer.text.count("<option selected>1</option>") == 2
    assert fold.ANSWERED not in {s.verb for s in lrs.of_registration(ana.place.registration)}
    part = ana.answers(question, fields, **{"HX-Request": "true"})
    assert part.status_code == 200 and "<html" not in part.text and "e-" + question.key in part.text


def test_htmx_gets_the_question_and_the_next_thing(ana: Player):
    ana.reads("01-lima-tanda")
    for question in ana.questions("01-lima-tanda"):
        part = ana.answers(question, **{"HX-Request": "true"})
    assert part.status_code == 200 and "<html" not in part.text
    assert 'hx-swap-oob="true"' in part.text and "/lessons/02-baca-alamat" in part.text


def test_resume_goes_to_the_exact_place(ana: Player):
    ana.reads("03-frasa-sandi")
    assert ana.client.get(ana.url()).location.endswith("/lessons/03-frasa-sandi")
    ana.settles("03-frasa-sandi")
    assert ana.client.get(ana.url()).location.endswith("/lessons/04-mfa")
    ana.settles_all()
    assert ana.client.get(ana.url()).location.endswith("/tests/posttest")
    ana.begins("posttest")
    ana.client.post(ana.url("tests/posttest/1"), data=wrong(ana.questions("posttest")[0]))
    assert ana.client.get(ana.url()).location.endswith("/tests/posttest/2")


def test_active_time_counts_each_gap_up_to_twice_the_minutes(ana: Player, later: Callable[..., None]):
    minutes = next(one.minutes for one in ana.course.version.lessons if one.key == "01-lima-tanda")
    ana.reads("01-lima-tanda")
    later(minutes=4)
    ana.answers(ana.questions("01-lima-tanda")[0])
    later(minutes=29)
    ana.reads("02-baca-alamat")
    assert progress.folded(ana.place).lessons["01-lima-tanda"].active_seconds == 240 + min(29, 2 * minutes) * 60


def test_silence_ends_a_stretch_at_its_last_sign_of_life(ana: Player, later: Callable[..., None]):
    ana.reads("01-lima-tanda")
    later(minutes=3)
    ana.reads("01-lima-tanda")
    heard = clock.now()
    later(minutes=29)
    jobs.work()
    assert sessions.current(ana.place)
    later(minutes=2)
    jobs.work()
    assert sessions.current(ana.place) is None
    over = lrs.of_registration(ana.place.registration)[-1]
    assert over.verb.endswith("terminated") and over.timestamp - heard < timedelta(seconds=1)
    assert over.body["result"]["duration"] == "PT180S"

    ana.reads("01-lima-tanda")
    assert told(ana).count("launched") == 2
    later(minutes=45)
    ana.reads("02-baca-alamat")
    assert told(ana).count("terminated") == 2 and told(ana).count("launched") == 3


def test_signing_out_ends_every_stretch(ana: Player, later: Callable[..., None]):
    ana.reads("01-lima-tanda")
    later(minutes=2)
    with db.transaction():
        sessions.end_all(ana.person.id)
    assert db.session.scalar(select(LearningSession.ended_at)) == clock.now()
    assert told(ana)[-1] == "terminated"


def test_what_is_told_names_session_course_and_nobody(ana: Player):
    ana.completes()
    session = db.session.scalars(select(LearningSession)).one()
    for s in lrs.of_registration(ana.place.registration):
        context = s.body["context"]
        assert s.own
        assert context["extensions"][statements.SESSION] == str(session.sessionid)
        assert context["platform"] == "Asah" and context["language"] == "id"
        assert context["contextActivities"]["category"][0]["id"] == statements.PROFILE
        assert set(s.body["actor"]) == {"objectType", "account"}
        assert "Ana" not in str(s.body) and ana.person.employment.number not in str(s.body)
        assert "correctResponsesPattern" not in str(s.body)


def test_a_place_that_was_left_is_closed(ana: Player):
    ana.settles("01-lima-tanda")
    assert ana.client.get(ana.url("leave")).status_code == 200
    assert ana.client.post(ana.url("leave")).status_code == 303
    assert ana.client.get(ana.url("lessons/01-lima-tanda")).status_code == 403
    assert progress.of(ana.place).lessons_done == 1


def test_nobody_else_gets_in(a: Factories, ana: Player):
    eve = a.client(a.person(name="Eva Wijaya"))
    question = ana.questions("01-lima-tanda")[0]
    for path in (
        "",
        "lessons/01-lima-tanda",
        "tests/posttest",
        "tests/posttest/1",
        "tests/posttest/review",
        "tests/posttest/result",
        "leave",
    ):
        assert eve.get(ana.url(path)).status_code == 404, path
    for path in (
        f"lessons/01-lima-tanda/{question.key}",
        "tests/posttest",
        "tests/posttest/1",
        "tests/posttest/send",
        "leave",
    ):
        assert eve.post(ana.url(path)).status_code == 404, path
    assert a.client().get(ana.url()).status_code == 303


def test_every_page_speaks_both_languages_without_english_left(ana: Player):
    page = ana.reads("01-lima-tanda")
    for english in ("Check question", "Send my answer", "Tomorrow", "Sources", "Lessons settled", "Answer the check"):
        assert english not in page
    with speak("en"):
        ana.client.set_cookie("language", "en")
        assert "Send my answer" in ana.reads("01-lima-tanda")


def test_no_inline_script_or_style(ana: Player):
    pages = [ana.reads("04-mfa"), ana.client.get(ana.url("tests/pretest-1")).text]
    ana.begins("pretest-1")
    pages += [
        ana.client.get(ana.url(f"tests/pretest-1/{n}")).text for n in range(1, len(ana.questions("pretest-1")) + 1)
    ]
    pages.append(ana.client.get(ana.url("tests/pretest-1/review")).text)
    for page in pages:
        assert not re.search(r"\sstyle=|\son\w+=|<script>", page)
