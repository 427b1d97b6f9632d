"""What the learner's own pages show: courses, places and steps as they look to one person. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from lms.catalogue.models import Course, CourseVersion

BEGUN, FINISHED = "begun", "finished"


@dataclass(frozen=True)
class Gap:
    """A competency of which my position asks for more than I have on record."""

    competency_id: int
    name: str
    have: int
    need: int


@dataclass(frozen=True)
class Promise:
    """A competency and level that a course supports."""

    competency_id: int
    name: str
    level: int
    can: str
    need: int
    """The level that my position asks for; 0 where it asks for none."""
    closes: bool
    """Whether it is more than I have of something of which my position asks for more."""


@dataclass(frozen=True)
class Place:
    """My place on a course: where I am and what is left."""

    enrolment_id: int
    uuid: UUID
    course_id: int
    version_id: int
    title: str
    """Of the version that I learn."""
    registration: UUID
    begun_at: datetime
    done: int
    total: int
    at: str | None
    """The key of the lesson that I was in last."""
    last_at: datetime | None
    completed_at: datetime | None

    @property
    def state(self) -> str:
        """begun or finished."""
        return FINISHED if self.completed_at else BEGUN


@dataclass(frozen=True)
class Offer:
    """A course in the catalogue, as it looks to me."""

    course: Course
    version: CourseVersion
    octets: int
    lessons: int
    promises: list[Promise]
    place: Place | None

    @property
    def closes(self) -> list[Promise]:
        """What of it closes a gap of mine."""
        return [promise for promise in self.promises if promise.closes]

    @property
    def competencies(self) -> list[tuple[str, str]]:
        """What it supports, each competency once with its levels: ("Pelayanan Publik", "1-2")."""
        levels: dict[str, list[int]] = {}
        for promise in self.promises:
            levels.setdefault(promise.name, []).append(promise.level)
        return [(name, "–".join(str(n) for n in sorted({min(of), max(of)}))) for name, of in levels.items()]


@dataclass(frozen=True)
class Step:
    """A lesson of a course, without its text."""

    key: str
    number: int
    module_id: int
    title: str
    minutes: int
    octets: int
    settled_at: datetime | None = None
    skipped: bool = False


@dataclass(frozen=True)
class Stage:
    """A module with its lessons, and its pre-test."""

    number: int
    title: str
    pretest: str | None
    pretest_questions: int
    pretest_score: int | None
    """Per cent, once it was taken."""
    steps: list[Step] = field(default_factory=list)

    @property
    def skippable(self) -> bool:
        """Whether the pre-test can still spare the learner something."""
        return bool(self.pretest) and self.pretest_score is None and not any(step.settled_at for step in self.steps)


@dataclass(frozen=True)
class Next:
    """The one next thing: where a tap on Lanjutkan leads."""

    place: Place
    step: Step | None
    """The lesson; None when a test comes next."""
    test: str
    """pretest-1 or posttest; empty when it is a lesson."""
    minutes_left: int
    """Of the lessons that are still open, and a minute for each question of the post-test."""
    octets_left: int
    """Bytes of the lessons that are still open."""
    lessons: int
