"""Statements in, progress out. Pure: the same statements in any order give the same result; a replay changes nothing.

Only our own statements count (the caller hands over only those; the fold looks again), voided ones do not, and what the
fold writes as a consequence (the course's `completed`, `satisfied`) is never read back. See docs/decisions/fold.md.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.catalogue import iris
from lms.lrs.queries import Stored

ADL = "http://adlnet.gov/expapi/verbs/"
ANSWERED, EXPERIENCED, PASSED, FAILED, COMPLETED = (
    ADL + v for v in ("answered", "experienced", "passed", "failed", "completed")
)
READ = frozenset({ANSWERED, EXPERIENCED, PASSED, FAILED, COMPLETED})
METHOD = "urn:asah:xapi:method"
"""The context extension of a completion that a responsible person states: `classroom` or `manual`."""
DURATION = re.compile(r"P(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?")


@dataclass(frozen=True)
class Shape:
    """What a version of a course asks for."""

    course: UUID
    lessons: Mapping[str, tuple[str, ...]]
    """For each lesson, in order, the keys of its check questions."""
    skips: Mapping[str, tuple[str, ...]]
    """For each pre-test, the lessons that it skips."""
    posttest: bool = True
    """Whether there is a post-test to pass."""


@dataclass(frozen=True)
class Lesson:
    """What became of a lesson."""

    settled_at: datetime | None = None
    statement_id: str | None = None
    skipped: bool = False
    active_seconds: int = 0


@dataclass(frozen=True)
class Failure:
    """A statement that could not be read, and why."""

    statement_id: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Folded:
    """How far somebody is."""

    lessons: dict[str, Lesson] = field(default_factory=dict)
    """Every lesson of the course, in its order."""
    started_at: datetime | None = None
    last_at: datetime | None = None
    place: str | None = None
    active_seconds: int = 0
    score: int | None = None
    passed: bool = False
    """Whether the post-test is passed."""
    completed_at: datetime | None = None
    completed_how: str = ""
    evidence: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @property
    def done(self) -> int:
        """How many lessons are settled or skipped."""
        return sum(lesson.settled_at is not None for lesson in self.lessons.values())


class Unreadable(Exception):
    """A statement that does not say what it should; the text says what is missing."""


@dataclass(frozen=True)
class Mark:
    """When something happened first, and the statement that says so."""

    at: datetime
    id: str


class _Facts:
    """What the statements say, the earliest of each kind."""

    def __init__(self, shape: Shape):
        self.shape = shape
        self.question_lesson = {q: lesson for lesson, questions in shape.lessons.items() for q in questions}
        self.right: dict[str, Mark] = {}
        self.tests: dict[str, Mark] = {}
        self.by_hand: tuple[Mark, str] | None = None
        self.seconds: dict[str, float] = {}
        self.place: str | None = None
        self.score: int | None = None

    def read(self, s: Stored) -> None:
        """Take in one statement; raises Unreadable. They come in the order in which they happened."""
        if s.verb not in READ:
            return
        named = iris.parse(s.activity)
        if named is None or named.course != self.shape.course:
            raise Unreadable("it does not speak of this course")
        mark, result = Mark(s.timestamp, s.id), s.body.get("result") or {}
        if s.verb == EXPERIENCED and named.kind in ("lesson", "test"):
            seconds = seconds_of(result.get("duration"))
            self.seconds[named.name] = self.seconds.get(named.name, 0) + seconds
            self._at(named.name)
        elif s.verb == ANSWERED and named.kind == "question":
            if not isinstance(result.get("success"), bool):
                raise Unreadable("an answer without result.success")
            lesson = self.question_lesson.get(named.name)
            if lesson:
                self._at(lesson)
                if result["success"]:
                    self.right.setdefault(named.name, mark)
        elif s.verb in (PASSED, FAILED) and named.kind == "test":
            scaled = (result.get("score") or {}).get("scaled")
            if isinstance(scaled, bool) or not isinstance(scaled, int | float) or not 0 <= scaled <= 1:
                raise Unreadable("a test result without a score from 0 to 1")
            if s.verb == PASSED:
                self.tests.setdefault(named.name, mark)
            if named.name == "posttest":
                self.score = max(self.score or 0, round(scaled * 100))
        elif s.verb == COMPLETED and named.kind == "course":
            method = ((s.body.get("context") or {}).get("extensions") or {}).get(METHOD)
            if method is not None and self.by_hand is None:
                self.by_hand = mark, str(method)

    def _at(self, name: str) -> None:
        if name in self.shape.lessons:
            self.place = name


def fold(statements: Iterable[Stored], shape: Shape) -> Folded:
    """How far the statements of one registration lead on a course of this shape."""
    counted = sorted((s for s in statements if s.own and not s.voided), key=lambda s: (s.timestamp, s.id))
    facts, failures = _Facts(shape), []
    for s in counted:
        try:
            facts.read(s)
        except Unreadable as error:
            failures.append(Failure(s.id, str(error), s.stored))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            failures.append(Failure(s.id, f"it is not built as ours are: {type(error).__name__}: {error}", s.stored))
    answered = {key: _all(facts.right.get(q) for q in questions) for key, questions in shape.lessons.items()}
    skipped = {key: facts.tests[test] for test, keys in shape.skips.items() if test in facts.tests for key in keys}
    completed, how, evidence = _completion(facts, answered, skipped)
    lessons = {
        key: Lesson(
            *_settled(answered[key], skipped.get(key), completed, facts.by_hand), round(facts.seconds.get(key, 0))
        )
        for key in shape.lessons
    }
    return Folded(
        lessons=lessons,
        started_at=counted[0].timestamp if counted else None,
        last_at=counted[-1].timestamp if counted else None,
        place=facts.place,
        active_seconds=round(sum(facts.seconds.values())),
        score=facts.score,
        passed="posttest" in facts.tests,
        completed_at=completed.at if completed else None,
        completed_how=how,
        evidence=evidence,
        failures=failures,
    )


def _all(marks: Iterable[Mark | None]) -> list[Mark]:
    """All of them, or none when one is missing."""
    found = list(marks)
    return [m for m in found if m] if all(found) else []


def _last(marks: Iterable[Mark]) -> Mark:
    return max(marks, key=lambda m: (m.at, m.id))


def _completion(
    facts: _Facts, answered: dict[str, list[Mark]], skipped: dict[str, Mark]
) -> tuple[Mark | None, str, list[str]]:
    """The moment of completion, how it came about, and the statements that it rests on; the earlier way counts."""
    ways = {
        key: [marks for marks in (answered[key], [skipped[key]] if key in skipped else []) if marks]
        for key in facts.shape.lessons
    }
    needed = [
        min((_last(marks) for marks in found), key=lambda m: (m.at, m.id)) if found else None for found in ways.values()
    ]
    if facts.shape.posttest:
        needed.append(facts.tests.get("posttest"))
    whole = _last(_all(needed)) if needed and all(needed) else None
    if facts.by_hand and (whole is None or facts.by_hand[0].at < whole.at):
        return facts.by_hand[0], facts.by_hand[1], [facts.by_hand[0].id]
    if whole is None:
        return None, "", []
    used = [next(marks for marks in found if _last(marks).at <= whole.at) for found in ways.values()]
    marks = [m for found in used for m in found] + ([facts.tests["posttest"]] if facts.shape.posttest else [])
    return whole, "learned", list(dict.fromkeys(m.id for m in sorted(marks, key=lambda m: (m.at, m.id))))


def _settled(
    answers: list[Mark], skip: Mark | None, completed: Mark | None, by_hand: tuple[Mark, str] | None
) -> tuple[datetime | None, str | None, bool]:
    """When and by which statement a lesson was settled, and whether it was passed over.

    Answers go before a skip, since what was learned counts for hours; after completion nothing changes any more.
    """
    last = _last(answers) if answers else None
    if last and (completed is None or last.at <= completed.at):
        return last.at, last.id, False
    if skip and (completed is None or skip.at <= completed.at):
        return skip.at, skip.id, True
    if completed and by_hand and completed == by_hand[0]:
        return completed.at, completed.id, False
    return None, None, False


def seconds_of(duration: Any) -> float:
    """The seconds of an ISO 8601 duration in days or less; raises Unreadable."""
    found = DURATION.fullmatch(duration) if isinstance(duration, str) else None
    if found is None or not any(found.groups()):
        raise Unreadable("an experience without a duration")
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
