"""Commands about records. `lms records verify` is added by certificates, the highest ledger that it checks."""

import click


@click.group("records")
def records() -> None:
    """What people are on record as able to do."""


COMMANDS = [records]
