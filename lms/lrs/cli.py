"""Commands of the record store."""

import json
import sys
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from lms.core import clock, db, migrate, settings, storage, texts
from lms.core.errors import Problem
from lms.core.texts import _
from lms.lrs import exchange, keys, months, queries, rules
from lms.lrs.credentials import SCOPES, Credential
from lms.lrs.errors import NoSuchKey
from lms.lrs.models import LrsCredential


@click.group("lrs")
def lrs():
    """Look after the record store."""


@lrs.group("key")
def key():
    """Keys by which others reach the record store."""


def _fail(problem: Problem) -> click.ClickException:
    return click.ClickException(_(problem.says, **problem.params))


def _show(made: LrsCredential, secret: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"key": made.key, "secret": secret}))
        return
    click.echo(_("Key: %(key)s", key=made.key))
    click.echo(_("Secret: %(secret)s", secret=secret))
    click.echo(_("Keep the secret now: it is not shown again."))


@key.command("add")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES), help="What the key may do.")
@click.option("--name", required=True, help="What the key is for.")
@click.option("--json", "as_json", is_flag=True, help='Print {"key", "secret"}.')
def add(scopes, name, as_json):
    """Make a key. Its secret is shown this once."""
    with db.transaction():
        made, secret = keys.add_key(name, scopes)
    _show(made, secret, as_json)


@key.command("rotate")
@click.argument("name", metavar="KEY")
@click.option(
    "--grace-hours",
    type=click.FloatRange(0, keys.LONGEST_GRACE),
    default=0,
    show_default=True,
    help="For so long the old secret opens too.",
)
@click.option("--json", "as_json", is_flag=True, help='Print {"key", "secret"}.')
def rotate(name, grace_hours, as_json):
    """Give KEY a new secret, shown this once."""
    try:
        with db.transaction():
            made, secret = keys.rotate_key(name, timedelta(hours=grace_hours))
    except Problem as problem:
        raise _fail(problem) from None
    _show(made, secret, as_json)


@key.command("rename")
@click.argument("name", metavar="KEY")
@click.argument("to", metavar="NAME")
def rename(name, to):
    """Call KEY by another NAME."""
    try:
        with db.transaction():
            keys.rename_key(name, to)
    except Problem as problem:
        raise _fail(problem) from None
    click.echo(_("The key %(key)s is called %(name)s now.", key=name, name=to))


@key.command("revoke")
@click.argument("name", metavar="KEY")
def revoke(name):
    """Let KEY open nothing from now on."""
    try:
        with db.transaction():
            keys.revoke_key(name)
    except Problem as problem:
        raise _fail(problem) from None
    click.echo(_("The key %(key)s opens nothing any more.", key=name))


@key.command("list")
def list_keys():
    """All keys of tools, revoked ones too: key, name, scopes, state, last use to the hour."""
    now = clock.now()
    for one in queries.all_keys():
        state = _("revoked") if one.revoked_at else _("valid")
        if keys.old_secret_holds(one, now) and one.old_until:
            state = _("valid, the old secret until %(when)s", when=_minute(one.old_until))
        used = _minute(one.last_used_at) if one.last_used_at else "-"
        click.echo("\t".join((one.key, one.name, ",".join(one.scopes), state, used)))
    launches = queries.open_launches()
    if launches:
        click.echo(texts.ngettext("One launch is open.", "%(num)s launches are open.", launches), err=True)


def _minute(when: datetime) -> str:
    return when.isoformat(timespec="minutes")


_CONTENTS = click.option(
    "--attachments",
    "contents",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for the contents of attachments, each named by its hash.",
)


@lrs.command("export")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--after", help="Only what was stored after this moment (the `stored` of a statement).")
@_CONTENTS
def export(file: Path, after: str | None, contents: Path | None):
    """Write all statements to FILE (- is the standard output), one a line, voided ones too.

    A FILE that is there already is gone on with after its last complete line.
    """
    if contents:
        contents.mkdir(parents=True, exist_ok=True)
    cursor = rules.moment(after) if after else None
    if after and cursor is None:
        raise click.UsageError(_("%(text)s is not a moment such as 2026-11-22T08:30:00.123456Z.", text=after))
    with ExitStack() as held:
        if str(file) == "-":
            out: BinaryIO = sys.stdout.buffer
        else:
            try:
                cursor = exchange.resume_at(file) or cursor
            except Problem:
                raise click.ClickException(
                    _("%(file)s does not end in a statement of this store. It was left as it is.", file=file)
                ) from None
            out = held.enter_context(file.open("ab"))
        written = 0
        bar = held.enter_context(
            click.progressbar(length=exchange.count(), file=sys.stderr, hidden=not sys.stderr.isatty())
        )
        for bodies in exchange.statements(cursor):
            if contents:
                exchange.keep_contents(bodies, contents)
            out.write("".join(f"{body}\n" for body in bodies).encode())
            written += len(bodies)
            bar.update(len(bodies))
        out.flush()
    click.echo(texts.ngettext("One statement was written.", "%(num)s statements were written.", written), err=True)


