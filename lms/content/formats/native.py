"""Asah's own courses: a folder of TOML and Markdown (docs/course-format.md), read whole or told what is wrong with it.

Pure: files in, a course or complaints out. Whether a competency is in the dictionary is the catalogue's to say.
"""

import re
from dataclasses import replace
from typing import Any

from lms.content import fitting, pictures, prose, questions, strict
from lms.content.errors import CourseHasErrors
from lms.content.prose import html, line
from lms.content.source import (
    Complaint,
    Complaints,
    CourseSource,
    LessonSource,
    ModuleSource,
    OptionSource,
    OutcomeSource,
    QuestionSource,
)
from lms.content.strict import CODE, DAY, LINE, LINES, NAME, TABLES, TEXT, one_of, whole
from lms.core.texts import LANGUAGES, N_

__all__ = [
    "Complaint",
    "CourseHasErrors",
    "CourseSource",
    "LessonSource",
    "ModuleSource",
    "OptionSource",
    "OutcomeSource",
    "QuestionSource",
    "complaints",
    "html",
    "line",
    "read",
]

PLACES = re.compile(
    r"course\.toml|lessons/\d\d-[a-z0-9]+(-[a-z0-9]+)*\.md|media/[a-z0-9]+(-[a-z0-9]+)*\.(svg|png|webp|jpg)"
    r"|questions/(\d\d-[a-z0-9]+(-[a-z0-9]+)*|pretest-[1-9]\d?|posttest)\.toml"
)
MOST_TEXT_OCTETS = 200_000
COURSE = {
    "format": whole(1, 1),
    "slug": NAME,
    "title": LINE,
    "summary": TEXT,
    "audience": LINE,
    "language": one_of(*LANGUAGES),
    "translation_group": NAME,
    "minutes": whole(1, 6000),
    "jp": whole(0, 100),
    "pass_mark": whole(1, 100),
    "review_by": DAY,
    "basis": LINES,
    "action_plan": LINE,
    "outcome": TABLES,
    "module": TABLES,
}
OUTCOME = {"competency": CODE, "level": whole(1, 5), "can": LINE}
HEAD = {
    "title": LINE,
    "minutes": whole(1, 600),
    "aim": TEXT,
    "competency": CODE,
    "level": whole(1, 5),
    "tomorrow": TEXT,
    "sources": LINES,
}


def read(files: dict[str, bytes]) -> CourseSource:
    """The course in `files` (path in the folder -> bytes); raises CourseHasErrors with every complaint."""
    found = Complaints()
    course = _course(files, found)
    if course is None or found.errors:
        raise CourseHasErrors(found)
    return replace(course, warnings=tuple(found))


def complaints(files: dict[str, bytes]) -> list[Complaint]:
    """Everything that the author should look at: errors, then warnings, each by file."""
    found = Complaints()
    _course(files, found)
    return sorted(found, key=lambda c: (c.warning, c.file))


def _course(files: dict[str, bytes], found: Complaints) -> CourseSource | None:
    for path in sorted(files):
        if not PLACES.fullmatch(path):
            found.error(
                path[:200],
                N_(
                    "This file has no place in a course folder. Remove it, or give it a name such as "
                    "lessons/01-name.md or media/name.svg (lower-case letters, digits, hyphens)."
                ),
            )
    files = {path: data for path, data in files.items() if PLACES.fullmatch(path)}
    if "course.toml" not in files:
        found.error(
            "course.toml",
            N_("The file is missing, so nobody knows what the course is. Add it at the top of the folder."),
        )
        return None
    media = _media(files, found)
    texts = {path: _text(path, data, found) for path, data in files.items() if not path.startswith("media/")}
    asked: dict[str, list[QuestionSource]] = {}
    for path, text in sorted(texts.items()):
        if path.startswith("questions/") and text is not None:
            asked[path.removeprefix("questions/").removesuffix(".toml")] = questions.read(path, text, media, found)
    lessons = {}
    for path, text in sorted(texts.items()):
        if path.startswith("lessons/") and text is not None:
            lessons[path.removeprefix("lessons/").removesuffix(".md")] = _lesson(path, text, media, found)
    given = _head_of_course(texts["course.toml"], found)
    fitting.question_places(asked, lessons, found)
    if given is None:
        return None
    outcomes, modules = _outcomes(given["outcome"], found), fitting.modules(given["module"], lessons, asked, found)
    if outcomes is None or modules is None or found.errors:
        return None
    course = _assembled(given, outcomes, modules, lessons, asked, media)
    fitting.figures(course, media, files, found)
    return None if found.errors else course


