"""Whether the parts of a course fit together: lessons, modules, tests, and the figures that are claimed."""

from typing import Any

from lms.content import prose, questions, strict
from lms.content.source import (
    JP_MINUTES,
    POSTTEST,
    Complaints,
    CourseSource,
    ModuleSource,
    QuestionSource,
)
from lms.content.strict import LINE, LINES, NAME, optional
from lms.core.texts import N_

LEAST_POSTTEST = 5
HEAVY_LESSON = 400_000
MODULE = {"title": LINE, "lessons": LINES, "pretest": optional(NAME)}


def question_places(asked: dict[str, list[QuestionSource]], lessons: dict, found: Complaints) -> None:
    """Ids are unique, each question names a lesson, check questions belong to theirs."""
    seen: dict[str, str] = {}
    for name, several in asked.items():
        file = f"questions/{name}.toml"
        if questions.purpose_of(name) == "check" and name not in lessons:
            found.error(
                file,
                N_("There is no lesson lessons/%(name)s.md for these questions. Give the file the lesson's name."),
                name=name,
            )
            continue
        for question in several:
            if question.id in seen:
                found.error(
                    file,
                    N_("The id stands in %(other)s too. Every id is used once in a course; change one."),
                    question.id,
                    other=seen[question.id],
                )
            seen[question.id] = file
            if question.lesson not in lessons:
                found.error(
                    file,
                    N_("There is no lesson “%(lesson)s”. Write the name of a file in lessons/ without .md."),
                    question.id,
                    lesson=question.lesson,
                )
            elif question.purpose == "check" and question.lesson != name:
                found.error(
                    file,
                    N_(
                        "It names the lesson “%(lesson)s”, but these are the questions of “%(name)s”. Correct one of "
                        "them."
                    ),
                    question.id,
                    lesson=question.lesson,
                    name=name,
                )


def modules(
    raw: list[dict[str, Any]], lessons: dict, asked: dict, found: Complaints
) -> tuple[ModuleSource, ...] | None:
    """The modules, if every one could be read: each lesson stands in one of them and has its check questions, pre-tests
    belong to them, and there is a post-test."""
    file, made, placed = "course.toml", [], set()
    for number, one in enumerate(raw, 1):
        where = f"[[module]] {number}"
        given = strict.take(one, MODULE, file, where, found)
        if given is None:
            continue
        if not given["lessons"]:
            found.error(file, N_("The module has no lessons. Name at least one, or remove the module."), where)
        for key in given["lessons"]:
            if key not in lessons:
                found.error(
                    file, N_("There is no file lessons/%(key)s.md. Add it or correct the name."), where, key=key[:80]
                )
            if key in placed:
                found.error(
                    file,
                    N_("The lesson “%(key)s” stands in the course twice. Keep it in one place."),
                    where,
                    key=key[:80],
                )
            placed.add(key)
        _pretest(number, given, asked, where, found)
        made.append(ModuleSource(number, given["title"], tuple(given["lessons"]), given["pretest"]))
    for key in sorted(set(lessons) - placed):
        found.error(
            f"lessons/{key}.md",
            N_(
                "No module names this lesson, so nobody would reach it. Add it to a module in course.toml, or "
                "remove the file."
            ),
        )
    for key in sorted(set(lessons) & placed):
        if not asked.get(key) and f"questions/{key}.toml" not in {c.file for c in found}:
            found.error(
                f"lessons/{key}.md",
                N_("The lesson has no check question, so it can never be settled. Add questions/%(key)s.toml."),
                key=key,
            )
    for name in sorted(n for n in asked if n.startswith("pretest-") and n not in {m.pretest for m in made}):
        found.error(
            f"questions/{name}.toml",
            N_('No module uses this pre-test. Add pretest = "%(name)s" to its module, or remove the file.'),
            name=name,
        )
    if POSTTEST not in asked:
        found.error(
            "questions/posttest.toml", N_("The post-test is missing or cannot be read. Write at least five questions.")
        )
    elif len(asked[POSTTEST]) < LEAST_POSTTEST:
        found.error(
            "questions/posttest.toml",
            N_("The post-test has %(found)s usable questions. Write at least five."),
            found=len(asked[POSTTEST]),
        )
    return tuple(made) if len(made) == len(raw) else None


