"""A sign of life from processes that nobody looks at."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import clock, db
from lms.core.db import Model

LATE = timedelta(seconds=30)
"""Without a sign of life for so long, a process counts as gone."""


class Heartbeat(Model):
    """When a process last said that it is alive."""

    __tablename__ = "heartbeat"
    __retention__ = "while the process exists: technical"
    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


def beat(name: str) -> None:
    """Say that `name` is alive, inside the open transaction."""
    done = db.session.execute(update(Heartbeat).where(Heartbeat.name == name).values(at=clock.now()))
    if not done.rowcount:  # type: ignore[attr-defined]
        db.session.add(Heartbeat(name=name, at=clock.now()))


def last_beat(name: str) -> datetime | None:
    """When `name` last gave a sign of life."""
    return db.session.scalar(select(Heartbeat.at).where(Heartbeat.name == name))


def is_fresh(at: datetime | None) -> bool:
    """Whether a sign of life given `at` says that its process is alive now."""
    return at is not None and clock.now() - at < LATE
