"""A trainer's tools: a course folder, and a browser that sends it."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.catalogue.models import Course, CourseVersion
from lms.content import unpack
from lms.core import db, paths
from lms.people.models import Person, Unit
from lms.people.roles import Role
from tests.factories import Factories, files_of

SLUG = "keamanan-informasi"


class Studio:
    """People around one course, and what they do in their browsers."""

    def __init__(self, a: Factories):
        self.a = a
        self.unit: Unit = a.unit("Dinas Komunikasi dan Informatika")
        self.trainer: Person = a.person(name="Sari Pengajar", unit=self.unit, roles=[Role.TRAINER])
        self.colleague: Person = a.person(name="Tono Rekan", unit=self.unit, roles=[Role.TRAINER])
        self.officer: Person = a.person(name="Wati BKPSDM", roles=[Role.AGENCY_HR], scope=a.agency())
        self.files: dict[str, bytes] = files_of(paths.shipped("courses") / SLUG)
        self.clients: dict[int, FlaskClient] = {}

    def client(self, person: Person) -> FlaskClient:
        """Their browser, always the same."""
        if person.id not in self.clients:
            self.clients[person.id] = self.a.client(person)
        return self.clients[person.id]

    def csrf(self, person: Person) -> str:
        """The token of their browser."""
        page = self.client(person).get("/studio/").text
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)

    def post(self, person: Person, path: str, **data):
        """They press a button."""
        return self.client(person).post(path, data={"csrf_token": self.csrf(person), **data})

    def send(self, person: Person, data: bytes, name: str = "kursus.zip"):
        """They upload a file."""
        return self.client(person).post(
            "/studio/upload", data={"csrf_token": self.csrf(person), "archive": (BytesIO(data), name)}
        )

    def brings_in(self, person: Person | None = None, **changed: bytes) -> CourseVersion:
        """They bring in the course; returns its newest version. `changed` replaces files (path with __ for /)."""
        files = {
            **self.files,
            **{path.replace("__", "/").replace("_toml", ".toml"): data for path, data in changed.items()},
        }
        answer = self.send(person or self.trainer, unpack.pack(files))
        assert answer.status_code == 303, answer.text
        return self.newest()

    def newest(self) -> CourseVersion:
        """The newest version of the course as it stands in the database now."""
        db.session.rollback()
        db.session.expire_all()
        return db.session.scalar(
            select(CourseVersion)
            .join(Course, Course.id == CourseVersion.course_id)
            .where(Course.slug == SLUG, Course.agency_id.is_not(None))
            .order_by(CourseVersion.number.desc())
            .limit(1)
        )

    def at(self, version: CourseVersion, what: str = "") -> str:
        """The address of what can be done with a version."""
        return f"/studio/{version.course.uuid}/versions/{version.uuid}/{what}"

    def publishes(self, **changed: bytes) -> CourseVersion:
        """The whole way: brought in, read by the colleague, minutes approved, published."""
        version = self.brings_in(**changed)
        for who, what, data in (
            (self.trainer, "ask", {}),
            (self.colleague, "review", {"answer": "yes"}),
            (self.officer, "minutes", {"minutes": 45}),
            (self.trainer, "publish", {}),
        ):
            answer = self.post(who, self.at(version, what), **data)
            assert answer.status_code == 303, answer.text
        return self.newest()


@pytest.fixture
def studio(a: Factories) -> Studio:
    """A unit with two trainers, and the agency's personnel officer."""
    return Studio(a)


@pytest.fixture
def page_of(studio: Studio) -> Callable[[Person, str], str]:
    """What somebody reads at an address."""
    return lambda person, path: studio.client(person).get(path).text
