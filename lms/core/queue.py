"""The queue: carries the ids of jobs from web processes to the worker. The job's row is the truth; a lost id is found by the sweep."""

from collections.abc import Callable
from pathlib import Path

from huey import SqliteHuey

from lms.core import jobs

_queue: list[SqliteHuey] = []


def huey() -> SqliteHuey:
    """The queue that was opened."""
    return _queue[0]


def open_at(folder: Path) -> Callable[[int], None]:
    """Open the queue in a file of its own in `folder`; returns what hands a job's id to it."""
    opened = SqliteHuey("asah", filename=str(folder / "queue.db"), results=False)
    _queue[:] = [opened]
    task = opened.task(name="attempt")(jobs.attempt)
    return lambda job_id: task(job_id) and None
