"""What a version measures, lesson by lesson: the author's figures beside ours, and the check's warnings."""

from dataclasses import dataclass

from lms.assessment import queries as assessment
from lms.catalogue import actions as catalogue
from lms.catalogue.models import CourseVersion
from lms.content.errors import CourseHasErrors
from lms.content.formats import native
from lms.content.source import Complaint


@dataclass(frozen=True)
class Measured:
    """A lesson, or the post-test when `title` is empty."""

    title: str
    computed: int
    """Minutes."""
    claimed: int | None
    """The author's minutes; None where nothing is claimed."""
    words: int | None
    questions: int


def measured(version: CourseVersion) -> tuple[list[Measured], list[Complaint]]:
    """Each lesson of it and its post-test, and the warnings of the check.

    A folder that an earlier check let in and today's would not is measured by what is in the catalogue.
    """
    asked = assessment.counts(version.id)
    try:
        source = native.read(catalogue.export(version))
    except CourseHasErrors as error:
        rows = [Measured(one.title, one.minutes, None, None, asked.get(one.key, 0)) for one in version.lessons]
        warnings = list(error.complaints)
    else:
        rows = [
            Measured(one.title, one.minutes_computed, one.minutes, one.words, len(one.questions))
            for one in source.lessons
        ]
        warnings = list(source.warnings)
    exam = asked.get(assessment.POSTTEST, 0)
    return [*rows, Measured("", exam, None, None, exam)], warnings
