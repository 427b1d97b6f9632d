"""A version as its learners will see it: lessons and tests in order, questions without their keys."""

from dataclasses import dataclass

from lms.assessment import queries as assessment
from lms.assessment import showing
from lms.assessment.showing import Asked
from lms.catalogue.models import CourseVersion, Lesson


@dataclass(frozen=True)
class Part:
    """A lesson, or a test when `lesson` is None."""

    name: str
    """A lesson's key, pretest-1 or posttest."""
    module: str
    """The title of its module; empty for the post-test."""
    lesson: Lesson | None


def parts(version: CourseVersion) -> list[Part]:
    """Everything that a learner can open in this version, in order."""
    found = []
    for module in version.modules:
        if module.pretest:
            found.append(Part(module.pretest, module.title, None))
        found += [Part(lesson.key, module.title, lesson) for lesson in module.lessons]
    return [*found, Part(assessment.POSTTEST, "", None)]


def questions(version: CourseVersion, name: str) -> list[Asked]:
    """The questions asked in a part of it, shuffled once for everybody who previews it."""
    return [showing.asked(one, showing.orders_of(one, version.uuid)) for one in assessment.questions(version.id, name)]
