"""The audit log: who did or read what, append-only, each row chained to the one before by its hash."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, select, update
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import clock, db
from lms.core.db import Model

ONCE_A_DAY = timedelta(days=1)


class AuditEntry(Model):
    """One thing that somebody did or read."""

    __tablename__ = "audit"
    __retention__ = "10 years: accountability"
    __table_args__ = (Index("ix_audit_about", "about_person_id", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None]
    """Who did it; None is the system."""
    action: Mapped[str]
    """What was done, such as `record.read` or `code.issued`."""
    about_person_id: Mapped[int | None]
    """Whose data it touched."""
    subject: Mapped[str] = mapped_column(default="")
    """What it was done to, such as `course:0190...`."""
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Further facts; never a secret and never a NIP."""
    hash: Mapped[str]
    """SHA-256 over the row and the hash before it."""


class AuditHead(Model):
    """The chain's end: one row, locked while the chain grows."""

    __tablename__ = "audit_head"
    __retention__ = "for good: technical"
    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str]


def _hash(before: str, entry: AuditEntry) -> str:
    body = json.dumps(
        [
            entry.at.isoformat(timespec="microseconds"),
            entry.person_id,
            entry.action,
            entry.about_person_id,
            entry.subject,
            entry.details,
        ],
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256((before + body).encode()).hexdigest()


def note(action: str, by: int | None = None, about: int | None = None, subject: str = "", **details: Any) -> None:
    """Add to the log, inside the open transaction. `by` and `about` are person ids."""
    _append([_entry(action, by, about, subject, details)])


def note_each(action: str, by: int, about: Iterable[int], subject: str = "") -> None:
    """Add a row for each person of a list that `by` has read, so that each sees it; the same again within a day is one."""
    people = [person for person in about if person != by]
    known = set(
        db.session.scalars(
            select(AuditEntry.about_person_id).where(
                AuditEntry.about_person_id.in_(people),
                AuditEntry.person_id == by,
                AuditEntry.action == action,
                AuditEntry.at > clock.now() - ONCE_A_DAY,
            )
        )
    )
    _append([_entry(action, by, person, subject, {}) for person in people if person not in known])


def _entry(action: str, by: int | None, about: int | None, subject: str, details: dict[str, Any]) -> AuditEntry:
    return AuditEntry(
        at=clock.now(), person_id=by, action=action, about_person_id=about, subject=subject, details=details
    )


def _append(entries: list[AuditEntry]) -> None:
    """The chain grows by `entries`, under the lock of its end."""
    if not entries:
        return
    head = db.session.scalar(select(AuditHead).where(AuditHead.id == 1).with_for_update())
    if head is None:
        head = AuditHead(id=1, hash="")
        db.session.add(head)
        db.session.flush()
    before = head.hash
    for entry in entries:
        before = entry.hash = _hash(before, entry)
    db.session.add_all(entries)
    db.session.flush()
    db.session.execute(update(AuditHead).where(AuditHead.id == 1).values(hash=before))
    db.session.expire(head)


def first_break() -> int | None:
    """The id of the first row that does not follow from the one before, or None when the chain holds."""
    before = ""
    for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)):
        if entry.hash != _hash(before, entry):
            return entry.id
        before = entry.hash
    head = db.session.scalar(select(AuditHead.hash).where(AuditHead.id == 1)) or ""
    return None if head == before else 0