@lrs.command("import")
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", "name", metavar="KEY", help="In whose name they are stored; else the store's own import.")
@_CONTENTS
def take_in(file: Path, name: str | None, contents: Path | None):
    """Store the statements of FILE, one a line, under their ids.

    What is stored already is passed over, so a second run goes on where the first one stopped. Lines that are refused
    are kept in FILE.rejected as they came, and their numbers and reasons in FILE.reasons.
    """
    by = _credential(name) if name else exchange.IMPORT
    rejected, reasons = (file.with_name(file.name + end) for end in (".rejected", ".reasons"))
    for old in (rejected, reasons):
        old.unlink(missing_ok=True)
    with ExitStack() as held:
        source = held.enter_context(file.open("rb"))

        def reject(one: exchange.Rejected) -> None:
            click.echo(_("Line %(n)s: %(why)s", n=one.line, why=one.reason), err=True)
            for place, line in ((rejected, one.text + b"\n"), (reasons, exchange.reason_line(one))):
                with place.open("ab") as out:
                    out.write(line)

        bar = held.enter_context(
            click.progressbar(length=file.stat().st_size, file=sys.stderr, hidden=not sys.stderr.isatty())
        )
        done = exchange.take_in(source, by, reject, bar.update, contents)
    click.echo(
        _("%(stored)s stored, %(known)s known already, %(rejected)s refused.", **vars(done)),
    )
    if done.rejected:
        click.echo(_("The refused lines are in %(file)s, as they came.", file=rejected), err=True)
        sys.exit(1)


def _credential(name: str) -> Credential:
    found = next((one for one in queries.all_keys() if one.key == name and one.revoked_at is None), None)
    if found is None:
        raise _fail(NoSuchKey(key=name))
    return Credential(found.id, found.key, found.name, frozenset(found.scopes), found.own)


@lrs.command("tidy-files")
@click.option("--delete", "really", is_flag=True, help="Delete them; else they are only listed.")
def tidy_files(really: bool):
    """List, or delete, the stored files that nothing names any more and that are older than a day.

    They are left by uploads that were refused or broke off after their file was written.
    """
    before = clock.later(days=-1)
    count = octets = 0
    for place in storage.unnamed(before):
        size = place.stat().st_size
        if really and not storage.discard(place, before):
            continue
        count, octets = count + 1, octets + size
        click.echo(f"{texts.size(size)}\t{place}")
    if not count:
        click.echo(_("Nothing is left over: every stored file is named, or younger than a day."))
        return
    says = (
        texts.ngettext(
            "One file is gone (%(size)s).", "%(num)s files are gone (%(size)s).", count, size=texts.size(octets)
        )
        if really
        else texts.ngettext(
            "One file would go (%(size)s): say --delete.",
            "%(num)s files would go (%(size)s): say --delete.",
            count,
            size=texts.size(octets),
        )
    )
    click.echo(says)


@lrs.command("serve")
@click.option("--bind", help="The address to listen on; else ASAH_BIND.")
@click.option("--port", type=int, help="The port; else PORT.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes; else ASAH_WORKERS.")
def serve(bind: str | None, port: int | None, workers: int | None):
    """Serve the record store alone: /xapi, and no page of the site."""
    chosen = settings.current()
    have, need = migrate.revision(db.engine()), migrate.head()
    if have != need:
        raise click.ClickException(
            _(
                "The database is at migration %(have)s, and %(need)s is needed: run lms migrate.",
                have=have or "-",
                need=need,
            )
        )
    months.make()
    db.engine().dispose()
    click.echo(f"http://{bind or chosen.bind}:{port or chosen.port}/xapi/")
    Granian(
        "lms.lrs.app:create",
        factory=True,
        interface=Interfaces.WSGI,
        address=bind or chosen.bind,
        port=port or chosen.port,
        workers=workers or chosen.workers,
        blocking_threads=4,
        log_access=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()


COMMANDS = [lrs]
