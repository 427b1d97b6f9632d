"""Scoring, for any question that an author can write."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment import scoring
from lms.assessment.actions import parts_of
from lms.content.source import OptionSource, QuestionSource

pytestmark = pytest.mark.pure
WORDS = st.text("abcdefghijklmnopqrstuvwxyzé ", min_size=1, max_size=12).map(str.strip).filter(bool)
BUILT = {
    "id": "q",
    "lesson": "01-a",
    "competency": "M.1",
    "level": 1,
    "text": "Apa?",
    "purpose": "check",
    "name": "01-a",
    "number": 1,
}


def built(kind: str, **fields: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is shown of a question, and its key."""
    return parts_of(QuestionSource(**BUILT, type=kind, **fields))


@st.composite
def choices(draw: st.DrawFn, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A single or multiple choice."""
    texts = draw(st.lists(WORDS, min_size=2, max_size=6, unique=True))
    right = (
        {draw(st.integers(0, len(texts) - 1))}
        if kind == "single"
        else draw(st.sets(st.integers(0, len(texts) - 1), min_size=1))
    )
    return built(kind, options=tuple(OptionSource(t, n in right, f"sebab {t}") for n, t in enumerate(texts)))


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A question of any type: type, shown, key, and the response that is right."""
    kind = draw(st.sampled_from(["single", "multiple", "true_false", "matching", "ordering", "short_text", "numeric"]))
    several = st.lists(WORDS, min_size=3, max_size=6, unique=True)
    if kind in ("single", "multiple"):
        shown, key = draw(choices(kind))
    elif kind == "true_false":
        shown, key = built(kind, answer=draw(st.booleans()), right="ya", wrong="tidak")
    elif kind == "matching":
        lefts = draw(several)
        shown, key = built(kind, pairs=tuple((t, draw(WORDS)) for t in lefts), right="ya", wrong="tidak")
    elif kind == "ordering":
        shown, key = built(kind, items=tuple(draw(several)), right="ya", wrong="tidak")
    elif kind == "short_text":
        shown, key = built(kind, accept=tuple(draw(st.lists(WORDS, min_size=1, max_size=4))), right="ya", wrong="tidak")
    else:
        shown, key = built(
            kind,
            answer=draw(st.integers(-(10**6), 10**6)),
            tolerance=draw(st.integers(0, 5)),
            unit="hari",
            right="ya",
            wrong="tidak",
        )
    response: dict[str, Any] = (
        {"chosen": key["right"]}
        if "right" in key
        else {"pairs": key["pairs"]}
        if "pairs" in key
        else {"items": key["items"]}
        if "items" in key
        else {"text": key["accept"][0] if "accept" in key else key["value"]}
    )
    return kind, shown, key, response


@given(questions())
def test_the_key_itself_is_right(made):
    kind, shown, key, response = made
    assert scoring.readable(kind, shown, response)
    assert scoring.score(kind, key, response) == scoring.Score(True, 1.0)


@given(questions())
def test_what_is_shown_never_tells_the_key(made):
    kind, shown, key, _response = made
    for parts in (shown.get("options"), shown.get("left"), shown.get("right"), shown.get("items")):
        if parts and kind != "true_false":
            assert [p["id"] for p in parts] == sorted(p["id"] for p in parts)
            assert all(set(p) == {"id", "html", "text"} for p in parts)
    assert not {"feedback", "accept", "value", "pairs", "tolerance", "correct", "answer"} & set(shown)
    if kind != "true_false":
        assert "right" not in shown or kind == "matching"


@given(choices("multiple"), st.randoms())
def test_multiple_is_all_or_nothing_in_any_order(made, random):
    shown, key = made
    ids = [o["id"] for o in shown["options"]]
    shuffled = random.sample(key["right"], len(key["right"]))
    assert scoring.score("multiple", key, {"chosen": shuffled}).correct
    for one in ids:
        changed = sorted(set(key["right"]) ^ {one})
        if changed:
            assert not scoring.score("multiple", key, {"chosen": changed}).correct
    everything = scoring.score("multiple", key, {"chosen": ids})
    assert everything.correct == (len(key["right"]) == len(ids)) and 0 <= everything.fraction <= 1


@given(st.lists(WORDS, min_size=3, max_size=6, unique=True), st.randoms())
def test_only_the_right_order_is_right(items, random):
    shown, key = built("ordering", items=tuple(items), right="ya", wrong="tidak")
    response = random.sample(key["items"], len(items))
    assert scoring.readable("ordering", shown, {"items": response})
    assert scoring.score("ordering", key, {"items": response}).correct == (response == key["items"])


@given(st.lists(WORDS, min_size=3, max_size=6, unique=True), st.uuids())
def test_an_ordering_never_stands_right_at_first_and_always_stands_the_same(items, seed):
    shown, key = built("ordering", items=tuple(items), right="ya", wrong="tidak")
    first = scoring.orders("ordering", shown, key, str(seed))
    assert first["items"] != key["items"]
    assert first == scoring.orders("ordering", shown, key, str(seed))


@given(WORDS, st.sampled_from(["  {} ", "{}.", "({})", "“{}”!", "{}\u00a0"]))
def test_short_text_forgives_case_spaces_and_punctuation(text, frame):
    _shown, key = built("short_text", accept=(text,), right="ya", wrong="tidak")
    for written in (
        text,
        text.upper(),
        text.title(),
        text.replace(" ", "-"),
        text.replace(" ", "  "),
        text.replace(" ", ""),
    ):
        assert scoring.score("short_text", key, {"text": frame.format(written)}).correct
    assert not scoring.score("short_text", key, {"text": text + "x"}).correct


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1.5", "1.5"),
        ("1,5", "1.5"),
        ("30 hari", "30"),
        ("30", "30"),
        ("30 hari kerja", "30"),
        ("Rp1.740.000", "1740000"),
        ("1.740.000,50", "1740000.5"),
        ("1,740,000.50", "1740000.5"),
        ("−4", "-4"),
        ("150 000", "150000"),
        ("０３", "3"),
        ("+7", "7"),
        ("1.500", "1500"),
        ("1.500", "1.5"),
    ],
)
def test_a_number_is_read_as_people_write_it(written, value):
    assert Decimal(value) in scoring.numbers(written, "hari kerja")