def _pretest(number: int, module: dict[str, Any], asked: dict, where: str, found: Complaints) -> None:
    name = module["pretest"]
    if name is None:
        found.warn(
            "course.toml",
            N_("The module has no pre-test, so people who know its matter already cannot skip it. Add one."),
            where,
        )
    elif name != f"pretest-{number}":
        found.error(
            "course.toml",
            N_("The pre-test of this module must be called “pretest-%(number)s”. Rename it here and in questions/."),
            where,
            number=number,
        )
    elif not asked.get(name):
        found.error(
            "course.toml",
            N_("There is no usable file questions/%(name)s.toml. Add it, or remove the line."),
            where,
            name=name,
        )
    else:
        for question in asked[name]:
            if question.lesson not in module["lessons"]:
                found.error(
                    f"questions/{name}.toml",
                    N_(
                        "It asks about the lesson “%(lesson)s” of another module. A pre-test asks only "
                        "about the lessons that it skips."
                    ),
                    question.id,
                    lesson=question.lesson,
                )


def figures(course: CourseSource, media: dict, files: dict[str, bytes], found: Complaints) -> None:
    """Minutes, JP and weight: what is claimed beside what is computed."""
    most = course.minutes_computed // JP_MINUTES
    if course.jp > most:
        found.error(
            "course.toml",
            N_(
                "The course claims %(jp)s JP, but its %(minutes)s computed minutes make at most %(most)s JP of 45 "
                "minutes. "
                "Lower “jp”, or add matter."
            ),
            jp=course.jp,
            minutes=course.minutes_computed,
            most=most,
        )
    _minutes("course.toml", course.minutes, course.minutes_computed, found)
    for lesson in course.lessons:
        path = f"lessons/{lesson.key}.md"
        _minutes(path, lesson.minutes, lesson.minutes_computed, found)
        octets = len(lesson.body.encode()) + sum(len(files[f"media/{name}"]) for name in lesson.pictures)
        if octets > HEAVY_LESSON:
            found.warn(
                path,
                N_(
                    "Text and pictures are %(size)s kB together, which is slow on mobile data. Save the pictures "
                    "smaller."
                ),
                size=round(octets / 1000),
            )
    shown = {name for lesson in course.lessons for name in lesson.pictures} | {
        name for question in course.questions for name in prose.pictures(question.text)
    }
    for name in sorted(set(media) - shown):
        found.warn(f"media/{name}", N_("No lesson shows this picture. Use it, or remove the file."))
    tested = {(question.competency, question.level) for question in course.tests[POSTTEST]}
    for outcome in course.outcomes:
        if (outcome.competency, outcome.level) not in tested:
            found.warn(
                "course.toml",
                N_(
                    "The course promises %(code)s at level %(level)s, but no question of the post-test asks about it. "
                    "Add one."
                ),
                "[[outcome]]",
                code=outcome.competency,
                level=outcome.level,
            )


def _minutes(path: str, claimed: int, computed: int, found: Complaints) -> None:
    if claimed > computed:
        found.warn(
            path,
            N_(
                "%(claimed)s minutes are claimed and %(computed)s computed. Only the computed ones can count as "
                "learning hours."
            ),
            claimed=claimed,
            computed=computed,
        )
    elif claimed * 2 < computed:
        found.warn(
            path,
            N_(
                "%(claimed)s minutes are claimed, less than half of the %(computed)s computed. Learners plan by this "
                "figure; "
                "correct it."
            ),
            claimed=claimed,
            computed=computed,
        )
