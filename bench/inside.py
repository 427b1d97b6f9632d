"""Figures taken inside one process: pages, statements, folding, a certificate, each beside a raw limit where there is one.

The goals without a figure in the design are about what a quiet machine of two cores shows, with room: they guard.
"""

import base64
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from flask import Flask, g, render_template_string, request
from flask.testing import FlaskClient
from sqlalchemy import select

from bench.measure import Figure, median_time, paired
from lms import app as application
from lms import cli
from lms.catalogue.models import Course
from lms.certificates import pdf
from lms.certificates import queries as certificates
from lms.core import clock, db, jobs, paths
from lms.core.settings import DEMO_SECRET, Settings
from lms.enrolment.models import Enrolment
from lms.lrs import keys
from lms.lrs import queries as stored
from lms.people.models import Person
from lms.progress import actions as progress
from lms.progress import queries as folding
from lms.progress.fold import fold
from tests.factories import Factories
from tests.learner import Learner

SHELL = '{% extends "base.html" %}{% block title %}x{% endblock %}{% block content %}<h1>x</h1>{% endblock %}'
JOB_NOTE = "the projection is tried at once after the commit"


class Client(FlaskClient):
    """A client whose requests end what we had read: what we read afterwards is how things stand then."""

    def open(self, *args, **kwargs):
        """Send a request."""
        db.session.rollback()
        return super().open(*args, **kwargs)


@dataclass
class Bench:
    """An installation in `folder` with learners who have finished a course, and one who is in the middle of it."""

    folder: Path
    app: Flask
    a: Factories
    done: list[Enrolment]
    learner: Person
    place: Enrolment
    lesson: str

    @property
    def cookie(self) -> str:
        """The session cookie of the learner, signed in now."""
        return self.a.client(self.learner).get_cookie("sid").value


def make(folder: Path, places: int) -> Bench:
    """Set up in `folder`, by the real actions and pages."""
    app = application.create(Settings(environment="test", data_dir=folder, database_url="", secret_key=DEMO_SECRET))
    app.test_client_class = Client
    jobs.carry_by(None)
    cli.setup()
    a = Factories(app)
    course = a.course("keamanan-informasi")
    done = []
    with clock.at(clock.later(days=-2)):
        done.append(_slow_learner(Learner(a, a.person()), course))
        done += [Learner(a, a.person()).takes(course) for _ in range(places - 1)]
        jobs.work()
    learner = Learner(a, a.person(name="Dewi Anggraini"))
    with clock.at(clock.now()):
        place = learner.enrols(course)
        first, second = (one.key for one in place.version.lessons[:2])
        learner.settles(place, first)
    jobs.work()
    return Bench(folder, app, a, done, learner.person, place, second)


def _slow_learner(learner: Learner, course: Course) -> Enrolment:
    """Somebody who needs the test three times: about as many statements as one place gathers."""
    place = learner.enrols(course)
    for lesson in place.version.lessons:
        learner.settles(place, lesson.key)
    for share in (0.3, 0.5, 1.0):
        learner.sits(place, "posttest", share)
    return place


def figures(b: Bench, quick: bool) -> Iterator[Figure]:
    """All of them, one after another."""
    runs = 20 if quick else 100
    yield from _pages(b, runs)
    yield from _statements(b, runs)
    yield from _folding(b, runs)
    yield _certificate(b, 5 if quick else 30)


def _bare_shell(app: Flask) -> FlaskClient:
    """A Flask application with one route that renders our base template, with nobody looked up."""
    bare = Flask("bare", template_folder=str(paths.shipped("templates")), static_folder=None)
    bare.jinja_env.trim_blocks = bare.jinja_env.lstrip_blocks = True
    bare.jinja_env.add_extension("jinja2.ext.do")
    for area in application.AREAS:
        bare.register_blueprint(area.bp)  # for its addresses; what it does at each request is taken out again
    for hooks in (bare.before_request_funcs, bare.after_request_funcs, bare.teardown_request_funcs):
        hooks.clear()
    del bare.template_context_processors[None][1:]
    bare.jinja_env.globals.update({k: v for k, v in app.jinja_env.globals.items() if k not in bare.jinja_env.globals})
    bare.jinja_env.globals.update(may=lambda _name: False, csrf_token=lambda: "x" * 90)
    bare.jinja_env.filters.update(app.jinja_env.filters)

    @bare.get("/bare")
    def shell():
        g.person = SimpleNamespace(name="Dewi Anggraini")
        return render_template_string(SHELL)

    return bare.test_client()


