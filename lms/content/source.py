"""A course as its author wrote it, read into parts; and complaints, in words for that author."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lms.core.texts import _

WORDS_A_MINUTE = 130
PICTURE_MINUTES = 0.25
JP_MINUTES = 45
QUESTION_TYPES = ("single", "multiple", "true_false", "matching", "ordering", "short_text", "numeric")
POSTTEST = "posttest"


@dataclass(frozen=True)
class Words:
    """A part of a complaint that is translated, too, when the complaint is shown."""

    msgid: str
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return _(self.msgid, **self.params)


@dataclass(frozen=True)
class Complaint:
    """Something that an author should put right: which file, where in it, what, and what to do."""

    file: str
    """The path in the course folder; empty for the folder as a whole."""
    msgid: str
    params: dict[str, Any] = field(default_factory=dict)
    where: str = ""
    """The place in the file as its author would find it: `line 12`, `helpdesk-palsu, options 3`."""
    warning: bool = False
    """True where the course can be used as it is."""

    @property
    def says(self) -> str:
        """The complaint in the current language."""
        return _(self.msgid, **self.params)

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.where, self.says) if part)


class Complaints(list[Complaint]):
    """What was found so far."""

    def error(self, file: str, msgid: str, where: str = "", **params: Any) -> None:
        """Note something that must be put right before the course can be used."""
        self.append(Complaint(file, msgid, params, where))

    def warn(self, file: str, msgid: str, where: str = "", **params: Any) -> None:
        """Note something that the author should look at."""
        self.append(Complaint(file, msgid, params, where, warning=True))

    @property
    def errors(self) -> list[Complaint]:
        """Those that must be put right."""
        return [c for c in self if not c.warning]


@dataclass(frozen=True)
class OptionSource:
    """One option of a single or multiple choice; `text` and `feedback` are one line of Markdown."""

    text: str
    correct: bool
    feedback: str


@dataclass(frozen=True)
class QuestionSource:
    """One question with its key. Which fields are filled depends on `type` (docs/course-format.md)."""

    id: str
    type: str
    lesson: str
    """The key of the lesson to read again."""
    competency: str
    level: int
    text: str
    """Markdown."""
    purpose: str
    """check, pretest or posttest."""
    name: str
    """The key of the lesson whose check it is, or pretest-N, or posttest."""
    number: int
    """1, 2, 3 ... within its file."""
    options: tuple[OptionSource, ...] = ()
    answer: bool | float | None = None
    """true_false: a bool; numeric: the number."""
    tolerance: float = 0
    unit: str = ""
    pairs: tuple[tuple[str, str], ...] = ()
    """matching: (left, right) that belong together."""
    items: tuple[str, ...] = ()
    """ordering: in the right order."""
    accept: tuple[str, ...] = ()
    """short_text: each of these is right."""
    right: str = ""
    """Feedback for a right answer (types without options)."""
    wrong: str = ""
    """Feedback for a wrong answer (types without options)."""


@dataclass(frozen=True)
class OutcomeSource:
    """A competency and level that the course supports, by the dictionary's code."""

    competency: str
    level: int
    can: str


@dataclass(frozen=True)
class ModuleSource:
    """Lessons that belong together; `lessons` are keys."""

    number: int
    title: str
    lessons: tuple[str, ...]
    pretest: str | None


@dataclass(frozen=True)
class LessonSource:
    """One lesson file and its check questions."""

    key: str
    number: int
    """1, 2, 3 ... within the course."""
    module: int
    """The number of its module."""
    title: str
    aim: str
    minutes: int
    """The author's figure."""
    competency: str
    level: int
    tomorrow: str
    sources: tuple[str, ...]
    body: str
    """Markdown."""
    words: int
    """Of body and `tomorrow`."""
    pictures: tuple[str, ...]
    """File names in media/, in the order of their first use."""
    questions: tuple[QuestionSource, ...]

    @property
    def minutes_computed(self) -> int:
        """Whole minutes: reading at 130 words a minute, a quarter for each picture, one for each check question."""
        exact = self.words / WORDS_A_MINUTE + PICTURE_MINUTES * len(self.pictures) + len(self.questions)
        return max(1, int(exact + 0.5))


@dataclass(frozen=True)
class CourseSource:
    """A whole course folder that has no errors."""

    slug: str
    title: str
    summary: str
    audience: str
    language: str
    translation_group: str
    minutes: int
    """The author's figure."""
    jp: int
    pass_mark: int
    review_by: date
    basis: tuple[str, ...]
    action_plan: str
    outcomes: tuple[OutcomeSource, ...]
    modules: tuple[ModuleSource, ...]
    lessons: tuple[LessonSource, ...]
    """In the order of the course."""
    tests: dict[str, tuple[QuestionSource, ...]]
    """pretest-N and posttest."""
    picture_sizes: dict[str, tuple[int, int]]
    """File name in media/ -> width and height in pixels, where the picture tells."""
    warnings: tuple[Complaint, ...] = ()
    """What the author should look at; none of it keeps the course from being used."""

    @property
    def minutes_computed(self) -> int:
        """The lessons' minutes and one for each question of the post-test; pre-tests do not count."""
        return sum(lesson.minutes_computed for lesson in self.lessons) + len(self.tests[POSTTEST])

    @property
    def questions(self) -> Iterator[QuestionSource]:
        """Every question: the lessons' checks in course order, then the tests."""
        for lesson in self.lessons:
            yield from lesson.questions
        for name in sorted(self.tests):
            yield from self.tests[name]
