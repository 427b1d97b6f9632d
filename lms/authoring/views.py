"""The studio's pages: courses, bringing one in, review and publication."""

from io import BytesIO
from itertools import groupby
from uuid import UUID

from flask import Response, flash, g, request, send_file, url_for

from lms.authoring import actions, learner_views, measure, parcel, preview, queries, scope
from lms.authoring.blueprint import bp
from lms.authoring.errors import NothingSent
from lms.authoring.forms import MinutesForm, Press, ReviewForm, UploadForm
from lms.catalogue import actions as catalogue
from lms.catalogue import queries as versions
from lms.catalogue.models import Course, CourseVersion
from lms.content import unpack
from lms.content.errors import CourseHasErrors
from lms.core import clock, db, errors, pages
from lms.core.access import requires
from lms.core.permissions import Permission
from lms.core.texts import _

__all__ = ["bp", "learner_views"]
MOST_SENT = unpack.MOST_OCTETS + 500_000
"""A course and what the browser writes around it."""
STUDIO = (Permission.AUTHOR, Permission.REVIEW, Permission.APPROVE_HOURS)


@bp.url_value_preprocessor
def take_more(endpoint: str | None, _values: dict | None) -> None:
    """Let the upload be larger than other requests; said before anything reads the body."""
    if endpoint == "authoring.take" and request.method == "POST":
        request.max_content_length, request.max_form_parts = MOST_SENT, unpack.MOST_FILES + 20


@bp.get("/studio/")
@requires(*STUDIO)
def index():
    """My courses, by where they stand."""
    own, shared = queries.shelves(g.person)
    by_shelf = {name: [row for row in own if row.shelf == name] for name in queries.STAGES}
    return pages.render(
        "authoring/index.html",
        shelves=by_shelf,
        shared=shared,
        any_own=bool(own),
        waiting=queries.waiting_count(g.person),
    )


@bp.get("/studio/upload")
@requires(Permission.AUTHOR)
def upload():
    """Choose a course folder."""
    return pages.render("authoring/upload.html", form=UploadForm())


@bp.post("/studio/upload")
@requires(Permission.AUTHOR)
def take():
    """Bring in a course folder, or say file by file what is wrong with it; then nothing is stored."""
    form = UploadForm()
    if not form.validate_on_submit():
        raise errors.Invalid
    sent = request.files.get("archive")
    parts = [(f.filename or "", f.stream) for f in request.files.getlist("folder") if f.filename]
    try:
        files = parcel.of_zip(sent.stream) if sent and sent.filename else parcel.of_folder(parts)
        if not files:
            raise NothingSent
        with db.transaction():
            version, fresh = actions.bring_in(files, by=g.person)
    except CourseHasErrors as error:
        found = sorted(error.complaints, key=lambda c: (c.warning, c.file))
        return pages.render(
            "authoring/upload.html",
            form=UploadForm(formdata=None),
            status=400,
            wrong=_by_file([c for c in found if not c.warning]),
            look=_by_file([c for c in found if c.warning]),
            count=sum(not c.warning for c in found),
        )
    except errors.Problem as error:
        return pages.render(
            "authoring/upload.html",
            form=UploadForm(formdata=None),
            status=error.status,
            problem=_(error.says, **error.params),
        )
    if fresh:
        flash(
            _(
                "“%(title)s” is kept as version %(n)s, a draft. Learners do not see it yet.",
                title=version.title,
                n=version.number,
            ),
            "good",
        )
    else:
        flash(_("Nothing is different from version %(n)s, so no new version was made.", n=version.number))
    return pages.go(url_for("authoring.course", course=version.course.uuid))


def _by_file(found: list) -> list[tuple[str, list]]:
    return [(file, list(some)) for file, some in groupby(found, key=lambda c: c.file)]


@bp.get("/studio/reviews")
@requires(Permission.REVIEW, Permission.APPROVE_HOURS)
def reviews():
    """What waits for a second person or for the personnel officer."""
    rows = queries.waiting(g.person)
    return pages.render(
        "authoring/reviews.html",
        mine=[r for r in rows if r.mine],
        others=[r for r in rows if not r.mine],
        today=clock.today(g.person.zone),
    )


@bp.get("/studio/<uuid:course>")
@requires(*STUDIO)
def course(course: UUID):
    """A course: where its newest version stands, what it measures, and what can be done now."""
    found = queries.course(course, g.person)
    number = request.args.get("version", found.versions[-1].number, type=int)
    shown = next((v for v in found.versions if v.number == number), None)
    if shown is None:
        raise errors.NotFound
    return _show(found, shown)


def _show(
    found: Course,
    shown: CourseVersion,
    status: int = 200,
    review: ReviewForm | None = None,
    minutes: MinutesForm | None = None,
) -> Response:
    lines, warnings = measure.measured(shown)
    review = review or ReviewForm(formdata=None)
    minutes = minutes or MinutesForm(formdata=None, minutes=versions.proposed_minutes(shown))
    return pages.render(
        "authoring/course.html",
        course=found,
        version=shown,
        stage=queries.stage(shown),
        lines=lines,
        review=review,
        minutes=minutes,
        press=Press(formdata=None),
        before=queries.before(shown),
        on_versions=queries.on_versions(found),
        changes=scope.may_change(g.person, found),
        reviews=scope.may_review(g.person, shown),
        decides=scope.may_approve_minutes(g.person, shown),
        publishes=scope.may_publish(g.person, found),
        officers=queries.officers_of(found),
        stages={v.id: queries.stage(v) for v in found.versions},
        warnings=warnings if shown.state in ("draft", "review") else (),
        status=status,
    )


def _found(course: UUID, version: UUID) -> tuple[Course, CourseVersion]:
    one = queries.course(course, g.person)
    return one, queries.version(one, version)


