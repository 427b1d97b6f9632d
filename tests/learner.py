"""Somebody who learns through the pages, as a browser without JavaScript would."""

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.assessment.models import Question
from lms.catalogue import iris
from lms.catalogue.models import Course
from lms.core import clock, db
from lms.enrolment.models import Enrolment
from lms.people.models import Person
from tests.factories import Factories

MINUTES = 6.0
"""How long they stay in a lesson."""


class Learner:
    """Signs in once, then opens pages and sends forms."""

    def __init__(self, a: Factories, person: Person):
        self.a, self.person = a, person
        self.client: FlaskClient = a.client(person)

    def post(self, path: str, page: TestResponse | None = None, **fields: Any) -> TestResponse:
        """Send a form of `page` (or of the page at `path`), with its token."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', (page or self.client.get(path)).text)
        assert token, f"no form at {path}"
        return self.client.post(path, data={"csrf_token": unescape(token.group(1)), **fields})

    def enrols(self, course: Course) -> Enrolment:
        """Take a place on the course's page."""
        page = self.client.get(f"/courses/{course.slug}")
        assert page.status_code == 200
        sent = self.post(f"/courses/{course.slug}/enrol", page, goal="")
        assert sent.status_code in (200, 303), sent.text
        return db.session.scalars(
            select(Enrolment).where(
                Enrolment.person_id == self.person.id, Enrolment.course_id == course.id, Enrolment.ended_at.is_(None)
            )
        ).one()

    def takes(self, course: Course, posttest: float = 1.0) -> Enrolment:
        """The whole course: every lesson settled, then the post-test with this share of right answers."""
        place = self.enrols(course)
        for lesson in place.version.lessons:
            self.settles(place, lesson.key)
        self.sits(place, "posttest", posttest)
        return place

    def settles(self, place: Enrolment, key: str, minutes: float = MINUTES) -> None:
        """Read a lesson and answer its check questions."""
        path = f"/learn/{place.uuid}/lessons/{key}"
        page = self.client.get(path)
        assert page.status_code == 200, page.text
        for question in self.questions(place, key):
            self.wait(minutes / 2)
            answer = self.post(f"{path}/{question.key}", page, **self.fields(question, right=True))
            assert answer.status_code == 303, answer.text

    def wait(self, minutes: float) -> None:
        """Time passes."""
        clock.travel(clock.later(minutes=minutes))

    def sits(self, place: Enrolment, name: str, share: float = 1.0) -> TestResponse:
        """Take a test; the first `share` of the questions are answered rightly."""
        path = f"/learn/{place.uuid}/tests/{name}"
        began = self.post(path)
        assert began.status_code == 303, began.text
        questions = self.questions(place, name)
        for number, question in enumerate(questions, 1):
            page = self.client.get(f"{path}/{number}")
            assert page.status_code == 200, page.text
            self.wait(1)
            right = number <= round(share * len(questions))
            kept = self.post(f"{path}/{number}", page, **self.fields(question, right))
            assert kept.status_code == 303, kept.text
        sent = self.post(f"{path}/send", self.client.get(f"{path}/review"))
        assert sent.status_code == 303, sent.text
        return sent

    def questions(self, place: Enrolment, name: str) -> list[Question]:
        """The questions asked under this name, in their order."""
        return list(
            db.session.scalars(
                select(Question)
                .where(Question.version_id == place.version_id, Question.name == name)
                .order_by(Question.number)
            )
        )

    def fields(self, question: Question, right: bool) -> dict[str, Any]:
        """What the form of a question sends for a right or a wrong answer."""
        key, shown = question.answer, question.shown
        if question.type in ("single", "multiple", "true_false"):
            wrong = [o["id"] for o in shown["options"] if o["id"] not in key["right"]]
            return {"chosen": key["right"] if right else wrong[:1]}
        if question.type == "matching":
            lefts, rights = list(key["pairs"]), list(key["pairs"].values())
            given = rights if right else rights[1:] + rights[:1]
            return {f"pair-{left}": given[n] for n, left in enumerate(lefts)}
        if question.type == "ordering":
            items = key["items"] if right else key["items"][::-1]
            return {f"place-{item}": str(n) for n, item in enumerate(items, 1)}
        if question.type == "short_text":
            return {"text": key["accept"][0] if right else "entahlah"}
        return {"text": key["value"] if right else str(float(key["value"]) + 7)}

    def secrets(self, question: Question) -> list[str]:
        """What a page must not show before the question is answered: every feedback text."""
        return [text for text in question.answer["feedback"].values() if text]

    def course_iri(self, course: Course) -> str:
        """What statements call the course."""
        return iris.course_iri(course.uuid)
