"""A question as a page shows it: its parts in the order of this person, with what they answered, and never the key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.assessment import scoring
from lms.assessment.models import Question
from lms.core.texts import N_, _

TRUTH = {"true": N_("True"), "false": N_("False")}


@dataclass(frozen=True)
class Part:
    """An option, a line of a matching or an ordering."""

    id: str
    html: str
    """Safe HTML of one line."""
    text: str
    """The same without any marks, for the choices of a select."""
    picked: str = ""
    """What was given for it: "yes" for a chosen option, the partner's id, or the number."""


@dataclass(frozen=True)
class Asked:
    """A question, ready to show."""

    key: str
    type: str
    number: int
    story: str
    """What happened, safe HTML: all but the last paragraph; may be empty."""
    ask: str
    """The question itself, safe HTML: the last paragraph."""
    options: list[Part] = field(default_factory=list)
    left: list[Part] = field(default_factory=list)
    right: list[Part] = field(default_factory=list)
    items: list[Part] = field(default_factory=list)
    text: str = ""
    """What was written."""
    unit: str = ""


def asked(
    question: Question, orders: Mapping[str, list[str]], given: Mapping[str, Any] | None = None, number: int = 0
) -> Asked:
    """`question` as somebody sees it; `given` is their response, or what they picked of one that is not whole yet."""
    given, shown = given or {}, question.shown
    chosen, pairs, items = given.get("chosen", []), given.get("pairs", {}), given.get("items", [])
    places = given.get("places") or {item: str(n) for n, item in enumerate(items, 1)}
    picked = {"options": dict.fromkeys(chosen, "yes"), "left": pairs, "items": places}

    def parts(name: str) -> list[Part]:
        known = {p["id"]: p for p in shown.get(name, [])}
        if question.type == "true_false":
            known = {i: {"html": _(TRUTH[i]), "text": _(TRUTH[i])} for i in known}
        return [
            Part(i, known[i]["html"], known[i]["text"], picked.get(name, {}).get(i, ""))
            for i in orders.get(name, [])
            if i in known
        ]

    story, mark, ask = question.text_html.rpartition("<p>")
    if not ask.endswith("</p>") or ask.count("</p>") > 1:
        story, mark, ask = "", "", question.text_html
    return Asked(
        question.key,
        question.type,
        number or question.number,
        story,
        mark + ask,
        parts("options"),
        parts("left"),
        parts("right"),
        parts("items"),
        given.get("text", ""),
        shown.get("unit", ""),
    )


def orders_of(question: Question, seed: object) -> dict[str, list[str]]:
    """In which order its parts are shown for `seed` (the uuid of a place or an attempt): always the same."""
    return scoring.orders(question.type, question.shown, question.answer, f"{seed}:{question.uuid}")
