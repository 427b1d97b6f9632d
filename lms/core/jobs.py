"""The outbox: work that follows from a commit. The row is the truth, written in the transaction of its cause; a queue only carries its id.

A job runs at least once, so every kind is idempotent. The process that caused a job tries it once right after the
commit (for `AT_ONCE` seconds in all); what is left is the worker's. A failing job waits longer each time and is dead
after `MOST_ATTEMPTS`, where an operator sees its reason and can retry it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Index, and_, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import clock, db
from lms.core.db import Model

log = structlog.get_logger()
AT_ONCE = 0.3
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 12


class Job(Model):
    """Work that is due, done or dead."""

    __tablename__ = "job"
    __retention__ = "30 days after done: technical"
    __table_args__ = (Index("ix_job_due", "state", "due_at"), Index("ix_job_dedupe", "dedupe", "state"))
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """What to do, such as `progress.project`."""
    args: Mapped[dict[str, Any]]
    """The event's values."""
    version: Mapped[int] = mapped_column(default=1)
    """The shape of `args`, so that an old row can still be read after an upgrade."""
    dedupe: Mapped[str | None]
    """A second waiting job with this key is not added."""
    state: Mapped[str] = mapped_column(default="waiting")
    """waiting, running, done or dead."""
    due_at: Mapped[datetime]
    """Not before this."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How often it was begun."""
    leased_until: Mapped[datetime | None]
    """A running job whose lease has ended is due again: its process died."""
    last_error: Mapped[str] = mapped_column(default="")
    """Why the last attempt failed."""
    cause: Mapped[str] = mapped_column(default="")
    """The event that it follows from."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    done_at: Mapped[datetime | None]


_held: ContextVar[bool] = ContextVar("held", default=False)
_kinds: dict[str, Callable[[dict[str, Any]], None]] = {}
_carry: list[Callable[[int], None]] = []
"""Set by the process: hands an id to the queue. Empty in tests and commands, where the sweep finds the row."""


@contextmanager
def held() -> Iterator[None]:
    """Inside, jobs wait for `work()`: a thousand causes in a row need not be followed one by one."""
    token = _held.set(True)
    try:
        yield
    finally:
        _held.reset(token)


def register(kind: str, do: Callable[[dict[str, Any]], None]) -> None:
    """Jobs of `kind` are done by `do`, inside a transaction of their own."""
    _kinds[kind] = do


def carry_by(carry: Callable[[int], None] | None) -> None:
    """Hand the ids of jobs that are left after a commit to `carry`."""
    _carry[:] = [carry] if carry else []


def enqueue(
    kind: str, args: dict[str, Any], dedupe: str | None = None, due: datetime | None = None, cause: str = ""
) -> None:
    """Add a job to the open transaction; a job that waits already under the same `dedupe` key is enough."""
    # Locked, so that the waiting job cannot run before this transaction is committed: it would miss what is written here.
    if dedupe and db.session.scalar(
        select(Job.id).where(Job.dedupe == dedupe, Job.state == "waiting").limit(1).with_for_update()
    ):
        return
    job = Job(kind=kind, args=args, dedupe=dedupe, due_at=due or clock.now(), cause=cause)
    db.session.add(job)
    db.session.flush()
    if due is None and not _held.get():
        until = time.monotonic() + AT_ONCE
        db.after_commit(lambda: _at_once(job.id, until))


def _at_once(job_id: int, until: float) -> None:
    if time.monotonic() < until:
        attempt(job_id)
    elif _carry:
        _carry[0](job_id)


def attempt(job_id: int) -> bool:
    """Try the job once if it is due; True when it is done. A failure is noted on the row and never raised."""
    with db.scope():
        with db.transaction():
            now = clock.now()
            due = or_(Job.state == "waiting", (Job.state == "running") & (Job.leased_until < now))
            job = db.session.execute(
                update(Job)
                .where(Job.id == job_id, due, Job.due_at <= now)
                .values(state="running", attempts=Job.attempts + 1, leased_until=now + LEASE)
                .returning(Job.kind, Job.args, Job.attempts)
            ).first()
        if job is None:
            return False
        try:
            with db.transaction():
                _kinds[job.kind](job.args)
                db.session.execute(
                    update(Job)
                    .where(Job.id == job_id)
                    .values(state="done", done_at=clock.now(), last_error="", leased_until=None)
                )
        except Exception as error:
            log.exception("job failed", job=job_id, kind=job.kind, attempt=job.attempts)
            with db.transaction():
                dead = job.attempts >= MOST_ATTEMPTS
                wait = timedelta(seconds=min(2**job.attempts, 3600))
                db.session.execute(
                    update(Job)
                    .where(Job.id == job_id)
                    .values(
                        state="dead" if dead else "waiting",
                        due_at=clock.now() + wait,
                        leased_until=None,
                        last_error=f"{type(error).__name__}: {error}",
                    )
                )
            return False
    return True


def due_ids(limit: int = 200) -> list[int]:
    """Jobs that are due, oldest first."""
    now = clock.now()
    return list(
        db.session.scalars(
            select(Job.id)
            .where(
                or_((Job.state == "waiting") & (Job.due_at <= now), (Job.state == "running") & (Job.leased_until < now))
            )
            .order_by(Job.due_at, Job.id)
            .limit(limit)
        )
    )


def work(limit: int = 10_000) -> int:
    """Do what is due until nothing is; returns how many were done."""
    done = 0
    while done < limit:
        with db.scope():
            ids = due_ids()
        finished = sum(attempt(i) for i in ids)
        done += finished
        if not ids or not finished:
            break
    return done


def retry(job_id: int) -> None:
    """Let a dead job try again from the start."""
    db.session.execute(
        update(Job).where(Job.id == job_id, Job.state == "dead").values(state="waiting", attempts=0, due_at=clock.now())
    )


def forget(kind: str, person_id: int) -> None:
    """Jobs of `kind` about this person (`person_id` among their values) are gone, done or not."""
    db.session.execute(delete(Job).where(_about(kind, person_id)).execution_options(synchronize_session=False))


def of(kind: str, person_id: int) -> list[Job]:
    """Jobs of `kind` about this person, done or not."""
    return list(db.session.scalars(select(Job).where(_about(kind, person_id))))


def _about(kind: str, person_id: int) -> ColumnElement[bool]:
    return and_(Job.kind == kind, Job.args["person_id"].as_integer() == person_id)
