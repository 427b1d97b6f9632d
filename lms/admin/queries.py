"""What an operator and an auditor ask: is it well, what waits and why, who did what."""

import os
import platform
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, case, false, func, or_, select, text
from sqlalchemy.orm import aliased

from lms import __version__
from lms.core import clock, db, migrate, settings
from lms.core.audit import AuditEntry
from lms.core.heartbeat import is_fresh, last_beat
from lms.core.jobs import Job
from lms.lrs import queries as stored
from lms.lrs.models import LrsCredential
from lms.people import queries as people
from lms.people.models import Person, Placement, RoleGrant, UserSession, in_force
from lms.people.roles import Role
from lms.progress.models import FoldFailure

A_PAGE = 50
READS_THE_LOG = frozenset({Role.AUDITOR, Role.DPO})


@dataclass(frozen=True)
class Health:
    """How the installation is."""

    database: bool
    """It answers."""
    migrations: bool
    """The schema is the one that this code knows."""
    worker: bool
    """It gave a sign of life in the last half minute."""
    beat: datetime | None
    """When the worker last did."""
    revision: str | None
    """The schema's migration."""
    newest: str | None
    """The newest migration that this code knows."""

    @property
    def good(self) -> bool:
        """Whether all is as it should be."""
        return self.database and self.migrations and self.worker


def health() -> Health:
    """How the installation is now, by the same measures as /readyz."""
    db.session.execute(text("SELECT 1"))
    revision, newest, beat = migrate.revision(db.engine()), migrate.head(), last_beat("worker")
    return Health(
        database=True,
        migrations=revision == newest,
        beat=beat,
        revision=revision,
        newest=newest,
        worker=is_fresh(beat),
    )


def job_counts() -> dict[str, int]:
    """How many jobs are waiting, running, dead and done."""
    found = {row[0]: row[1] for row in db.session.execute(select(Job.state, func.count()).group_by(Job.state))}
    return {state: found.get(state, 0) for state in ("waiting", "running", "dead", "done")}


def late_jobs() -> int:
    """Waiting jobs that failed at least once."""
    return db.session.scalar(select(func.count()).where(Job.state == "waiting", Job.attempts > 0)) or 0


def jobs_in(state: str, page: int = 1) -> list[Job]:
    """A page of jobs in `state`, the most troubled first; one more than a page when there are more."""
    order = (Job.done_at.desc(),) if state == "done" else (Job.attempts.desc(), Job.due_at, Job.id)
    return list(
        db.session.scalars(
            select(Job).where(Job.state == state).order_by(*order).offset((page - 1) * A_PAGE).limit(A_PAGE + 1)
        )
    )


def fold_failures(limit: int = A_PAGE) -> list[FoldFailure]:
    """Events that could not be read into progress, the newest first."""
    return list(db.session.scalars(select(FoldFailure).order_by(FoldFailure.at.desc()).limit(limit)))


def fold_failure_count() -> int:
    """How many events could not be read into progress."""
    return db.session.scalar(select(func.count()).select_from(FoldFailure)) or 0


def keys() -> list[LrsCredential]:
    """The keys of tools to the record store, valid ones first, the newest first."""
    return list(
        db.session.scalars(
            select(LrsCredential)
            .where(LrsCredential.agent.is_(None))
            .order_by(LrsCredential.revoked_at.is_not(None), LrsCredential.created_at.desc(), LrsCredential.id.desc())
        )
    )


open_launches = stored.open_launches


@dataclass(frozen=True)
class Room:
    """What is kept on disk, in octets."""

    files: int
    """How many files."""
    file_octets: int
    database_octets: int


def room() -> Room:
    """What courses, certificates and the database take."""
    chosen, count, octets = settings.current(), 0, 0
    for folder, _, names in os.walk(chosen.data_dir / "files"):
        count += len(names)
        octets += sum(os.path.getsize(os.path.join(folder, name)) for name in names)
    if db.is_sqlite():
        place = db.session.get_bind().engine.url.database or ""
        taken = sum(os.path.getsize(name) for name in (place, f"{place}-wal") if os.path.exists(name))
    else:
        taken = db.session.scalar(select(func.pg_database_size(func.current_database()))) or 0
    return Room(count, octets, taken)


