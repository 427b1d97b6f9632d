"""Commands about courses."""

from pathlib import Path

import click
from sqlalchemy import inspect, select

from lms.catalogue import actions, queries
from lms.catalogue.models import Course
from lms.competency import queries as competencies
from lms.competency.models import Competency
from lms.content import unpack
from lms.content.formats import native
from lms.core import db
from lms.core.errors import Problem
from lms.core.texts import _
from lms.people import queries as people

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FOLDER_OR_ZIP = click.Path(exists=True, path_type=Path)


@click.group("courses")
def courses() -> None:
    """Course folders and the catalogue."""


def _files(place: Path) -> dict[str, bytes]:
    try:
        return unpack.from_folder(place) if place.is_dir() else unpack.unpack(place.read_bytes())
    except Problem as problem:
        raise click.ClickException(_(problem.says, **problem.params))


def _codes() -> set[str]:
    """Every agency's codes; before the dictionary is loaded, those that ship."""
    shipped = {one["code"] for one in competencies.shipped()["competency"]}
    if not inspect(db.session.get_bind()).has_table(Competency.__tablename__):
        return shipped
    return shipped | set(db.session.scalars(select(Competency.code)))


@courses.command("check")
@click.argument("folder", type=FOLDER_OR_ZIP)
def check(folder: Path) -> None:
    """Say in words what is wrong with the course in FOLDER (or a zip of it), and how many minutes it takes."""
    files = _files(folder)
    found = queries.complaints(files, _codes())
    wrong = any(not c.warning for c in found)
    for complaint in found:
        click.echo(("  ? " if complaint.warning else "  ! ") + str(complaint))
    if not wrong:
        source = native.read(files)
        if folder.is_dir() and folder.resolve().name != source.slug:
            click.echo(
                "  ! "
                + _(
                    "The folder is called “%(folder)s” and the slug says “%(slug)s”. Give both the same name.",
                    folder=folder.resolve().name,
                    slug=source.slug,
                )
            )
            wrong = True
        click.echo(_("%(title)s: minutes computed (the author's figure), words", title=source.title))
        for lesson in source.lessons:
            click.echo(f"  {lesson.key:32} {lesson.minutes_computed:4} ({lesson.minutes}) {lesson.words:6}")
        posttest = len(source.tests["posttest"])
        click.echo(
            _(
                "  post-test %(posttest)s; in all %(computed)s (%(claimed)s) minutes, at most %(most)s JP, claimed "
                "%(jp)s JP",
                posttest=posttest,
                computed=source.minutes_computed,
                claimed=source.minutes,
                most=queries.jp_of(source.minutes_computed),
                jp=source.jp,
            )
        )
    click.echo(
        _("This course cannot be used yet: put right what is marked with !.")
        if wrong
        else _("This course can be used.")
    )
    if wrong:
        raise SystemExit(1)


def _agency(code: str | None):
    if code is None:
        return None
    unit = people.unit_by_code(code)
    if unit is None or unit.parent_id is not None:
        raise click.ClickException(_("There is no agency with the code %(code)s.", code=code))
    return unit


@courses.command("import")
@click.argument("folder", type=FOLDER_OR_ZIP)
@click.option(
    "--publish", "and_publish", is_flag=True, help="Publish at once, as content read by its makers. For set-up."
)
@click.option("--agency", help="The code of the agency that it belongs to; without, it is shared by all.")
def import_command(folder: Path, and_publish: bool, agency: str | None) -> None:
    """Bring the course in FOLDER (or a zip of it) into the catalogue, as a draft."""
    files = _files(folder)
    try:
        with db.transaction():
            bring_in = actions.publish_shipped if and_publish else actions.import_course
            version = bring_in(files, agency=_agency(agency))
            told = _(
                "%(slug)s, version %(number)s: %(state)s",
                slug=version.course.slug,
                number=version.number,
                state=version.state,
            )
    except native.CourseHasErrors as error:
        for complaint in error.complaints:
            click.echo(("  ? " if complaint.warning else "  ! ") + str(complaint), err=True)
        raise click.ClickException(_("Nothing was imported."))
    click.echo(told)


@courses.command("export")
@click.argument("slug")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--agency", help="The code of the agency that it belongs to; without, the shared one.")
@click.option("--version", "number", type=int, help="Which version; without, the published one, else the newest.")
def export(slug: str, folder: Path, agency: str | None, number: int | None) -> None:
    """Write the course SLUG to FOLDER, which must be new or empty: the same bytes that were imported."""
    unit = _agency(agency)
    course = next((c for c in queries.courses_of(unit) if c.slug == slug), None)
    if course is None:
        raise click.ClickException(_("There is no course called %(slug)s.", slug=slug))
    wanted = [v for v in course.versions if v.number == number] if number else [course.version or course.versions[-1]]
    if not wanted:
        raise click.ClickException(_("%(slug)s has no version %(number)s.", slug=slug, number=number))
    try:
        unpack.to_folder(actions.export(wanted[0]), folder)
    except FileExistsError:
        raise click.ClickException(_("%(folder)s is not empty. Choose a new folder.", folder=folder))
    click.echo(
        _(
            "%(slug)s, version %(number)s: %(files)s files in %(folder)s",
            slug=slug,
            number=wanted[0].number,
            files=len(wanted[0].files),
            folder=folder,
        )
    )


@courses.command("list")
def list_command() -> None:
    """Every course with its state and version."""
    for course in db.session.scalars(select(Course).order_by(Course.slug, Course.id)):
        whose = course.agency.code if course.agency else "-"
        number = course.version.number if course.version else 0
        click.echo(f"{course.slug:32} {course.state:12} {number:3} {whose:12} {course.title}")


COMMANDS = [courses]
