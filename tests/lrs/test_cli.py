"""`lms lrs serve`: the store alone behind the real server, and never on a database of another shape."""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from lms.core import db, migrate, settings, texts
from lms.lrs import cli, keys
from tests.lrs.samples import statement


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def alone(app) -> Iterator[str]:
    """The store served alone; its address."""
    chosen, port = settings.current(), free_port()
    told = {"ASAH_DATA": str(chosen.data_dir), "DATABASE_URL": chosen.database_url, "PORT": str(port)}
    told |= {"ASAH_SECRET_KEY": chosen.secret_key, "ASAH_ENV": "development", "ASAH_WORKERS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "lms.cli", "lrs", "serve"],
        env={**os.environ, **told},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"http://127.0.0.1:{port}/xapi/\n"
        while True:
            assert process.poll() is None, "the server has ended"
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                continue
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def ask(address: str, body: object = None, **headers: str) -> tuple[int, bytes]:
    """Status and content of an answer."""
    sent = urllib.request.Request(address, None if body is None else json.dumps(body).encode(), headers)  # noqa: S310
    try:
        with urllib.request.urlopen(sent, timeout=30) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_only_the_store_is_served(alone: str):
    assert json.loads(ask(f"{alone}/xapi/about")[1])["version"]
    for page in ("/", "/sign-in", "/operations/", "/static/css/app.css"):
        assert ask(alone + page)[0] == 404, page
    with db.transaction():
        made, secret = keys.add_key("a tool", ["all"])
    basic = "Basic " + base64.b64encode(f"{made.key}:{secret}".encode()).decode()
    known = {"Authorization": basic, "X-Experience-API-Version": "1.0.3", "Content-Type": "application/json"}
    status, ids = ask(f"{alone}/xapi/statements", statement(), **known)
    assert status == 200
    assert json.loads(ask(f"{alone}/xapi/statements", **known)[1])["statements"][0]["id"] == json.loads(ids)[0]


def test_a_database_of_another_shape_is_not_served(app):
    migrate.run(db.engine(), "0007")
    with texts.speak("en"):
        done = CliRunner().invoke(cli.lrs, ["serve"])
    assert done.exit_code == 1 and "run lms migrate" in done.output