def _media(files: dict[str, bytes], found: Complaints) -> dict[str, tuple[int, int] | None]:
    """Name in media/ -> width and height."""
    return {
        path.removeprefix("media/"): pictures.check(path, data, found)
        for path, data in sorted(files.items())
        if path.startswith("media/")
    }


def _text(path: str, data: bytes, found: Complaints) -> str | None:
    if len(data) > MOST_TEXT_OCTETS:
        found.error(path, N_("The file is larger than 200 kB, far more than anyone reads at once. Split it."))
        return None
    return strict.text_of(path, data, found)


def _head_of_course(text: str | None, found: Complaints) -> dict[str, Any] | None:
    raw = strict.parse("course.toml", text, found) if text is not None else None
    return strict.take(raw, COURSE, "course.toml", "", found) if raw is not None else None


def _lesson(path: str, text: str, media: dict, found: Complaints) -> dict[str, Any] | None:
    """The head and body of a lesson file; None after complaints about its head."""
    parts = re.match(r"\+\+\+\n(.*?\n)\+\+\+(?:\n|\Z)", text, re.S)
    if not parts:
        found.error(
            path,
            N_(
                "The lesson does not begin with its head. Put title, minutes, aim and so on at the top, between two "
                "lines "
                "of +++."
            ),
        )
        return None
    raw = strict.parse(path, parts[1], found, before=1)
    head = strict.take(raw, HEAD, path, "", found) if raw is not None else None
    body = text[parts.end() :]
    prose.check(path, body, media, found, before=text[: parts.end()].count("\n"))
    words = prose.words(body)
    if words == 0:
        found.error(path, N_("The lesson has no text below its head. Write it there."))
    return (
        None
        if head is None
        else {**head, "body": body, "words": words + prose.words(head["tomorrow"]), "pictures": prose.pictures(body)}
    )


def _outcomes(raw: list[dict[str, Any]], found: Complaints) -> tuple[OutcomeSource, ...] | None:
    taken = [
        strict.take(one, OUTCOME, "course.toml", f"[[outcome]] {number}", found) for number, one in enumerate(raw, 1)
    ]
    outcomes = tuple(OutcomeSource(**one) for one in taken if one)
    pairs = [(o.competency, o.level) for o in outcomes]
    for pair in sorted({p for p in pairs if pairs.count(p) > 1}):
        found.error(
            "course.toml",
            N_("The competency %(code)s at level %(level)s is named twice. Join the two into one."),
            "[[outcome]]",
            code=pair[0],
            level=pair[1],
        )
    return outcomes if len(outcomes) == len(raw) else None


def _assembled(
    given: dict[str, Any],
    outcomes: tuple[OutcomeSource, ...],
    modules: tuple[ModuleSource, ...],
    lessons: dict,
    asked: dict,
    media: dict,
) -> CourseSource:
    order = [(module.number, key) for module in modules for key in module.lessons]
    plain = {k: v for k, v in given.items() if k not in ("format", "outcome", "module", "basis")}
    return CourseSource(
        **plain,
        basis=tuple(given["basis"]),
        outcomes=outcomes,
        modules=modules,
        lessons=tuple(
            LessonSource(
                key=key,
                number=number,
                module=module,
                questions=tuple(asked[key]),
                **{**lessons[key], "sources": tuple(lessons[key]["sources"])},
            )
            for number, (module, key) in enumerate(order, 1)
        ),
        tests={name: tuple(several) for name, several in asked.items() if questions.purpose_of(name) != "check"},
        picture_sizes={name: size for name, size in media.items() if size},
    )
