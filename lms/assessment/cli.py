"""Commands about questions."""

import click

from lms.assessment import queries
from lms.catalogue import queries as catalogue
from lms.core import errors
from lms.core.texts import _


@click.group("questions")
def questions() -> None:
    """The question bank."""


@questions.command("trouble")
@click.argument("slug")
def trouble(slug: str) -> None:
    """List the check questions of the course SLUG by how often their first answer was right."""
    try:
        course = catalogue.course(slug)
    except errors.Problem as problem:
        raise click.ClickException(_(problem.says, **problem.params))
    found = queries.trouble(course.version_id) if course.version_id else []
    for one in found:
        click.echo(
            _(
                "%(right)s of %(all)s right at once: %(lesson)s, %(question)s",
                right=one.right_first,
                all=one.answered,
                lesson=one.question.lesson_key,
                question=one.question.key,
            )
        )
    if not found:
        click.echo(_("Nobody has answered yet."))


COMMANDS = [questions]
