"""Commands about progress."""

import click

from lms.core import db
from lms.core.texts import _
from lms.progress import actions, queries


@click.group("progress")
def progress() -> None:
    """How far people are: always folded from statements."""


@progress.command("rebuild")
def rebuild() -> None:
    """Throw all progress away and fold it again from the statements."""
    with db.transaction():
        places = actions.rebuild()
    click.echo(_("Progress of %(n)s places folded again.", n=places))
    if queries.failures():
        click.echo(_("Some statements could not be read: lms progress failures lists them."))


@progress.command("failures")
def failures() -> None:
    """List the statements that could not be folded, with the reason."""
    found = queries.failures()
    for one in found:
        click.echo(f"{one.at.isoformat()}  {one.registration}  {one.statement_id}  {one.reason}")
    if not found:
        click.echo(_("Every statement was read."))


COMMANDS = [progress]
