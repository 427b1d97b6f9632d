"""Commands for whoever looks after the installation."""

import click

from lms.admin import actions, queries, words
from lms.core import audit, db
from lms.core.errors import NotFound
from lms.core.texts import _, ngettext


@click.group("jobs")
def jobs_group() -> None:
    """Work that follows from what people did."""


@jobs_group.command("list")
@click.option("--state", type=click.Choice(["waiting", "running", "dead", "done"]), default="dead", show_default=True)
def list_command(state: str) -> None:
    """Print jobs in a state with the reason of their last failure, at most 50."""
    counts = queries.job_counts()
    click.echo("  ".join(f"{name} {n}" for name, n in counts.items()))
    for job in queries.jobs_in(state)[: queries.A_PAGE]:
        click.echo(f"{job.id}\t{job.kind}\t{job.attempts}x\t{words.kind(job.kind)}\t{job.last_error}")


@jobs_group.command("retry")
@click.argument("job_id", type=int, required=False)
@click.option("--all", "every", is_flag=True, help="Every job that gave up.")
def retry_command(job_id: int | None, every: bool) -> None:
    """Let the job JOB_ID, or with --all every job that gave up, try again from the start."""
    if every == (job_id is not None):
        raise click.UsageError("Name a job, or say --all.")
    try:
        with db.transaction():
            n = actions.retry_all(by=None) if job_id is None else len([actions.retry(job_id, by=None)])
    except NotFound:
        raise click.ClickException(_("Job %(n)s did not give up, or there is none.", n=job_id))
    click.echo(ngettext("One job will be tried again.", "%(num)s jobs will be tried again.", n))


@click.group("audit")
def audit_group() -> None:
    """The log of who did and read what."""


@audit_group.command("verify")
def verify_command() -> None:
    """Check that no row of the log was changed, taken out or put in; ends with 1 when one was."""
    broken = audit.first_break()
    if broken is None:
        click.echo(_("The log is whole."))
        return
    raise click.ClickException(
        _("The log's end is missing.")
        if broken == 0
        else _("Row %(n)s of the log does not follow from the one before it.", n=broken)
    )


COMMANDS = [jobs_group, audit_group]
