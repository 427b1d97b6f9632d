"""Commands: bring units and people in, print codes, make the first operator."""

import csv
import os
import sys
from contextlib import ExitStack
from pathlib import Path

import click

from lms.core import clock, db, errors, texts
from lms.core.texts import _
from lms.people import actions, codes, erasing, importing, nip, queries, ways_in
from lms.people.models import Person
from lms.people.roles import Role

COLUMNS = ("unit_code", "unit", "name", "nip", "email", "code", "valid_until")


@click.group("people")
def people_group() -> None:
    """Look after people."""


@people_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--codes",
    "codes_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write a one-time code for each person into this new CSV file (readable by you alone).",
)
def import_people(file: Path, codes_file: Path | None) -> None:
    """Bring in the people of a CSV FILE, or list its bad rows and change nothing.

    Columns: nip, name, email, kind (pns, pppk or pppk_part_time; empty: by the NIP), rank, unit_code, position,
    supervisor_nip, from (2026-03-09 or 09-03-2026; empty: today). Needed are nip, name, unit_code and position.
    UTF-8, commas or semicolons. The column nip must be a text column in the spreadsheet.
    """
    with ExitStack() as kept:
        out = kept.enter_context(_private(codes_file)) if codes_file else None
        try:
            with db.transaction():
                made = importing.people(file.read_bytes())
                issued = [(who, actions.issue_code(who)) for who in made] if out else []
        except BaseException as error:
            if codes_file:
                codes_file.unlink(missing_ok=True)
            if isinstance(error, importing.ImportRefused):
                _list_bad_rows(error)
            raise
        if out:
            write_codes(out, issued)
    click.echo(texts.ngettext("One person is here now.", "%(num)s people are here now.", len(made)))
    if codes_file:
        click.echo(
            _(
                "Their one-time codes are in %(file)s. They work once, until %(day)s; "
                "keep the file safe and delete it after printing.",
                file=codes_file,
                day=texts.full_day((clock.now() + codes.CODE_HOLDS).date()),
            )
        )


def _private(path: Path):
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="")
    except FileExistsError:
        raise click.ClickException(
            _("%(file)s is there already: choose another name. Nothing was imported.", file=path)
        ) from None


def _list_bad_rows(refused: importing.ImportRefused) -> None:
    for row in refused.rows:
        click.echo(str(row), err=True)
    click.echo(
        texts.ngettext(
            "One row is bad: nothing was imported.",
            "%(num)s rows are bad: nothing was imported.",
            len({row.line for row in refused.rows}),
        ),
        err=True,
    )
    sys.exit(1)


def write_codes(out, issued: list[tuple[Person, str]]) -> None:
    """A CSV of codes, grouped by unit. A cell that a spreadsheet would compute is made text."""
    rows = []
    for who, code in issued:
        placed, employment = (
            who.placement or (who.placements[0] if who.placements else None),
            who.employment or next(iter(who.employments), None),
        )
        rows.append(
            (
                placed.unit.code if placed else "",
                placed.unit.name if placed else "",
                who.name,
                employment.number if employment else "",
                who.email or "",
                code,
                (clock.now() + codes.CODE_HOLDS).date().isoformat(),
            )
        )
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for row in sorted(rows):
        table.writerow(["'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell for cell in row])


@people_group.command("codes")
@click.argument("unit_code")
@click.option("--again", is_flag=True, help="Also for those whose code is still valid: that one is void then.")
def print_codes(unit_code: str, again: bool) -> None:
    """Print new one-time codes for the people of a unit (and below) who have no way in yet, as CSV."""
    with db.transaction():
        unit = queries.unit_by_code(unit_code)
        if unit is None:
            raise click.ClickException(_("the unit %(code)s is not known", code=unit_code))
        issued = [(who, actions.issue_code(who)) for who in ways_in.awaiting_code(queries.units_under(unit.id), again)]
    write_codes(sys.stdout, issued)


@people_group.command("erase")
@click.argument("login")
@click.option("--reason", required=True, help="Why, in a sentence without the person's name; it stays in the log.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase_person(login: str, reason: str, yes: bool) -> None:
    """Erase the person with this NIP or e-mail address (LOGIN). It cannot be undone.

    Name, number, address and every way in go, here and in all that names them. What they earned stays without a name;
    certificates keep their number, and whoever checks one reads that the holder's data were erased.
    """
    try:
        who = queries.find_by_login(login)
        if who is None:
            raise errors.NotFound
        if not yes:
            click.confirm(_("Erase %(name)s for good?", name=who.name), abort=True)
        with db.transaction():
            actions.erase(queries.person_by_id(who.id), None, reason)
    except errors.Problem as problem:
        raise click.ClickException(_(problem.says, **problem.params)) from None
    erasing.scrub()
    click.echo(_("The person is erased. What they earned is kept without a name."))


@people_group.command("tidy")
def tidy() -> None:
    """Delete what sign-in no longer needs: old sessions, codes, challenges and counts."""
    with db.transaction():
        gone = actions.tidy()
    click.echo(texts.ngettext("One row is gone.", "%(num)s rows are gone.", gone))


@click.group("units")
def units_group() -> None:
    """Look after units."""


@units_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_units(file: Path) -> None:
    """Bring in the units of a CSV FILE, or list its bad rows and change nothing.

    Columns: code, name, short_name, kind (agency, opd, uptd, puskesmas, kecamatan, kelurahan, school, other),
    parent_code (empty for an agency), zone (Asia/Jakarta, Asia/Makassar, Asia/Jayapura; empty: as above it),
    pendamping, pendamping_phone. Needed are code and name; the order does not matter.
    """
    try:
        with db.transaction():
            made = importing.units(file.read_bytes())
    except importing.ImportRefused as refused:
        _list_bad_rows(refused)
        raise
    click.echo(texts.ngettext("One unit is here now.", "%(num)s units are here now.", len(made)))


@click.group("admin")
def admin_group() -> None:
    """Look after the installation."""


@admin_group.command("create")
@click.option("--name", required=True, help="The full name.")
@click.option("--nip", "number", help="The NIP, as the name to sign in with.")
@click.option("--email", help="An e-mail address, as the name to sign in with.")
def create_admin(name: str, number: str | None, email: str | None) -> None:
    """Make an operator, and print the one-time code for the first sign-in.

    Somebody who is here already becomes an operator, and gets a new code.
    """
    if not number and not email:
        raise click.ClickException(_("Say --nip or --email: the name to sign in with."))
    try:
        with db.transaction():
            who = queries.find_by_login(number or email or "")
            if who is None:
                who = actions.add_person(name, number, nip.parse(number).kind if number else "pns", email=email)
            actions.grant(who, Role.OPERATOR, None, by=None)
            code = actions.issue_code(who)
    except nip.NipIsWrong as wrong:
        raise click.ClickException(_(wrong.says)) from None
    click.echo(_("%(name)s is an operator. One-time code, valid for 14 days: %(code)s", name=who.name, code=code))


COMMANDS = [people_group, units_group, admin_group]
