"""A learner at the pages: enrols, reads, answers (right or wrong), and sends tests; the jobs that follow are done."""

from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.assessment import queries as bank
from lms.assessment.models import Question
from lms.catalogue.models import Course
from lms.core import db, jobs
from lms.enrolment.models import Enrolment
from lms.people.models import Person
from tests.factories import Factories


def right(question: Question) -> dict[str, Any]:
    """The form fields of the right answer."""
    key = question.answer
    if "right" in key:
        return {"chosen": key["right"]}
    if "pairs" in key:
        return {f"pair-{left}": partner for left, partner in key["pairs"].items()}
    if "items" in key:
        return {f"place-{item}": str(n) for n, item in enumerate(key["items"], 1)}
    return {"text": key["accept"][0] if "accept" in key else f"{float(key['value']):g}"}


def wrong(question: Question) -> dict[str, Any]:
    """The form fields of some whole, wrong answer."""
    key = question.answer
    if "right" in key:
        return {"chosen": [next(o["id"] for o in question.shown["options"] if o["id"] not in key["right"])]}
    if "pairs" in key:
        lefts, rights = list(key["pairs"]), list(key["pairs"].values())
        return {f"pair-{left}": other for left, other in zip(lefts, rights[1:] + rights[:1], strict=True)}
    if "items" in key:
        return {f"place-{item}": str(n) for n, item in enumerate(reversed(key["items"]), 1)}
    return {"text": "jawaban yang keliru" if "accept" in key else "999999"}


class Player:
    """Somebody in a place; every method is a request of theirs."""

    def __init__(self, a: Factories, person: Person, course: Course):
        self.a, self.person, self.course = a, person, course
        a.app.config["WTF_CSRF_ENABLED"] = False
        self.client: FlaskClient = a.client(person)
        answer = self.client.post(f"/courses/{course.slug}/enrol", data={"goal": ""})
        assert answer.status_code == 303, answer.text
        self.uuid = UUID(answer.location.rstrip("/").rsplit("/", 1)[1])

    def comes_back(self) -> None:
        """Sign in again, after a day or more."""
        self.client = self.a.client(self.person)

    @property
    def place(self) -> Enrolment:
        """The place, read again."""
        db.session.rollback()
        return db.session.scalars(select(Enrolment).where(Enrolment.uuid == self.uuid)).one()

    def url(self, rest: str = "") -> str:
        """An address of the place."""
        return f"/learn/{self.uuid}/{rest}"

    def questions(self, name: str) -> list[Question]:
        """The questions of a lesson or test."""
        return bank.questions(self.place.version_id, name)

    def reads(self, key: str) -> str:
        """Open a lesson; returns the page."""
        answer = self.client.get(self.url(f"lessons/{key}"))
        assert answer.status_code == 200, answer.text
        return answer.text

    def answers(self, question: Question, fields: dict[str, Any] | None = None, **headers: str) -> TestResponse:
        """Answer a check question, rightly unless `fields` are given."""
        answer = self.client.post(
            self.url(f"lessons/{question.name}/{question.key}"),
            data=right(question) if fields is None else fields,
            headers=headers,
        )
        jobs.work()
        return answer

    def settles(self, key: str) -> None:
        """Read a lesson and answer all its checks rightly."""
        self.reads(key)
        for question in self.questions(key):
            assert self.answers(question).status_code == 303

    def settles_all(self) -> None:
        """Every lesson."""
        for lesson in self.course.version.lessons:
            self.settles(lesson.key)

    def begins(self, name: str) -> TestResponse:
        """Begin a test."""
        return self.client.post(self.url(f"tests/{name}"))

    def takes(self, name: str, wrongly: int = 0) -> TestResponse:
        """A whole test with so many wrong answers; returns what follows the sending."""
        begun = self.begins(name)
        assert begun.status_code == 303, begun.text
        for number, question in enumerate(self.questions(name), 1):
            page = self.client.get(self.url(f"tests/{name}/{number}"))
            assert page.status_code == 200, page.text
            kept = self.client.post(
                self.url(f"tests/{name}/{number}"), data=wrong(question) if number <= wrongly else right(question)
            )
            assert kept.status_code == 303, kept.text
        assert self.client.get(self.url(f"tests/{name}/review")).status_code == 200
        sent = self.client.post(self.url(f"tests/{name}/send"))
        jobs.work()
        return sent

    def completes(self) -> None:
        """The whole course, without a mistake."""
        self.settles_all()
        assert self.takes("posttest").location.endswith("/done")
