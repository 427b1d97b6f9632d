"""Addresses of the supervisor: the team, one person, a word of thanks, a competency confirmed."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, g, url_for

from lms.core import audit, clock, db, errors, pages, texts
from lms.core.access import requires
from lms.core.permissions import Permission
from lms.core.texts import _
from lms.hours import queries as hours
from lms.people import queries as people
from lms.people.models import Person
from lms.records import queries as records
from lms.supervision import actions, queries
from lms.supervision.forms import ConfirmForm, ThanksForm

bp = Blueprint("supervision", __name__)


@bp.app_template_filter()
def local_day(moment: datetime, zone: str) -> str:
    """12 Mar 2026: the day of `moment` in the zone of the person's unit."""
    return texts.day(clock.day_of(moment, zone))


def _led(uuid: UUID) -> Person:
    """Somebody whose competency the viewer may confirm: of their team, or of an assessor's units; raises NotFound."""
    person = people.seen_person(uuid, g.person)
    if not people.may(g.person, Permission.CONFIRM, about=person):
        raise errors.NotFound
    return person


@bp.get("/team/")
@requires(Permission.SUPERVISE)
def team():
    """A person a row: hours, what they learn, since when they are stuck, what is missing."""
    with db.transaction():
        audit.note_each("team.read", by=g.person.id, about=[one.id for one in people.team_of(g.person)], subject="team")
    return pages.render("supervision/team.html", team=queries.team(g.person), today=clock.today(g.person.zone))


@bp.get("/team/<uuid:person>")
@requires(Permission.SUPERVISE, Permission.CONFIRM)
def member(person):
    """What one person is on record for, and what they learn; never what they answered. They see that it was read."""
    led = _led(person)
    with db.transaction():
        audit.note("record.read", by=g.person.id, about=led.id, subject="team")
    year = clock.today(led.zone).year
    return pages.render(
        "supervision/member.html",
        member=led,
        year=year,
        minutes=hours.minutes_of_year(led, year),
        target=hours.target_of(led, year),
        profile=records.profile(led),
        learning=queries.learning_of(led),
        to_confirm=queries.to_confirm(led),
        thanks=queries.thanks_between(g.person, led),
        may_thank=people.may(g.person, Permission.SUPERVISE, about=led),
    )


@bp.route("/team/<uuid:person>/thank", methods=["GET", "POST"])
@requires(Permission.SUPERVISE)
def thank(person):
    """Write a word of thanks."""
    led, form = _led(person), ThanksForm()
    if form.validate_on_submit():
        with db.transaction():
            actions.thank(g.person, people.person(person), form.text.data)
        flash(_("Your words are on their way to %(name)s.", name=people.person(person).name), "good")
        return pages.go(url_for("supervision.member", person=person))
    return pages.render("supervision/thank.html", member=led, form=form, status=422 if form.errors else 200)


@bp.route("/team/<uuid:person>/confirm/<uuid:record>", methods=["GET", "POST"])
@requires(Permission.SUPERVISE, Permission.CONFIRM)
def confirm(person, record):
    """Confirm a competency that was seen at work."""
    led, form = _led(person), ConfirmForm()
    row = queries.record_to_confirm(record, led)
    if form.validate_on_submit():
        with db.transaction():
            actions.confirm(queries.record_to_confirm(record, led), g.person, form.note.data)
        flash(
            _("Confirmed. It now stands on the record of %(name)s with your name.", name=people.person(person).name),
            "good",
        )
        return pages.go(url_for("supervision.member", person=person))
    return pages.render(
        "supervision/confirm.html", member=led, record=row, form=form, status=422 if form.errors else 200
    )
