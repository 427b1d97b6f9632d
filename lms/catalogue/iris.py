"""The names of courses and their parts in statements: activity IRIs, the same in every version of a course.

They begin with the address of this installation. Reading one back looks at its path only, so a site that moves to
another address still understands its older statements.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from lms.core import settings

PATH = re.compile(
    r"/activities/courses/(?P<course>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    r"(?:/(?P<kind>lessons|tests|questions)/(?P<name>[a-z0-9-]{1,100}))?"
)


@dataclass(frozen=True)
class Named:
    """What an activity IRI names."""

    course: UUID
    kind: str
    """course, lesson, test or question."""
    name: str
    """The key of the lesson or question, or the name of the test; empty for the course itself."""


def course_iri(course: UUID) -> str:
    """The course with this uuid."""
    return f"{settings.current().address}/activities/courses/{course}"


def lesson_iri(course: UUID, key: str) -> str:
    """The lesson `key` (such as 01-lima-tanda) of a course."""
    return f"{course_iri(course)}/lessons/{key}"


def test_iri(course: UUID, name: str) -> str:
    """The test `name` (pretest-1 or posttest) of a course."""
    return f"{course_iri(course)}/tests/{name}"


def question_iri(course: UUID, key: str) -> str:
    """The question with the id `key` of a course."""
    return f"{course_iri(course)}/questions/{key}"


def parse(iri: str) -> Named | None:
    """What `iri` names, or None when it is not one of ours."""
    try:
        path = urlsplit(iri).path
    except ValueError:
        return None
    found = PATH.fullmatch(path)
    if found is None:
        return None
    kind = (found["kind"] or "courses").removesuffix("s")
    return Named(UUID(found["course"]), kind, found["name"] or "")
