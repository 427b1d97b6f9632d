"""Commands about hours."""

import click

from lms.core import clock, db, texts
from lms.core.texts import _, ngettext
from lms.hours import actions, queries, words


@click.group("hours")
def hours() -> None:
    """Rules of the learning-hours ledger."""


@hours.command("rules")
def rules_command() -> None:
    """Print the rules of the country that hold today, and those to come, with their source."""
    for rule in queries.rules_shown(None, clock.today("Asia/Jakarta")):
        click.echo(
            f"{words.name(rule)}\t{words.whom(rule)}\t{words.figure(rule.value, rule.unit)}\t"
            f"{words.figure(rule.abroad_value, rule.abroad_unit)}\t{texts.day(rule.from_on)}\t{rule.source}"
        )


@hours.command("load-rules")
def load_rules_command() -> None:
    """Add the shipped rules that are not there yet; what is there stays. Harmless when repeated."""
    with db.transaction():
        added = actions.load_rules()
    click.echo(
        ngettext("One rule was added.", "%(num)s rules were added.", added) if added else _("All rules were there.")
    )


COMMANDS = [hours]
