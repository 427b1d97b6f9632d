"""The worker dies in the middle of its work: what was begun is done once."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from lms.certificates.models import Certificate
from lms.core import clock, db, jobs
from lms.core.jobs import Job
from lms.enrolment.models import Enrolment
from lms.hours import queries as hours
from lms.hours.models import HoursEntry
from lms.progress import queries as progress
from lms.records import queries as records
from tests.factories import Factories
from tests.faults.serving import Process, wait_for
from tests.learner import Learner


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