def versions() -> dict[str, str]:
    """What runs here, by name."""
    bind = db.session.get_bind()
    server = sqlite3.sqlite_version if db.is_sqlite() else ".".join(map(str, bind.dialect.server_version_info or ()))
    return {
        "Asah": __version__,
        "Python": platform.python_version(),
        "SQLAlchemy": sqlalchemy.__version__,
        "SQLite" if db.is_sqlite() else "PostgreSQL": server,
    }


@dataclass(frozen=True)
class PeopleCount:
    """How many people there are."""

    active: int
    suspended: int
    demo: int
    """Of the active ones, those of the demo agency."""
    came: int
    """Who was signed in within the last 30 days."""
    here: int
    """Browsers that are signed in now."""


def people_count() -> PeopleCount:
    """How many people are known, and how many came."""
    now = clock.now()
    active, suspended, demo = db.session.execute(
        select(
            func.count(case((Person.state == "active", 1))),
            func.count(case((Person.state == "suspended", 1))),
            func.count(case(((Person.state == "active") & Person.demo, 1))),
        )
    ).one()
    came, here = db.session.execute(
        select(
            func.count(case((UserSession.last_seen_at >= now - timedelta(days=30), UserSession.person_id)).distinct()),
            func.count(case((UserSession.ended_at.is_(None) & (UserSession.expires_at > now), 1))),
        )
    ).one()
    return PeopleCount(active, suspended, demo, came, here)


@dataclass(frozen=True)
class Logged:
    """A line of the audit log, with names."""

    at: datetime
    action: str
    by: str | None
    """Who did it; None is the system."""
    about: str | None
    """Whose data it touched."""
    subject: str
    details: dict[str, Any]


def in_their_log(viewer: Person) -> ColumnElement[bool]:
    """A criterion on AuditEntry: what was done by, or to the data of, people who then worked in the viewer's units.

    Their units are those (and all below) for which they are auditor or data-protection officer today.
    """
    roots = db.session.scalars(
        select(RoleGrant.unit_id).where(
            RoleGrant.person_id == viewer.id,
            RoleGrant.role.in_(READS_THE_LOG),
            RoleGrant.unit_id.is_not(None),
            in_force(RoleGrant, people.today()),
        )
    )
    units = {unit for root in roots if root for unit in people.units_under(root)}
    if viewer.state != "active" or not units:
        return false()
    day = func.date(AuditEntry.at)
    worked = [
        select(Placement.id)
        .where(
            Placement.person_id == column,
            Placement.unit_id.in_(units),
            Placement.from_on <= day,
            or_(Placement.to_on.is_(None), Placement.to_on >= day),
        )
        .exists()
        for column in (AuditEntry.person_id, AuditEntry.about_person_id)
    ]
    return or_(*worked)


def log_of(
    viewer: Person,
    name: str = "",
    action: str = "",
    subject: str = "",
    since: date | None = None,
    until: date | None = None,
    page: int = 1,
) -> list[Logged]:
    """A page of the audit log as far as `viewer` may read it, newest first; one more than a page when there are more.

    `name` is part of a name on either side; `action` a name or, ending in a dot, its beginning; `since` and `until` are
    days in the viewer's zone, both included.
    """
    by, about = aliased(Person), aliased(Person)
    asked = (
        select(AuditEntry.at, AuditEntry.action, by.name, about.name, AuditEntry.subject, AuditEntry.details)
        .outerjoin(by, by.id == AuditEntry.person_id)
        .outerjoin(about, about.id == AuditEntry.about_person_id)
        .where(in_their_log(viewer))
    )
    if name:
        asked = asked.where(or_(by.name.icontains(name, autoescape=True), about.name.icontains(name, autoescape=True)))
    if action:
        asked = asked.where(
            AuditEntry.action.startswith(action, autoescape=True)
            if action.endswith(".")
            else AuditEntry.action == action
        )
    if subject:
        asked = asked.where(AuditEntry.subject.contains(subject, autoescape=True))
    if since:
        asked = asked.where(AuditEntry.at >= clock.start_of(since, viewer.zone))
    if until:
        asked = asked.where(AuditEntry.at < clock.start_of(until + timedelta(days=1), viewer.zone))
    rows = db.session.execute(asked.order_by(AuditEntry.id.desc()).offset((page - 1) * A_PAGE).limit(A_PAGE + 1))
    return [Logged(*row) for row in rows]
