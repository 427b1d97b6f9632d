"""The operator's pages, and the audit log."""

from flask import flash, g, request, url_for
from werkzeug.datastructures import MultiDict

from lms.admin import actions, key_views, queries, statement_views, words
from lms.admin.blueprint import bp
from lms.admin.forms import LogForm, Press, RetryForm
from lms.core import audit, db, errors, pages
from lms.core.access import requires
from lms.core.permissions import Permission
from lms.core.texts import _, ngettext

__all__ = ["bp", "key_views", "statement_views"]
STATES = ("dead", "waiting", "running", "done")


@bp.app_template_filter("done_in_words")
def done_in_words(name: str) -> str:
    """A name in the audit log as words."""
    return words.action(name)


@bp.app_template_filter("job_in_words")
def job_in_words(name: str) -> str:
    """A kind of job as words."""
    return words.kind(name)


def _page() -> int:
    return max(1, min(request.args.get("page", 1, type=int), 10_000))


@bp.get("/operations/")
@requires(Permission.OPERATE)
def operations():
    """How the installation is, on one page."""
    return pages.render(
        "admin/operations.html",
        health=queries.health(),
        jobs=queries.job_counts(),
        late=queries.late_jobs(),
        failures=queries.fold_failures(10),
        failure_count=queries.fold_failure_count(),
        room=queries.room(),
        versions=queries.versions(),
        people=queries.people_count(),
        press=Press(),
    )


@bp.get("/operations/jobs")
@requires(Permission.OPERATE)
def jobs():
    """Jobs in one state, with the reason of their last failure."""
    state = request.args.get("state", "dead")
    if state not in STATES:
        raise errors.NotFound
    page = _page()
    rows = queries.jobs_in(state, page)
    return pages.render(
        "admin/jobs.html",
        state=state,
        counts=queries.job_counts(),
        rows=rows[: queries.A_PAGE],
        page=page,
        more=len(rows) > queries.A_PAGE,
        form=RetryForm(formdata=None),
        states=words.STATES,
    )


@bp.post("/operations/jobs/retry")
@requires(Permission.OPERATE)
def retry():
    """Let a job, or every job, that gave up try again."""
    form = RetryForm()
    if not form.validate_on_submit():
        raise errors.Invalid
    with db.transaction():
        if form.job.data is None:
            n = actions.retry_all(by=g.person.id)
        else:
            actions.retry(form.job.data, by=g.person.id)
            n = 1
    flash(ngettext("One job will be tried again.", "%(num)s jobs will be tried again.", n), "good")
    return pages.go(url_for("admin.jobs"))


@bp.post("/operations/audit/check")
@requires(Permission.OPERATE, Permission.AUDIT, Permission.PROTECT_DATA)
def check_log():
    """Whether every row of the audit log follows from the one before."""
    broken = audit.first_break()
    with db.transaction():
        audit.note("audit.checked", by=g.person.id, whole=broken is None)
    if broken is None:
        flash(_("The log is whole: no line was changed, taken out or put in."), "good")
    elif broken == 0:
        flash(_("The log's end is missing. Keep the database as it is and compare it with the last backup."), "bad")
    else:
        flash(
            _(
                "From row %(n)s on, the log does not follow from what stood before. "
                "Keep the database as it is and compare it with the last backup.",
                n=broken,
            ),
            "bad",
        )
    return pages.go(pages.own_path(request.form.get("next"), "/"))


@bp.get("/operations/audit")
@requires(Permission.AUDIT, Permission.PROTECT_DATA)
def log():
    """Who did and read what, as far as it touches the reader's units. Reading it is written down too."""
    form = LogForm(MultiDict(request.args))
    asked = {name: field.data for name, field in form._fields.items() if field.data} if form.validate() else {}
    page = _page()
    rows = queries.log_of(g.person, page=page, **asked)
    if page == 1:
        with db.transaction():
            # the log keeps for good: whose name was looked for is not said
            told = {k: "…" if k == "name" else str(v) for k, v in asked.items()}
            audit.note("log.read", by=g.person.id, asked=told)
    plain = {k: str(v) for k, v in asked.items()}
    return pages.render(
        "admin/log.html",
        rows=rows[: queries.A_PAGE],
        more=len(rows) > queries.A_PAGE,
        page=page,
        form=form,
        asked=plain,
        press=Press(),
    )
