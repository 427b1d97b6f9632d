"""Commands of the record store."""

import json

import click

from lms.core import db
from lms.core.errors import Problem
from lms.core.texts import _
from lms.lrs import actions, queries
from lms.lrs.credentials import SCOPES


@click.group("lrs")
def lrs():
    """Look after the record store."""


@lrs.group("key")
def key():
    """Keys by which others reach the record store."""


@key.command("add")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES), help="What the key may do.")
@click.option("--name", required=True, help="What the key is for.")
@click.option("--json", "as_json", is_flag=True, help='Print {"key", "secret"}.')
def add(scopes, name, as_json):
    """Make a key. Its secret is shown this once."""
    with db.transaction():
        made, secret = actions.add_key(name, scopes)
    if as_json:
        click.echo(json.dumps({"key": made.key, "secret": secret}))
    else:
        click.echo(_("Key: %(key)s", key=made.key))
        click.echo(_("Secret: %(secret)s", secret=secret))
        click.echo(_("Keep the secret now: it is not shown again."))


@key.command("revoke")
@click.argument("name", metavar="KEY")
def revoke(name):
    """Let KEY open nothing from now on."""
    try:
        with db.transaction():
            actions.revoke_key(name)
    except Problem as problem:
        raise click.ClickException(_(problem.says, **problem.params)) from None
    click.echo(_("The key %(key)s opens nothing any more.", key=name))


@key.command("list")
def list_keys():
    """All keys, revoked ones too."""
    for one in queries.all_keys():
        state = _("revoked") if one.revoked_at else _("valid")
        used = one.last_used_at.isoformat(timespec="minutes") if one.last_used_at else "-"
        click.echo("\t".join((one.key, one.name, ",".join(one.scopes), state, used)))


COMMANDS = [lrs]