@pytest.mark.parametrize("written", ["", "tiga puluh", "30 atau 40", "30-40 50", "nan", "inf", "1e9", "1.2.3", "--"])
def test_what_is_not_one_number_is_not_read(written):
    assert not scoring.readable("numeric", {"unit": ""}, {"text": written})


@given(st.decimals(-1000, 1000, places=2), st.integers(0, 5), st.decimals(-10, 10, places=2))
def test_the_tolerance_is_exact(value, tolerance, off):
    _shown, key = built("numeric", answer=0, tolerance=tolerance, right="ya", wrong="tidak")
    key["value"] = str(value)
    for written in (str(value + off), str(value + off).replace(".", ",")):
        assert scoring.score("numeric", key, {"text": written}).correct == (abs(off) <= tolerance)


@given(
    questions(),
    st.sampled_from(
        [
            {},
            {"chosen": []},
            {"chosen": ["made-up"]},
            {"chosen": "true"},
            {"pairs": {}},
            {"items": []},
            {"items": ["x"]},
            {"text": ""},
            {"text": " " * 9},
            {"text": "7" * 501},
            {"text": 7},
        ]
    ),
)
def test_what_was_not_shown_cannot_be_answered(made, response):
    kind, shown, _key, _right = made
    assert not scoring.readable(kind, shown, response)


def test_two_chosen_of_a_single_or_one_twice_is_no_answer():
    shown, key = built("single", options=(OptionSource("a", True, "x"), OptionSource("b", False, "y")))
    ids = [o["id"] for o in shown["options"]]
    assert not scoring.readable("single", shown, {"chosen": ids})
    assert not scoring.readable("multiple", shown, {"chosen": key["right"] * 2})


@given(questions())
def test_nothing_is_told_about_a_wrong_test_answer_but_what_was_chosen(made):
    kind, shown, key, _response = made
    wrong = {
        "matching": {"pairs": dict.fromkeys(key.get("pairs", {}), "none")},
        "ordering": {"items": key.get("items", [])[::-1]},
        "short_text": {"text": "zzzzzzzzzzzzzzzz"},
        "numeric": {"text": "88888888"},
    }.get(kind)
    if wrong is None:
        others = [o["id"] for o in shown["options"] if o["id"] not in key["right"]]
        if not others:
            return
        wrong = {"chosen": others[:1]}
    told = scoring.result(kind, key, wrong, tell=False)
    assert not told.correct and not told.incomplete
    assert told.feedback == ([key["feedback"][wrong["chosen"][0]]] if kind in ("single", "multiple") else [])
