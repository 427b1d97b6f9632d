"""Addresses of places on courses."""

from uuid import UUID

from flask import Blueprint, flash, g, url_for
from werkzeug.wrappers import Response

from lms.catalogue import queries as catalogue
from lms.core import db, pages
from lms.core.access import requires
from lms.core.permissions import Permission
from lms.core.texts import _
from lms.enrolment import actions, queries
from lms.enrolment.forms import EnrolForm, LeaveForm
from lms.people import queries as people

bp = Blueprint("enrolment", __name__)


@bp.post("/courses/<slug>/enrol")
@requires(Permission.LEARN)
def enrol(slug: str) -> Response:
    """Take a place on a course, and go to its first lesson."""
    form = EnrolForm()
    course = catalogue.course(slug, people.agency_of(g.person))
    if not form.validate_on_submit():
        return pages.render(
            "enrolment/enrol.html",
            partial="enrolment/_place.html",
            status=400,
            course=course,
            form=form,
            enrolment=queries.find_enrolment(g.person, course),
        )
    with db.transaction():
        enrolment = actions.enrol(g.person, course, goal=form.goal.data or "")
    if pages.wants_part():
        return pages.render(
            "enrolment/enrol.html", partial="enrolment/_place.html", course=course, form=form, enrolment=enrolment
        )
    return pages.go(url_for("delivery.resume", place=enrolment.uuid))


@bp.get("/learn/<uuid:place>/leave")
@requires(Permission.LEARN)
def ask_to_leave(place: UUID) -> Response:
    """What leaving means, before it is done."""
    return pages.render("enrolment/leave.html", enrolment=queries.enrolment(place, g.person), form=LeaveForm())


@bp.post("/learn/<uuid:place>/leave")
@requires(Permission.LEARN)
def leave(place: UUID) -> Response:
    """Leave a place; what was learned stays on record."""
    form = LeaveForm()
    if not form.validate_on_submit():
        return pages.go(url_for("enrolment.ask_to_leave", place=place))
    with db.transaction():
        enrolment = queries.enrolment(place, g.person)
        actions.leave(enrolment)
    flash(
        _("You have left %(title)s. What you learned there stays in your record.", title=enrolment.version.title),
        "good",
    )
    return pages.go(url_for("home.index"))
