"""Question files: the check questions of a lesson, a module's pre-test, the post-test."""

from collections.abc import Mapping
from typing import Any

from lms.content import prose, strict
from lms.content.source import POSTTEST, QUESTION_TYPES, Complaints, OptionSource, QuestionSource
from lms.content.strict import CODE, FIGURE, LINE, LINES, NAME, TABLES, TEXT, YES_NO, one_of, optional, whole
from lms.core.texts import N_

COMMON = {
    "id": NAME,
    "type": one_of(*QUESTION_TYPES),
    "lesson": NAME,
    "competency": CODE,
    "level": whole(1, 5),
    "text": TEXT,
}
FEEDBACK = {"right": TEXT, "wrong": TEXT}
OWN = {
    "single": {"options": TABLES},
    "multiple": {"options": TABLES},
    "true_false": {"answer": YES_NO, **FEEDBACK},
    "matching": {"pairs": TABLES, **FEEDBACK},
    "ordering": {"items": LINES, **FEEDBACK},
    "short_text": {"accept": LINES, **FEEDBACK},
    "numeric": {"answer": FIGURE, "tolerance": optional(FIGURE), "unit": optional(LINE), **FEEDBACK},
}
OPTION = {"text": LINE, "correct": YES_NO, "feedback": TEXT}
PAIR = {"left": LINE, "right": LINE}
ODD_COUNT = N_("“%(key)s” has %(found)s entries. Write %(least)s to %(most)s.")
SAME_TWICE = N_("“%(key)s” holds the same text twice: “%(shown)s”. Nobody could tell the two apart; change one.")


def read(file: str, text: str, media: Mapping[str, Any], complaints: Complaints) -> list[QuestionSource]:
    """The good questions of a file; complaints about the others."""
    raw = strict.parse(file, text, complaints)
    if raw is None:
        return []
    table = strict.take(raw, {"question": TABLES}, file, "", complaints)
    if table is None:
        return []
    name = file.rsplit("/", 1)[-1].removesuffix(".toml")
    found = (_question(file, name, number, one, media, complaints) for number, one in enumerate(table["question"], 1))
    return [question for question in found if question is not None]


def purpose_of(name: str) -> str:
    """check, pretest or posttest, by the name of the file."""
    if name == POSTTEST:
        return POSTTEST
    return "pretest" if name.startswith("pretest-") else "check"


def _question(
    file: str, name: str, number: int, raw: dict[str, Any], media: Mapping[str, Any], complaints: Complaints
) -> QuestionSource | None:
    where = raw["id"] if NAME.fits(raw.get("id")) else f"[[question]] {number}"
    kind = raw.get("type")
    given = strict.take(raw, COMMON | OWN.get(kind if isinstance(kind, str) else "", {}), file, where, complaints)
    if given is None or kind not in OWN:
        return None
    before = len(complaints.errors)
    extra: dict[str, Any] = {}
    if "options" in given:
        extra["options"] = _options(file, where, kind, given["options"], complaints)
    if kind == "matching":
        extra["pairs"] = _pairs(file, where, given["pairs"], complaints)
    if kind == "ordering":
        extra["items"] = tuple(given["items"])
        _count(file, where, "items", given["items"], 3, 6, complaints)
        _distinct(file, where, "items", given["items"], complaints)
    if kind == "short_text":
        extra["accept"] = tuple(given["accept"])
        _count(file, where, "accept", given["accept"], 1, 40, complaints)
        for text in given["accept"]:
            if not any(c.isalnum() for c in text):
                complaints.error(
                    file,
                    N_(
                        "“accept” holds “%(shown)s”, which has no letter or digit, so nothing could match it. "
                        "Remove it."
                    ),
                    where,
                    shown=text[:40],
                )
    if kind == "numeric":
        extra |= {
            "answer": float(given["answer"]),
            "tolerance": float(given["tolerance"] or 0),
            "unit": given["unit"] or "",
        }
        if extra["tolerance"] < 0:
            complaints.error(file, N_("“tolerance” is below zero. Write how far an answer may be off, or 0."), where)
    if kind == "true_false":
        extra["answer"] = given["answer"]
    if "right" in given:
        extra |= {"right": given["right"], "wrong": given["wrong"]}
        for key in ("right", "wrong"):
            _says_why(file, f"{where}, {key}", given[key], complaints)
    prose.check(file, given["text"], media, complaints, where)
    for told in _lines(extra):
        prose.check(file, told, media, complaints, where)
    if len(complaints.errors) > before:
        return None
    return QuestionSource(
        id=given["id"],
        type=kind,
        lesson=given["lesson"],
        competency=given["competency"],
        level=given["level"],
        text=given["text"],
        purpose=purpose_of(name),
        name=name,
        number=number,
        **extra,
    )


def _lines(extra: dict[str, Any]) -> list[str]:
    """Every one-line Markdown of a question."""
    lines = [text for option in extra.get("options", ()) for text in (option.text, option.feedback)]
    lines += [text for pair in extra.get("pairs", ()) for text in pair]
    return lines + list(extra.get("items", ())) + [extra[key] for key in ("right", "wrong") if key in extra]


def _options(
    file: str, where: str, kind: str, raw: list[dict[str, Any]], complaints: Complaints
) -> tuple[OptionSource, ...]:
    options = []
    for number, one in enumerate(raw, 1):
        given = strict.take(one, OPTION, file, f"{where}, options {number}", complaints)
        if given:
            options.append(OptionSource(**given))
            _says_why(file, f"{where}, options {number}", given["feedback"], complaints)
    if len(options) < len(raw):
        return ()
    _count(file, where, "options", raw, 2, 6, complaints)
    _distinct(file, where, "options", [o.text for o in options], complaints)
    right = sum(option.correct for option in options)
    if kind == "single" and right != 1:
        complaints.error(
            file,
            N_(
                "%(found)s options are marked as correct, and a “single” question has exactly one. Correct the "
                "marks, or "
                "make it “multiple”."
            ),
            where,
            found=right,
        )
    elif right == 0:
        complaints.error(file, N_("No option is marked as correct. Mark one or more with correct = true."), where)
    return tuple(options)


def _pairs(file: str, where: str, raw: list[dict[str, Any]], complaints: Complaints) -> tuple[tuple[str, str], ...]:
    pairs = [strict.take(one, PAIR, file, f"{where}, pairs {number}", complaints) for number, one in enumerate(raw, 1)]
    if not all(pairs):
        return ()
    found = tuple((pair["left"], pair["right"]) for pair in pairs if pair)
    _count(file, where, "pairs", raw, 3, 6, complaints)
    _distinct(file, where, "left", [left for left, _right in found], complaints)
    _distinct(file, where, "right", [right for _left, right in found], complaints)
    return found


def _count(file: str, where: str, key: str, found: list, least: int, most: int, complaints: Complaints) -> None:
    if not least <= len(found) <= most:
        complaints.error(file, ODD_COUNT, where, key=key, found=len(found), least=least, most=most)


def _distinct(file: str, where: str, key: str, texts: list[str], complaints: Complaints) -> None:
    seen: set[str] = set()
    for text in texts:
        same = " ".join(text.split()).casefold()
        if same in seen:
            complaints.error(file, SAME_TWICE, where, key=key, shown=text[:40])
        seen.add(same)


def _says_why(file: str, where: str, feedback: str, complaints: Complaints) -> None:
    if len(feedback.split()) < 3:
        complaints.warn(
            file,
            N_("The feedback “%(shown)s” does not say why. Add the reason in a sentence."),
            where,
            shown=feedback[:40],
        )
