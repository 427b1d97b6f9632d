"""A sign of life from processes that nobody looks at."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import clock, db
from lms.core.db import Model


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
