"""The browser of statements, which people know as events: who did what, in words and raw, and how one is voided."""

from urllib.parse import urlencode
from uuid import UUID

from flask import flash, g, request, url_for
from werkzeug.datastructures import MultiDict

from lms.admin import actions, browsing
from lms.admin.blueprint import bp
from lms.admin.forms import StatementsForm, VoidForm
from lms.core import audit, clock, db, errors, pages
from lms.core.access import requires
from lms.core.permissions import Permission
from lms.core.texts import _
from lms.lrs import browsing as stored
from lms.lrs.parameters import from_more
from lms.people import accounts, ranks


@bp.get("/operations/statements")
@requires(Permission.OPERATE)
def statements():
    """Events, the newest first, as far as the filters ask; that somebody's were read is written down once a day."""
    form = StatementsForm(MultiDict(request.args))
    asked = {name: field.data for name, field in form._fields.items() if field.data}
    plain = {name: str(value) for name, value in asked.items()}
    sought = browsing.Sought(choices=[], query=None)
    if form.validate():
        sought = browsing.seek(g.person, **asked)
    more = request.args.get("more", "")
    lines, following = [], None
    if sought.query is not None:
        query = from_more(more)[0] if more else sought.query
        lines, following = stored.page(query)
    owners = _owners(lines)
    return pages.render(
        "admin/statements.html",
        form=form,
        asked=plain,
        choices=sought.choices,
        chosen=sought.chosen,
        lines=lines,
        owners=owners,
        verbs=[_(word) for word in stored.VERBS.values()],
        zone=g.person.zone,
        first=not more,
        address=url_for("admin.statements", **plain),
        next=f"{stored.link(url_for('admin.statements'), following)}&{urlencode(plain)}" if following else None,
        status=200 if not form.errors else 400,
    )


def _owners(lines: list[stored.Line]):
    """Whose events these are, as far as the viewer looks after them; each of them sees that they were read."""
    owners = accounts.owners([one.account for one in lines if one.account], ranks.manageable_by(g.person))
    if owners:
        with db.transaction():
            audit.note_each("events.read", by=g.person.id, about=sorted({who.id for who in owners.values()}))
    return owners


@bp.get("/operations/statements/<uuid:statement>")
@requires(Permission.OPERATE)
def statement(statement: UUID):
    """One event in words and raw, what it refers to and what refers to it."""
    return _page(statement, VoidForm())


def _page(statement: UUID, form: VoidForm, status: int = 200):
    line = stored.find(statement)
    if line is None:
        raise errors.NotFound
    target = stored.find(UUID(line.refers)) if line.refers else None
    referring = stored.referring(statement)
    owners = _owners([one for one in (line, target, *referring) if one])
    return pages.render(
        "admin/statement.html",
        line=line,
        target=target,
        referring=referring,
        owners=owners,
        raw=stored.pretty(line.text),
        why=browsing.reason_of(line, referring),
        form=form,
        now=clock.now(),
        status=status,
    )


@bp.post("/operations/statements/<uuid:statement>/void")
@requires(Permission.OPERATE)
def void_statement(statement: UUID):
    """The event counts no more; it is kept, with the reason."""
    form = VoidForm()
    if not form.validate_on_submit():
        return _page(statement, form, status=422)
    with db.transaction():
        actions.void_statement(statement, form.reason.data, by=g.person)
    flash(_("The event is voided: it counts no more, and is kept with your reason."), "good")
    return pages.go(url_for("admin.statement", statement=statement))