def _back(to: Course, one: CourseVersion) -> Response:
    return pages.go(url_for("authoring.course", course=to.uuid, version=one.number))


@bp.post("/studio/<uuid:course>/versions/<uuid:version>/ask")
@requires(Permission.AUTHOR)
def ask(course: UUID, version: UUID):
    """A second person is asked to read the draft."""
    found, one = _found(course, version)
    if not scope.may_change(g.person, found):
        raise errors.NotFound
    with db.transaction():
        catalogue.ask_review(one, by=g.person)
    flash(_("It waits for a second person now. They have three working days."), "good")
    return _back(found, one)


@bp.post("/studio/<uuid:course>/versions/<uuid:version>/review")
@requires(Permission.REVIEW)
def review(course: UUID, version: UUID):
    """The second person's yes, or what should change."""
    found, one = _found(course, version)
    if not scope.may_review(g.person, one):
        raise errors.NotAllowed
    form = ReviewForm()
    sends_back = request.form.get("answer") == "back"
    valid = form.validate_on_submit()
    if valid and sends_back and not (form.note.data or "").strip():
        form.note.errors = [*form.note.errors, _("Say what should change, so that the author can go on.")]
        valid = False
    if not valid:
        return _show(found, one, status=400, review=form)
    with db.transaction():
        if sends_back:
            catalogue.send_back(one, by=g.person, note=form.note.data.strip())
        else:
            catalogue.approve(one, by=g.person, note=(form.note.data or "").strip())
    flash(_("Sent back with your note.") if sends_back else _("Your yes is kept."), "good")
    return _back(found, one)


@bp.post("/studio/<uuid:course>/versions/<uuid:version>/minutes")
@requires(Permission.APPROVE_HOURS)
def minutes(course: UUID, version: UUID):
    """The personnel officer says how many minutes count."""
    found, one = _found(course, version)
    if not scope.may_approve_minutes(g.person, one):
        raise errors.NotAllowed
    form = MinutesForm()
    if not form.validate_on_submit():
        return _show(found, one, status=400, minutes=form)
    try:
        with db.transaction():
            catalogue.approve_minutes(one, form.minutes.data, by=g.person)
    except errors.Invalid as error:
        form.minutes.errors = [_(error.says, **error.params)]
        return _show(found, one, status=400, minutes=form)
    flash(_("%(n)s minutes count for whoever completes this version.", n=form.minutes.data), "good")
    return _back(found, one)


@bp.post("/studio/<uuid:course>/versions/<uuid:version>/publish")
@requires(Permission.AUTHOR, Permission.APPROVE_HOURS)
def publish(course: UUID, version: UUID):
    """New learners begin this version from now on."""
    found, one = _found(course, version)
    if not scope.may_publish(g.person, found):
        raise errors.NotFound
    with db.transaction():
        catalogue.publish(one, by=g.person)
    flash(_("Published. Who had begun an earlier version finishes that one."), "good")
    return _back(found, one)


@bp.route("/studio/<uuid:course>/withdraw", methods=["GET", "POST"])
@requires(Permission.AUTHOR, Permission.APPROVE_HOURS)
def withdraw(course: UUID):
    """Close the course to new learners, after saying what that means."""
    found = queries.course(course, g.person)
    if not scope.may_publish(g.person, found) or found.state != "published":
        raise errors.NotFound
    form = Press()
    if form.validate_on_submit():
        with db.transaction():
            catalogue.unpublish(found, by=g.person)
        flash(_("Withdrawn. Nobody new can begin; records, hours and certificates stay."), "good")
        return pages.go(url_for("authoring.course", course=found.uuid))
    return pages.render(
        "authoring/withdraw.html", course=found, form=form, learning=sum(queries.on_versions(found).values())
    )


@bp.get("/studio/<uuid:course>/versions/<uuid:version>.zip")
@requires(*STUDIO)
def export(course: UUID, version: UUID):
    """The version as a zip: the same bytes in every file as came in."""
    found, one = _found(course, version)
    return send_file(
        BytesIO(unpack.pack(catalogue.export(one))),
        "application/zip",
        as_attachment=True,
        max_age=0,
        download_name=f"{found.slug}-v{one.number}.zip",
    )


@bp.get("/studio/<uuid:course>/versions/<uuid:version>/changes")
@requires(*STUDIO)
def changes(course: UUID, version: UUID):
    """What is different from the version before, file by file."""
    found, one = _found(course, version)
    earlier = queries.before(one)
    if earlier is None:
        raise errors.NotFound
    return pages.render(
        "authoring/changes.html", course=found, version=one, before=earlier, changed=versions.differences(earlier, one)
    )


@bp.get("/studio/<uuid:course>/versions/<uuid:version>/preview")
@requires(*STUDIO)
def look(course: UUID, version: UUID):
    """The version on a phone, part by part."""
    found, one = _found(course, version)
    parts = preview.parts(one)
    name = request.args.get("part", parts[0].name)
    shown = next((part for part in parts if part.name == name), None)
    if shown is None:
        raise errors.NotFound
    return pages.render("authoring/preview.html", course=found, version=one, parts=parts, shown=shown)


@bp.get("/studio/<uuid:course>/versions/<uuid:version>/preview/<name>")
@requires(*STUDIO)
def part(course: UUID, version: UUID, name: str):
    """One lesson or test as the learner sees it, to be framed; nothing in it sends anything."""
    found, one = _found(course, version)
    shown = next((p for p in preview.parts(one) if p.name == name), None)
    if shown is None:
        raise errors.NotFound
    return pages.render(
        "authoring/part.html", course=found, version=one, part=shown, questions=preview.questions(one, name)
    )
