"""The page of the data-protection officer on which a person is erased."""

from uuid import UUID

from flask import flash, g, request, url_for

from lms.core import audit, db, errors, pages
from lms.core.access import requires
from lms.core.permissions import Permission
from lms.core.texts import _
from lms.people import actions, erasing, queries
from lms.people.blueprint import bp
from lms.people.errors import ReasonNamesThem
from lms.people.forms import EraseForm
from lms.people.models import Person


@bp.get("/agency/erase")
@requires(Permission.PROTECT_DATA)
def erase():
    """Find somebody by the whole NIP or e-mail address, and see what would go and what would stay."""
    words = request.args.get("who", "").strip()[:254]
    found = queries.find_by_login(words) if words else None
    who = found if found and _mine(found) else None
    if who:
        with db.transaction():
            audit.note_each("person.read", by=g.person.id, about=[who.id])
    return _page(words, who, EraseForm())


def _mine(who: Person) -> bool:
    return who.state != erasing.ERASED and queries.may(g.person, Permission.PROTECT_DATA, about=who)


def _page(words: str, who: Person | None, form: EraseForm, status: int = 200):
    return pages.render("people/erase.html", words=words, who=who, form=form, status=status)


@bp.post("/agency/erase/<uuid:person>")
@requires(Permission.PROTECT_DATA)
def erase_person(person: UUID):
    """The person is erased, for good."""
    form, who = EraseForm(), queries.find_person(person)
    if who is None or not _mine(who):
        raise errors.NotFound
    if form.validate_on_submit() and erasing.names_them(form.reason.data, who):
        form.reason.errors = [_(ReasonNamesThem.says)]
    if form.errors:
        return _page("", who, form, status=422)
    with db.transaction():
        actions.erase(queries.person(person), g.person, form.reason.data)
    erasing.scrub()
    flash(_("The person is erased. What they earned is kept without a name."), "good")
    return pages.go(url_for("people.erase"))
