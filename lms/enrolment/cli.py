"""Commands about places: other doors to the same actions."""

import click

from lms.catalogue import queries as catalogue
from lms.core import db, errors
from lms.core.texts import _
from lms.enrolment import actions
from lms.people import queries as people


@click.command("enrol")
@click.argument("login")
@click.argument("slug")
@click.option("--goal", default="", help="Why they learn it, in their own words.")
def enrol(login: str, slug: str, goal: str) -> None:
    """Give the person with this NIP or e-mail address (LOGIN) a place on the course SLUG."""
    try:
        with db.transaction():
            person = people.find_by_login(login)
            if person is None:
                raise errors.NotFound
            enrolment = actions.enrol(person, catalogue.course(slug, people.agency_of(person)), goal, how="assigned")
    except errors.Problem as problem:
        raise click.ClickException(_(problem.says, **problem.params))
    click.echo(_("%(name)s is now learning %(title)s.", name=enrolment.person.name, title=enrolment.version.title))


COMMANDS = [enrol]
