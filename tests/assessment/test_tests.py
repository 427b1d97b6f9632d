"""Pre-tests and post-tests: kept at once, three attempts, a day's wait, and no key on any page."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import select

from lms.assessment import queries as bank
from lms.assessment.models import Attempt, Question
from lms.core import db
from lms.lrs import queries as lrs
from lms.progress import queries as progress
from tests.delivery.player import Player, right, wrong
from tests.factories import Factories


@pytest.fixture
def ana(a: Factories) -> Player:
    """Ana, with a place on the course on information security."""
    return Player(a, a.person(name="Ana Lestari"), a.course("keamanan-informasi"))


def test_the_posttest_opens_when_every_lesson_is_settled(ana: Player):
    page = ana.client.get(ana.url("tests/posttest"))
    assert "Pascates dibuka setelah semua pelajaran tuntas" in page.text and "05-ponsel" in page.text
    assert ana.begins("posttest").status_code == 403
    assert db.session.scalar(select(Attempt)) is None
    ana.settles_all()
    assert "Pascates dibuka" not in ana.client.get(ana.url("tests/posttest")).text
    assert ana.begins("posttest").status_code == 303


def test_three_attempts_then_a_day(ana: Player, later: Callable[..., None]):
    ana.settles_all()
    total = len(ana.questions("posttest"))
    for attempt in (1, 2, 3):
        later(minutes=10)
        sent = ana.takes("posttest", wrongly=total // 2)
        assert sent.location.endswith("/tests/posttest/result")
        if attempt < 3:
            assert f"{3 - attempt} kesempatan" in ana.client.get(sent.location).text
    later(hours=23, minutes=59)
    ana.comes_back()
    assert ana.begins("posttest").status_code == 403
    page = ana.client.get(ana.url("tests/posttest")).text
    assert "10 Mar 2026 09.00 WITA" in page and 'form="begin"' not in page
    later(minutes=2)
    assert ana.takes("posttest").location.endswith("/done")
    assert ana.begins("posttest").status_code == 403
    assert [a.scaled for a in bank.attempts(ana.place, "posttest")] == [50, 50, 50, 100]
    verbs = [s.verb.rsplit("/", 1)[1] for s in lrs.of_registration(ana.place.registration)]
    assert (verbs.count("attempted"), verbs.count("failed"), verbs.count("passed")) == (4, 3, 1)


def test_seventy_passes_and_sixty_does_not(ana: Player, later: Callable[..., None]):
    ana.settles_all()
    total = len(ana.questions("posttest"))
    assert total == 10
    ana.takes("posttest", wrongly=4)
    page = ana.client.get(ana.url("tests/posttest/result")).text
    assert "Nilai 60, batas lulus 70." in page and "4 soal perlu diulang" in page
    later(minutes=1)
    ana.takes("posttest", wrongly=3)
    assert progress.of(ana.place).score == 70 and progress.of(ana.place).completed_at is not None


def test_what_failed_says_which_lesson_and_not_what_was_right(ana: Player):
    ana.settles_all()
    questions = ana.questions("posttest")
    ana.takes("posttest", wrongly=len(questions))
    page = ana.client.get(ana.url("tests/posttest/result")).text
    for q in questions:
        fields = wrong(q)
        for secret in secrets(q):
            chosen = q.type in ("single", "multiple") and secret == q.answer["feedback"][fields["chosen"][0]]
            assert (secret in page) == chosen, (q.key, secret)
    assert "/lessons/" in page and "menit)" in page


def test_answers_are_kept_at_once_and_can_be_changed_until_they_are_sent(ana: Player):
    ana.settles_all()
    ana.begins("posttest")
    first, second = ana.questions("posttest")[:2]
    page = ana.url("tests/posttest/1")
    assert ana.client.post(page, data=wrong(first)).location.endswith("/tests/posttest/2")
    ana.client.post(page, data=right(first))
    assert ana.client.post(ana.url("tests/posttest/2"), data={"then": "skip"}).location.endswith("/tests/posttest/3")
    assert ana.client.post(ana.url("tests/posttest/2"), data=right(second) | {"then": "back"}).location.endswith(
        "/tests/posttest/1"
    )
    other = ana.client.application.test_client()
    assert other.get(page).status_code == 303
    review = ana.client.get(ana.url("tests/posttest/review")).text
    assert "8 soal belum dijawab" in review
    chosen = [o["html"] for o in first.shown["options"] if o["id"] in first.answer["right"]]
    left_out = [o["html"] for o in first.shown["options"] if o["id"] not in first.answer["right"]]
    assert all(text in review for text in chosen) and not any(text in review for text in left_out)

    ana.client.post(ana.url("tests/posttest/send"))
    assert [a.scaled for a in bank.attempts(ana.place, "posttest")] == [20]
    assert ana.client.post(page, data=wrong(first)).location.endswith("/result")
    assert ana.client.post(ana.url("tests/posttest/send")).location.endswith("/result")
    assert [a.scaled for a in bank.attempts(ana.place, "posttest")] == [20]


def test_a_pretest_at_eighty_skips_its_module(ana: Player):
    assert "/tests/pretest-1" in ana.reads("01-lima-tanda")
    ana.takes("pretest-1")
    lessons = progress.lessons_of(ana.place.registration)
    assert [key for key, one in lessons.items() if one.skipped] == ["01-lima-tanda", "02-baca-alamat"]
    assert ana.client.get(ana.url()).location.endswith("/lessons/03-frasa-sandi")
    assert ana.begins("pretest-1").status_code == 403
    assert "/tests/pretest-1" not in ana.reads("01-lima-tanda")

    ana.settles("01-lima-tanda")
    lessons = progress.lessons_of(ana.place.registration)
    assert not lessons["01-lima-tanda"].skipped and lessons["02-baca-alamat"].skipped


def test_a_pretest_below_eighty_skips_nothing_and_is_not_offered_again(ana: Player):
    total = len(ana.questions("pretest-1"))
    ana.takes("pretest-1", wrongly=total - int(total * 0.79))
    assert progress.of(ana.place).lessons_done == 0
    assert ana.begins("pretest-1").status_code == 403
    assert "/tests/pretest-1" not in ana.reads("01-lima-tanda")


def test_a_pretest_has_nothing_to_skip_where_all_is_settled(ana: Player):
    ana.settles("01-lima-tanda")
    ana.settles("02-baca-alamat")
    assert ana.begins("pretest-1").status_code == 403


def secrets(question: Question) -> list[str]:
    """What no page may hold before the answer is in: every feedback."""
    return list(question.answer["feedback"].values())


@pytest.mark.parametrize(
    "slug",
    [
        "antikorupsi",
        "berakhlak",
        "keamanan-informasi",
        "pelayanan-prima",
        "pelindungan-data-pribadi",
        "tata-naskah-dinas",
    ],
)
def test_the_key_is_on_no_page(a: Factories, slug: str):
    ana = Player(a, a.person(name="Ana Lestari"), a.course(slug))
    pages = [ana.reads(lesson.key) for lesson in ana.course.version.lessons]
    tests = [name for name in bank.counts(ana.place.version_id) if name.startswith("pretest")]
    for name in tests:
        pages.append(ana.client.get(ana.url(f"tests/{name}")).text)
        ana.begins(name)
        pages += [ana.client.get(ana.url(f"tests/{name}/{n}")).text for n in range(1, len(ana.questions(name)) + 1)]
        pages.append(ana.client.get(ana.url(f"tests/{name}/review")).text)
    ana.settles_all()
    ana.begins("posttest")
    pages += [ana.client.get(ana.url(f"tests/posttest/{n}")).text for n in range(1, len(ana.questions("posttest")) + 1)]
    for n, question in enumerate(ana.questions("posttest"), 1):
        assert ana.client.post(ana.url(f"tests/posttest/{n}"), data=right(question)).status_code == 303
    pages.append(ana.client.get(ana.url("tests/posttest/review")).text)
    assert "Semua soal sudah dijawab" in pages[-1]
    everything = "\n".join(pages)
    checks = {lesson.key for lesson in ana.course.version.lessons}
    for q in db.session.scalars(select(Question).where(Question.version_id == ana.place.version_id)).all():
        for secret in secrets(q):
            assert secret not in everything, (q.key, secret)
        if q.type == "short_text" and q.name not in checks:
            page = next(p for p in pages if f"t-{q.key}" in p)
            assert json.dumps(q.answer["accept"]) not in page


def test_options_stand_the_same_after_a_reload_and_otherwise_for_others(a: Factories, ana: Player):
    def order(player: Player) -> list[str]:
        page = player.reads("03-frasa-sandi")
        return [part.split('"')[0] for part in page.split('name="chosen" value="')[1:]]

    assert order(ana) == order(ana)
    others = [order(Player(a, a.person(name=f"Orang {n}"), ana.course)) for n in range(6)]
    assert any(other != order(ana) for other in others)
    assert all(sorted(other) == sorted(order(ana)) for other in others)


def test_the_questions_of_a_course_are_all_taken(ana: Player):
    counts = bank.counts(ana.place.version_id)
    assert counts["posttest"] == 10 and set(counts) >= {lesson.key for lesson in ana.course.version.lessons}
    questions = db.session.scalars(select(Question).where(Question.version_id == ana.place.version_id)).all()
    assert all(q.competency_id and q.level for q in questions)
