"""The keys of the record store: made, given a new secret, renamed, revoked."""

from datetime import timedelta

from flask import flash, g, url_for

from lms.admin import queries, words
from lms.admin.blueprint import bp
from lms.admin.forms import KeyForm, Press, RenameForm, RotateForm
from lms.core import clock, db, errors, pages
from lms.core.access import requires
from lms.core.permissions import Permission
from lms.core.texts import _
from lms.lrs import keys as lrs
from lms.lrs.models import LrsCredential


def _page(form: KeyForm, fresh: dict[str, str] | None = None, status: int = 200):
    now = clock.now()
    rows = queries.keys()
    return pages.render(
        "admin/keys.html",
        keys=rows,
        scopes=words.SCOPES,
        graced={one.key for one in rows if lrs.old_secret_holds(one, now)},
        launches=queries.open_launches(),
        form=form,
        rotate=RotateForm(formdata=None),
        rename=RenameForm(formdata=None),
        press=Press(),
        fresh=fresh,
        status=status,
    )


def _fresh(made: LrsCredential, secret: str) -> dict[str, str]:
    return {"key": made.key, "secret": secret, "name": made.name}


@bp.get("/operations/keys")
@requires(Permission.OPERATE)
def keys():
    """The keys of the record store."""
    return _page(KeyForm())


@bp.post("/operations/keys")
@requires(Permission.OPERATE)
def add_key():
    """A new key; its secret is on this one page and nowhere else."""
    form = KeyForm()
    if not form.validate_on_submit():
        return _page(form, status=400)
    with db.transaction():
        made, secret = lrs.add_key(form.name.data.strip(), form.scope.data, by=g.person.id)
    return _page(KeyForm(formdata=None), _fresh(made, secret))


@bp.post("/operations/keys/<key>/rotate")
@requires(Permission.OPERATE)
def rotate_key(key: str):
    """The key has a new secret, on this one page and nowhere else; the old one opens as long as was asked for."""
    form = RotateForm()
    if not form.validate_on_submit():
        raise errors.Invalid
    with db.transaction():
        made, secret = lrs.rotate_key(key, timedelta(hours=int(form.grace.data)), by=g.person.id)
    return _page(KeyForm(formdata=None), _fresh(made, secret))


@bp.post("/operations/keys/<key>/rename")
@requires(Permission.OPERATE)
def rename_key(key: str):
    """The key is called something else from now on."""
    form = RenameForm()
    if not form.validate_on_submit():
        raise errors.Invalid
    with db.transaction():
        lrs.rename_key(key, form.name.data.strip(), by=g.person.id)
    flash(_("The key has its new name."), "good")
    return pages.go(url_for("admin.keys"))


@bp.post("/operations/keys/<key>/revoke")
@requires(Permission.OPERATE)
def revoke_key(key: str):
    """The key opens nothing from now on; what it stored stays."""
    with db.transaction():
        lrs.revoke_key(key, by=g.person.id)
    flash(_("The key opens nothing any more. What it had stored is kept."), "good")
    return pages.go(url_for("admin.keys"))
