"""What an operator can do with jobs that gave up."""

from sqlalchemy import select

from lms.core import audit, db, errors, jobs
from lms.core.jobs import Job


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
