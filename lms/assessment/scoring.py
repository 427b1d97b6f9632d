"""Is an answer right? Pure: a question's key and a response in, a score out; no other module reads a key.

A key is {"feedback": {...}} and, by type:
  single, multiple, true_false   {"right": [option ids]}
  matching                       {"pairs": {left id: right id}}
  ordering                       {"items": [item ids, in the right order]}
  short_text                     {"accept": [texts]}
  numeric                        {"value": "30", "tolerance": "0", "unit": "hari kerja"}
A response is {"chosen": [ids]}, {"pairs": {...}}, {"items": [...]} or {"text": words}. Feedback is HTML: by option id
where each option has its own (single, multiple), else under "right" and "wrong".
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from random import Random
from typing import Any

CHOICES = frozenset({"single", "multiple", "true_false"})
NUMBER = re.compile(r"[-+\u2212]?[0-9]+(?:[.,' \u00a0][0-9]+)*")
LONGEST_TEXT = 500


@dataclass(frozen=True)
class Score:
    """What an answer is worth."""

    correct: bool
    fraction: float
    """The part of it that is right, 0 to 1: for reports. Only a wholly right answer counts."""


@dataclass(frozen=True)
class Result:
    """What the learner reads about an answer."""

    correct: bool
    feedback: list[str] = field(default_factory=list)
    """Sentences as HTML."""
    incomplete: bool = False
    """All that was chosen is right, but there is more."""


def plain(text: str) -> str:
    """A text without case, spaces and punctuation; if nothing else is in it, as it stands."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(c for c in folded if unicodedata.category(c)[0] in "LNM")
    return kept or "".join(folded.split())


def numbers(text: str, unit: str = "") -> set[Decimal]:
    """What `text` can mean as one number: 1.5 and 1,5 are the same, 1.500 can be both; empty when it is not one number.

    Words around the number (`30 hari`, `Rp1.740.000`) and the unit itself do not matter.
    """
    text = unicodedata.normalize("NFKC", text).casefold().strip()
    if unit:
        text = text.removesuffix(unicodedata.normalize("NFKC", unit).casefold().strip())
    found = NUMBER.findall(text)
    return _readings(found[0]) if len(found) == 1 else set()


def _readings(written: str) -> set[Decimal]:
    sign, body = ("-", written[1:]) if written[0] in "-\u2212" else ("", written.lstrip("+"))
    marks = [c for c in body if not c.isdigit()]
    parts = re.split(r"[.,' \u00a0]", body)
    grouped = all(len(p) == 3 for p in parts[1:]) and 1 <= len(parts[0]) <= 3
    ways: set[str] = set()
    if not marks:
        ways.add(body)
    elif len(set(marks)) == 1:
        if grouped:
            ways.add("".join(parts))
        if len(marks) == 1 and marks[0] in ".,":
            ways.add(f"{parts[0]}.{parts[1]}")
    elif len(set(marks)) == 2 and len(set(marks[:-1])) == 1 and marks[-1] in ".,":  # the last mark is the decimal one
        ways |= {"".join(parts[:-1]) + "." + parts[-1]} if all(len(p) == 3 for p in parts[1:-1]) else set()
    try:
        return {Decimal(sign + way) for way in ways}
    except InvalidOperation:
        return set()


def readable(kind: str, shown: Mapping[str, Any], response: Mapping[str, Any]) -> bool:
    """Whether `response` is a whole answer to what was shown: nothing made up, nothing left out."""
    if kind in CHOICES:
        chosen, known = response.get("chosen"), {o["id"] for o in shown["options"]}
        if not isinstance(chosen, list) or not chosen or len(set(chosen)) != len(chosen) or not set(chosen) <= known:
            return False
        return kind == "multiple" or len(chosen) == 1
    if kind == "matching":
        pairs, rights = response.get("pairs"), {o["id"] for o in shown["right"]}
        return (
            isinstance(pairs, dict) and set(pairs) == {o["id"] for o in shown["left"]} and set(pairs.values()) <= rights
        )
    if kind == "ordering":
        items = response.get("items")
        return isinstance(items, list) and sorted(items) == sorted(o["id"] for o in shown["items"])
    text = response.get("text")
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
        return False
    return kind != "numeric" or bool(numbers(text, shown.get("unit", "")))


def score(kind: str, key: Mapping[str, Any], response: Mapping[str, Any]) -> Score:
    """How right a readable response is."""
    if kind in CHOICES:
        right, chosen = set(key["right"]), set(response["chosen"])
        share = max(0.0, (len(chosen & right) - len(chosen - right)) / len(right))
        return Score(chosen == right, share)
    if kind == "matching":
        hits = sum(response["pairs"].get(left) == right for left, right in key["pairs"].items())
        return Score(hits == len(key["pairs"]), hits / len(key["pairs"]))
    if kind == "ordering":
        hits = sum(a == b for a, b in zip(response["items"], key["items"], strict=True))
        return Score(hits == len(key["items"]), hits / len(key["items"]))
    if kind == "short_text":
        right_text = plain(response["text"]) in {plain(text) for text in key["accept"]}
        return Score(right_text, float(right_text))
    value, tolerance = Decimal(key["value"]), Decimal(key["tolerance"])
    near = any(abs(n - value) <= tolerance for n in numbers(response["text"], key.get("unit", "")))
    return Score(near, float(near))


def result(kind: str, key: Mapping[str, Any], response: Mapping[str, Any], tell: bool = True) -> Result:
    """What to say about a response. With `tell` false nothing in it lets anyone conclude what would have been right,
    beyond the feedback of what they chose themselves."""
    right, feedback = score(kind, key, response).correct, key["feedback"]
    if kind in ("single", "multiple"):
        chosen = [feedback[c] for c in response["chosen"]]
        more = kind == "multiple" and not right and set(response["chosen"]) < set(key["right"])
        return Result(right, chosen, more)
    if not tell and not right:
        return Result(right)
    return Result(right, [feedback["right" if right else "wrong"]])


def shuffled(ids: list[str], seed: str, never: list[str] | None = None) -> list[str]:
    """`ids` in an order that `seed` decides, always the same; never in the order `never` if another is possible."""
    ids, source = sorted(ids), Random(seed)  # noqa: S311 - an order, not a secret
    for _attempt in range(20):
        source.shuffle(ids)
        if ids != never:
            break
    return ids


def orders(kind: str, shown: Mapping[str, Any], key: Mapping[str, Any], seed: str) -> dict[str, list[str]]:
    """In which order a question's parts are shown for `seed`. True stands before false, an ordering never right."""
    if kind == "true_false":
        return {"options": ["true", "false"]}
    parts = {name: [p["id"] for p in shown[name]] for name in ("options", "left", "right", "items") if name in shown}
    return {
        name: shuffled(ids, f"{seed}:{name}", key["items"] if kind == "ordering" else None)
        for name, ids in parts.items()
    }


def xapi_response(kind: str, response: Mapping[str, Any]) -> str:
    """A response as xAPI writes it (xAPI 1.0.3, Data, Appendix C)."""
    if kind in CHOICES:
        return "[,]".join(response["chosen"])
    if kind == "matching":
        return "[,]".join(f"{left}[.]{right}" for left, right in sorted(response["pairs"].items()))
    if kind == "ordering":
        return "[,]".join(response["items"])
    if kind == "numeric":
        return str(min(numbers(response["text"]), default=response["text"]))
    return response["text"]
