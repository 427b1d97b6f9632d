"""Who is where on a course, and a class that counts."""

from uuid import UUID

from flask import flash, g, request, url_for

from lms.authoring import actions, queries, scope
from lms.authoring.blueprint import bp
from lms.authoring.forms import CompleteForm
from lms.core import audit, clock, db, errors, pages
from lms.core.access import requires
from lms.core.permissions import Permission
from lms.core.texts import _


@bp.get("/studio/<uuid:course>/learners")
@requires(Permission.AUTHOR, Permission.APPROVE_HOURS)
def learners(course: UUID):
    """Who is where on the course: name, unit and progress, never an answer. Looking is written down."""
    found = queries.course(course, g.person)
    page = max(1, min(request.args.get("page", 1, type=int), 10_000))
    rows = queries.learners(g.person, found, page)
    if rows:
        with db.transaction():
            shown = [row.person_id for row in rows[: queries.A_PAGE]]
            audit.note_each("learners.read", by=g.person.id, about=shown, subject=f"course:{found.uuid}")
    return pages.render(
        "authoring/learners.html",
        course=found,
        rows=rows[: queries.A_PAGE],
        page=page,
        more=len(rows) > queries.A_PAGE,
        changes=scope.may_change(g.person, found),
        everybody=sum(queries.on_versions(found).values()),
    )


@bp.route("/studio/<uuid:course>/learners/<uuid:place>/complete", methods=["GET", "POST"])
@requires(Permission.AUTHOR, Permission.APPROVE_HOURS)
def complete(course: UUID, place: UUID):
    """Declare somebody done after a class, with the day and what it rests on."""
    found = queries.course(course, g.person)
    learner = queries.learner(g.person, found, place)
    form = CompleteForm()
    if not form.is_submitted():
        form.on.data = clock.today(learner.person.zone)
    elif form.validate():
        try:
            with db.transaction():
                actions.complete_after_class(learner, by=g.person, reason=form.reason.data.strip(), on=form.on.data)
        except errors.Invalid as error:
            form.on.errors = [_(error.says, **error.params)]
        else:
            flash(
                _(
                    "%(name)s has completed the course by a class. Record and hours follow in a moment.",
                    name=learner.person.name,
                ),
                "good",
            )
            return pages.go(url_for("authoring.learners", course=found.uuid))
    return pages.render(
        "authoring/complete.html", course=found, learner=learner, form=form, status=400 if form.errors else 200
    )
