"""Commands about competencies."""

import click

from lms.competency import actions
from lms.core import db
from lms.core.texts import ngettext


@click.group("competency")
def competency() -> None:
    """The competency dictionary."""


@competency.command("load")
def load() -> None:
    """Load the dictionary that ships. Harmless when repeated; what agencies have worded themselves stays."""
    with db.transaction():
        changed = actions.load_dictionary()
    click.echo(
        ngettext(
            "The dictionary is loaded: one text added or changed.",
            "The dictionary is loaded: %(num)s texts added or changed.",
            changed,
        )
    )


COMMANDS = [competency]