def _pages(b: Bench, runs: int) -> Iterator[Figure]:
    client, bare = b.a.client(b.learner), _bare_shell(b.app)
    headers = {"Accept-Encoding": "br"}
    for name, path, goal in (
        ("home", "/", 10.0),
        ("a lesson", f"/learn/{b.place.uuid}/lessons/{b.lesson}", 12.0),
    ):
        ours, shell, ratio = paired(
            lambda path=path: _ok(client.get(path, headers=headers)), lambda: _ok(bare.get("/bare")), runs
        )
        note = f"{ours * 1000:.1f} ms against {shell * 1000:.2f} ms"
        yield Figure(f"Server time of {name} / a bare route with our shell", ratio, "x", goal, note=note)


def _ok(answer: Any) -> None:
    assert answer.status_code == 200, (answer.status_code, answer.text[:300])


def statement(registration: str) -> dict[str, Any]:
    """An answer to a question, as another system would send it."""
    return {
        "id": str(uuid4()),
        "actor": {"objectType": "Agent", "account": {"homePage": "https://lain.example", "name": "8c7e"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/answered", "display": {"id": "menjawab"}},
        "object": {"objectType": "Activity", "id": "https://lain.example/activities/q/1"},
        "result": {"success": True, "response": "a[,]b", "duration": "PT31.5S"},
        "timestamp": "2026-11-22T08:30:00.120Z",
        "context": {
            "registration": registration,
            "contextActivities": {"parent": [{"id": "https://lain.example/activities/course/1"}]},
        },
    }


def _bare_store(file: Path) -> FlaskClient:
    """The least that keeps a statement: Flask, a JSON parser, and one durable commit in SQLite."""
    kept = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        kept.execute(f"PRAGMA {pragma}")
    kept.execute("CREATE TABLE statement (id INTEGER PRIMARY KEY, sid TEXT UNIQUE, body TEXT)")
    bare = Flask("store")

    @bare.post("/statements")
    def post():
        sent = json.loads(request.get_data())
        kept.execute("BEGIN IMMEDIATE")
        kept.execute("INSERT INTO statement (sid, body) VALUES (?, ?)", (sent["id"], json.dumps(sent)))
        kept.execute("COMMIT")
        return [sent["id"]]

    return bare.test_client()


def _statements(b: Bench, runs: int) -> Iterator[Figure]:
    with db.transaction():
        key, secret = keys.add_key("bench", ["all"], own=True)
    basic = "Basic " + base64.b64encode(f"{key.key}:{secret}".encode()).decode()
    headers = {"Authorization": basic, "X-Experience-API-Version": "1.0.3"}
    ours, bare = b.app.test_client(), _bare_store(b.folder / "bare.db")
    registration = str(uuid4())
    taken, raw, _ = paired(
        lambda: _ok(ours.post("/xapi/statements", json=statement(registration), headers=headers)),
        lambda: _ok(bare.post("/statements", json=statement(registration))),
        runs,
    )
    note = f"{taken * 1000:.1f} ms against {raw * 1000:.2f} ms; {JOB_NOTE}"
    called = "One statement with a registration and its job, share of the bare path"
    yield Figure(called, raw / taken, "", 0.1, less_is_better=False, note=note)


def _folding(b: Bench, runs: int) -> Iterator[Figure]:
    place = db.session.scalars(select(Enrolment).where(Enrolment.id == b.done[0].id)).one()
    told = stored.of_registration(place.registration)
    shape = folding.shape_of(place.version)
    assert fold(told, shape).completed_at is not None
    pure = median_time(lambda: fold(told, shape), runs) * 1000
    yield Figure(f"Folding one place of {len(told)} statements", pure, "ms", 2, note="without the database")
    whole = median_time(lambda: folding.folded(place), runs) * 1000
    yield Figure("The same, read from the store", whole, "ms", 15)

    def rebuild() -> None:
        with db.transaction():
            assert progress.rebuild() == len(b.done) + 1

    speed = (len(b.done) + 1) / median_time(rebuild, 3)
    yield Figure(
        "lms progress rebuild", speed, "/s", 20, less_is_better=False, note="places of one course, one process"
    )


def _certificate(b: Bench, runs: int) -> Figure:
    found = certificates.of_registration(b.done[0].registration)
    told = pdf.inputs(
        found.payload,
        found.private,
        found.signature,
        found.key_id,
        certificates.lessons_of(found),
        certificates.address_of(found),
    )
    numbers = count(1)

    def another() -> None:
        # typst remembers what it has set before: every certificate is another one
        data = told["data"].replace(found.payload["code"], f"bench-{next(numbers):016}")
        assert pdf.make({**told, "data": data}).startswith(b"%PDF")

    return Figure("A certificate as PDF (warm)", median_time(another, runs) * 1000, "ms", 100)
