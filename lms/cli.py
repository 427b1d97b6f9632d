"""The `lms` command: other doors to the same actions."""

import os
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import fields

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from lms import __version__, app, worker
from lms.admin import cli as admin
from lms.admin import demo, wiping
from lms.assessment import cli as assessment
from lms.catalogue import actions as catalogue
from lms.catalogue import cli as catalogue_cli
from lms.certificates import cli as certificates
from lms.competency import actions as competency
from lms.competency import cli as competency_cli
from lms.core import db, migrate, settings, texts
from lms.delivery import cli as delivery
from lms.enrolment import cli as enrolment
from lms.hours import actions as hours
from lms.hours import cli as hours_cli
from lms.lrs import cli as lrs
from lms.lrs import months
from lms.people import cli as people
from lms.progress import cli as progress
from lms.records import cli as records

AREAS = (
    people,
    lrs,
    competency_cli,
    catalogue_cli,
    enrolment,
    assessment,
    progress,
    delivery,
    records,
    hours_cli,
    certificates,
    admin,
)


@click.group()
@click.version_option(__version__)
@click.option("--language", default="en", help="en or id: the language of what is printed.")
@click.pass_context
def main(context: click.Context, language: str) -> None:
    """Asah, a learning platform for civil servants."""
    texts.set_language(language)
    try:
        context.obj = app.boot()
    except settings.SettingsError as error:
        raise click.ClickException(str(error))


for area in AREAS:
    for command in area.COMMANDS:
        main.add_command(command)


@main.command("migrate")
@click.argument("to", default="head")
def migrate_command(to: str) -> None:
    """Bring the database's schema to revision TO (head, base, or a number such as 0003)."""
    migrate.run(db.engine(), to)
    if to == "head":
        months.make()
    click.echo(f"schema at {migrate.revision(db.engine()) or 'base'}")


@main.command("setup")
def setup_command() -> None:
    """Bring the schema up to date and load what ships: dictionary, rules, courses. Harmless when repeated."""
    setup()


def setup(with_courses: bool = True) -> None:
    """The database stands at the newest migration and holds dictionary, rules and shipped courses."""
    migrate.run(db.engine())
    months.make()
    with db.transaction():
        competency.load_dictionary()
        hours.load_rules()
    if with_courses:
        with db.transaction():
            catalogue.ship()


@main.command("settings")
def settings_command() -> None:
    """Print what can be set, in Markdown."""
    click.echo(settings_page(), nl=False)


def settings_page() -> str:
    """docs/settings.md: every setting with its default and meaning."""
    rows = [
        f"| `{f.metadata['variable']}` | `{f.default if f.default != '' else ' '}` | {f.metadata['says']} |"
        for f in fields(settings.Settings)
    ]
    return (
        "# Settings\n\nRead from the environment at the start. `lms settings` prints this page.\n\n"
        "| variable | default | meaning |\n|---|---|---|\n" + "\n".join(rows) + "\n"
    )


@main.command("worker")
@click.option("--parent", type=int, help="Stop when this process, which started the worker, is gone.")
@click.pass_obj
def worker_command(chosen: settings.Settings, parent: int | None) -> None:
    """Do the jobs that are due, until stopped."""
    worker.run(chosen, parent)


@main.command("serve")
@click.option("--reload", is_flag=True, help="Start again when the code changes.")
@click.pass_obj
def serve_command(chosen: settings.Settings, reload: bool) -> None:
    """Serve the site (the worker is a process of its own: `lms worker`)."""
    serve(chosen, reload)


def serve(chosen: settings.Settings, reload: bool = False) -> None:
    """Serve until stopped."""
    db.engine().dispose()
    Granian(
        "lms.app:create",
        factory=True,
        interface=Interfaces.WSGI,
        address=chosen.bind,
        port=chosen.port,
        workers=1 if reload else chosen.workers,
        blocking_threads=4,
        reload=reload,
        log_access=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()


@main.command("run")
@click.option("--reload", is_flag=True, help="Start again when the code changes.")
@click.option("--demo/--no-demo", "with_demo", default=False, help="With the demo agency.")
@click.pass_obj
def run_command(chosen: settings.Settings, reload: bool, with_demo: bool) -> None:
    """Set up, then serve the site and run the worker, until stopped."""
    run(chosen, with_demo, reload)


def run(chosen: settings.Settings, with_demo: bool, reload: bool = False) -> None:
    """Serve with a worker beside it; both stop together."""
    setup(with_courses=not with_demo)
    if with_demo:
        if chosen.environment == "production":
            raise click.ClickException(
                "A demo agency has no place in production: unset ASAH_ENV, or leave out the demo."
            )
        demo.make()
    db.engine().dispose()
    process = subprocess.Popen([sys.executable, "-m", "lms.cli", "worker", "--parent", str(os.getpid())])
    try:
        click.echo(welcome(chosen, with_demo))
        serve(chosen, reload)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def welcome(chosen: settings.Settings, with_demo: bool) -> str:
    """What is printed at the start: addresses, and the demo sign-ins."""
    lines = [
        "",
        f"Asah {__version__}",
        f"  http://127.0.0.1:{chosen.port}",
        f"  {chosen.address}   (passkeys work here)",
        "",
    ]
    if with_demo:
        lines += demo.sign_ins()
    return "\n".join(lines)


@main.group("demo", invoke_without_command=True)
@click.pass_context
def demo_command(context: click.Context) -> None:
    """Serve with the demo agency: a city of five units, made by real statements."""
    if context.invoked_subcommand is None:
        run(context.obj, with_demo=True)


@demo_command.command("make")
def demo_make() -> None:
    """Make the demo agency, without serving."""
    setup(with_courses=False)
    started = time.monotonic()
    click.echo(demo.make())
    click.echo(f"{time.monotonic() - started:.0f} s")


@demo_command.command("wipe")
def demo_wipe() -> None:
    """Remove the demo agency, and never a real person."""
    click.echo(wiping.wipe())


@main.command("secret")
def secret_command() -> None:
    """Print a secret fit for ASAH_SECRET_KEY."""
    click.echo(secrets.token_urlsafe(48))


if __name__ == "__main__":
    main()
