"""What an operator can do: let jobs that gave up try again, and void events."""

from uuid import UUID

from sqlalchemy import select

from lms.admin.browsing import REASON
from lms.admin.errors import CannotBeVoided
from lms.core import audit, clock, db, errors, jobs
from lms.core.jobs import Job
from lms.lrs import actions as lrs
from lms.lrs import queries as stored
from lms.lrs import rules
from lms.lrs.validation import VOIDED
from lms.people import queries as people
from lms.people.models import Person


def retry(job_id: int, by: int | None) -> Job:
    """Let a dead job try again from the start; raises NotFound when there is no such dead job."""
    job = db.session.get(Job, job_id)
    if job is None or job.state != "dead":
        raise errors.NotFound
    jobs.retry(job.id)
    audit.note("job.retried", by=by, subject=f"job:{job.id}", kind=job.kind)
    return job


def retry_all(by: int | None) -> int:
    """Let every dead job try again from the start; returns how many there were."""
    dead = list(db.session.scalars(select(Job.id).where(Job.state == "dead")))
    for job_id in dead:
        jobs.retry(job_id)
    if dead:
        audit.note("job.retried", by=by, subject="job:all", count=len(dead))
    return len(dead)


def void_statement(statement_id: UUID, reason: str, by: Person) -> str:
    """The event counts no more; the id of the statement that voids it, which holds `reason` and the operator's account.

    Raises NotFound, and CannotBeVoided for one that is voided already or voids another one (Data 2.3.2).
    """
    found = stored.find(statement_id)
    if found is None:
        raise errors.NotFound
    if found.voided or found.verb == VOIDED:
        raise CannotBeVoided
    voiding = lrs.store(
        [
            {
                "actor": people.actor(by),
                "verb": {"id": VOIDED, "display": {"en": "voided", "id": "membatalkan"}},
                "object": {"objectType": "StatementRef", "id": str(statement_id)},
                "context": {"extensions": {REASON: reason.strip()}},
                "timestamp": rules.written(clock.now()),
            }
        ]
    )[0]
    account = found.body["actor"].get("account") or {}
    about = people.person_of(account.get("homePage", ""), account.get("name", ""))
    audit.note(
        "event.voided", by=by.id, about=about.id if about else None, subject=f"statement:{found.id}", voided_by=voiding
    )
    return voiding
