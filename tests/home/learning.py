"""Somebody learns, told in our own statements through the real pipeline: store, fold, records, hours, certificate."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from lms.assessment.models import Question
from lms.catalogue.models import Course
from lms.core import clock, db, ids
from lms.delivery import statements
from lms.delivery.statements import Scene
from lms.enrolment import actions as enrolments
from lms.enrolment.models import Enrolment
from lms.lrs import actions as lrs
from lms.people import queries as people
from lms.people.models import Person


def enrols(person: Person, course: Course) -> Enrolment:
    """A place on the course."""
    with db.transaction():
        return enrolments.enrol(person, course)


def learns(
    place: Enrolment,
    work: Callable[[], int],
    lessons: int | None = None,
    share: float = 0.8,
    passes: bool | None = None,
) -> None:
    """Settles the first `lessons` (all of them: and passes the post-test), active for `share` of their minutes."""
    with db.transaction():
        version, course = place.version, place.course
        scene = Scene(
            people.actor(place.person), place.registration, course.uuid, version.title, "id", ids.new(), clock.now()
        )
        said = [statements.launched(scene), statements.initialized(scene)]
        todo = version.lessons[:lessons]
        for n, lesson in enumerate(todo):
            then = clock.now() + timedelta(minutes=n)
            scene = Scene(scene.actor, scene.registration, scene.course, scene.title, "id", scene.sessionid, then)
            parent = statements.lesson(scene, lesson.key, lesson.title)
            for question in db.session.scalars(
                select(Question).where(Question.version_id == version.id, Question.name == lesson.key)
            ):
                said.append(statements.answered(scene, question.key, question.type, "...", "x", True, parent))
            said.append(statements.experienced(scene, parent, lesson.key, lesson.minutes * 60 * share))
        if passes if passes is not None else lessons is None:
            later = Scene(
                scene.actor,
                scene.registration,
                scene.course,
                scene.title,
                "id",
                scene.sessionid,
                clock.now() + timedelta(minutes=len(todo)),
            )
            said.append(statements.judged(later, "posttest", 9, 10, True, 300))
        lrs.store(said)
    work()


def finishes(person: Person, course: Course, work: Callable[[], int], share: float = 0.8) -> Enrolment:
    """Takes the whole course; what follows from it has happened."""
    place = enrols(person, course)
    learns(place, work, share=share)
    return place
