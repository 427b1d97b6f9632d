"""The fold alone: made-up statements in, progress out."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalogue import iris
from lms.progress import fold as folding
from lms.progress.fold import ANSWERED, COMPLETED, EXPERIENCED, FAILED, METHOD, PASSED, Shape, fold

pytestmark = pytest.mark.pure
COURSE = UUID("0190a000-0000-7000-8000-000000000001")
SHAPE = Shape(COURSE, {"01-a": ("q1", "q2"), "02-b": ("q3",)}, {"pretest-1": ("01-a",)})
START = datetime(2026, 3, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Told:
    """A statement as the fold reads it."""

    id: str
    verb: str
    activity: str
    timestamp: datetime
    body: dict[str, Any]
    own: bool = True
    voided: bool = False
    stored: datetime = field(default=START)


def at(minutes: float) -> datetime:
    """So many minutes after the start."""
    return START + timedelta(minutes=minutes)


def answer(key: str, minutes: float, right: bool = True, **more: Any) -> Told:
    """A check question was answered."""
    return Told(
        f"{key}@{minutes}",
        ANSWERED,
        iris.question_iri(COURSE, key),
        at(minutes),
        {"result": {"success": right}},
        **more,
    )


def judged(name: str, minutes: float, scaled: Any = 1.0, verb: str = PASSED, **more: Any) -> Told:
    """A test was passed or failed."""
    return Told(
        f"{name}@{minutes}",
        verb,
        iris.test_iri(COURSE, name),
        at(minutes),
        {"result": {"score": {"scaled": scaled}}},
        **more,
    )


def stayed(key: str, minutes: float, duration: Any = "PT60S") -> Told:
    """A lesson was left."""
    return Told(
        f"{key}@{minutes}", EXPERIENCED, iris.lesson_iri(COURSE, key), at(minutes), {"result": {"duration": duration}}
    )


def stated(minutes: float, method: str | None = "classroom") -> Told:
    """The course's `completed`."""
    extensions = {METHOD: method} if method else {}
    return Told(
        f"completed@{minutes}", COMPLETED, iris.course_iri(COURSE), at(minutes), {"context": {"extensions": extensions}}
    )


WHOLE = [
    stayed("01-a", 1),
    answer("q1", 2, right=False),
    answer("q1", 3),
    answer("q2", 4),
    stayed("02-b", 5),
    answer("q3", 6),
    judged("posttest", 7, 0.6, FAILED),
    judged("posttest", 8, 0.8),
]


def test_what_is_needed_completes_with_its_evidence():
    done = fold(WHOLE, SHAPE)
    assert done.completed_at == at(8) and done.completed_how == "learned"
    assert done.evidence == ["q1@3", "q2@4", "q3@6", "posttest@8"]
    assert (done.done, done.score, done.active_seconds, done.place) == (2, 80, 120, "02-b")
    assert done.lessons["01-a"].statement_id == "q2@4" and done.lessons["01-a"].settled_at == at(4)


@pytest.mark.parametrize("missing", [2, 3, 5, 7])
def test_nothing_that_is_needed_can_be_left_out(missing: int):
    assert fold(WHOLE[:missing] + WHOLE[missing + 1 :], SHAPE).completed_at is None


@given(st.randoms(use_true_random=False), st.lists(st.sampled_from(WHOLE)))
def test_any_order_and_any_repetition_lead_to_the_same(random: Random, repeated: list[Told]):
    shuffled = list(WHOLE)
    random.shuffle(shuffled)
    assert fold(shuffled, SHAPE) == fold(WHOLE, SHAPE)
    again = fold(WHOLE + [one for one in repeated if one.verb != EXPERIENCED], SHAPE)
    assert again == fold(WHOLE, SHAPE)


@given(st.sets(st.integers(0, len(WHOLE) - 1)))
def test_what_others_say_and_what_was_voided_counts_for_nothing(chosen: set[int]):
    kept = [one for n, one in enumerate(WHOLE) if n not in chosen]
    foreign = [Told(**{**one.__dict__, "own": False}) if n in chosen else one for n, one in enumerate(WHOLE)]
    voided = [Told(**{**one.__dict__, "voided": True}) if n in chosen else one for n, one in enumerate(WHOLE)]
    assert fold(foreign, SHAPE) == fold(voided, SHAPE) == fold(kept, SHAPE)


