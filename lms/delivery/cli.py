"""Commands about learning: one more under `lms progress`."""

from datetime import datetime

import click

from lms.catalogue import queries as catalogue
from lms.core import clock, db, errors
from lms.core.texts import _
from lms.delivery import actions
from lms.enrolment import queries as enrolments
from lms.people import queries as people
from lms.progress.cli import progress


@progress.command("complete")
@click.argument("login")
@click.argument("slug")
@click.option("--reason", required=True, help="Why it counts, in a sentence; it stays in the statement.")
@click.option("--method", type=click.Choice(actions.METHODS), default="manual")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="The day of completion; today if left out.")
@click.option("--by", "by_login", default=None, help="NIP or e-mail address of who states it.")
def complete(login: str, slug: str, reason: str, method: str, on: datetime | None, by_login: str | None) -> None:
    """State that the person with this NIP or e-mail address (LOGIN) has completed the course SLUG."""
    try:
        with db.transaction():
            person, by = people.find_by_login(login), people.find_by_login(by_login) if by_login else None
            if person is None or (by_login and by is None):
                raise errors.NotFound
            enrolment = enrolments.find_enrolment(person, catalogue.course(slug, people.agency_of(person)))
            if enrolment is None:
                raise errors.NotFound
            day = on.date() if on else clock.today(person.zone)
            statement = actions.complete_by_hand(enrolment, by, reason, day, method)
    except errors.Problem as problem:
        raise click.ClickException(_(problem.says, **problem.params))
    click.echo(
        _(
            "%(name)s has completed %(title)s: statement %(id)s.",
            name=person.name,
            title=enrolment.version.title,
            id=statement,
        )
    )


COMMANDS: list[click.Command] = []