def test_a_pretest_skips_until_the_lesson_is_learned():
    skipped = fold([judged("pretest-1", 1), answer("q3", 2), judged("posttest", 3)], SHAPE)
    assert skipped.lessons["01-a"].skipped and skipped.completed_at == at(3)
    assert skipped.evidence == ["pretest-1@1", "q3@2", "posttest@3"]

    learned = fold(
        [judged("pretest-1", 1), answer("q1", 1.1), answer("q2", 1.2), answer("q3", 2), judged("posttest", 3)], SHAPE
    )
    assert not learned.lessons["01-a"].skipped
    assert learned.evidence == ["q1@1.1", "q2@1.2", "q3@2", "posttest@3"]


def test_nothing_changes_after_completion():
    before = [judged("pretest-1", 1), answer("q3", 2), judged("posttest", 3)]
    after = fold([*before, answer("q1", 4), answer("q2", 5)], SHAPE)
    assert after.lessons == fold(before, SHAPE).lessons
    assert (after.completed_at, after.evidence) == (at(3), ["pretest-1@1", "q3@2", "posttest@3"])


def test_a_failed_pretest_skips_nothing():
    assert fold([judged("pretest-1", 1, 0.5, FAILED)], SHAPE).done == 0


def test_a_stated_completion_settles_what_is_open_and_a_consequence_does_not():
    by_hand = fold([answer("q3", 1), stated(5)], SHAPE)
    assert (by_hand.completed_at, by_hand.completed_how, by_hand.evidence) == (at(5), "classroom", ["completed@5"])
    assert by_hand.lessons["01-a"].settled_at == at(5) and by_hand.lessons["02-b"].settled_at == at(1)
    assert fold([answer("q3", 1), stated(5, method=None)], SHAPE).completed_at is None
    assert fold([*WHOLE, stated(20)], SHAPE).completed_how == "learned"


@pytest.mark.parametrize(
    "broken",
    [
        Told("bad", ANSWERED, iris.question_iri(COURSE, "q1"), at(2), {}),
        Told("bad", ANSWERED, iris.question_iri(COURSE, "q1"), at(2), {"result": {"success": "yes"}}),
        Told("bad", ANSWERED, iris.question_iri(COURSE, "q1"), at(2), {"result": [1]}),
        Told("bad", ANSWERED, "https://elsewhere.example/q1", at(2), {"result": {"success": True}}),
        Told("bad", ANSWERED, iris.question_iri(UUID(int=7), "q1"), at(2), {"result": {"success": True}}),
        Told("bad", PASSED, iris.test_iri(COURSE, "posttest"), at(2), {"result": {"success": True}}),
        judged("posttest", 2, 1.7),
        judged("posttest", 2, -0.1),
        judged("posttest", 2, True),
        judged("posttest", 2, "1"),
        stayed("01-a", 2, None),
        stayed("01-a", 2, "an hour"),
        stayed("01-a", 2, "P"),
        stayed("01-a", 2, 60),
        Told("bad", COMPLETED, iris.course_iri(COURSE), at(2), {"context": 7}),
    ],
)
def test_a_statement_that_cannot_be_read_holds_back_nobody(broken: Told):
    done = fold([*WHOLE, broken], SHAPE)
    assert [f.statement_id for f in done.failures] == [broken.id] and done.failures[0].reason
    assert done.evidence == fold(WHOLE, SHAPE).evidence and done.active_seconds == 120


@pytest.mark.parametrize(
    ("duration", "seconds"), [("PT60S", 60), ("PT1M", 60), ("PT1H30M", 5400), ("P1DT0.5S", 86400.5)]
)
def test_durations(duration: str, seconds: float):
    assert folding.seconds_of(duration) == seconds


def test_nothing_told_is_nothing_done():
    assert fold([], SHAPE).started_at is None and fold([], SHAPE).done == 0
