"""Addresses of certificates: the page that strangers check, the keys, the holder's PDF, a revocation."""

from flask import Blueprint, Response, flash, g, jsonify, request, url_for

from lms.certificates import actions, queries, wording
from lms.certificates.forms import RevokeForm
from lms.certificates.limits import SPAN, Misses
from lms.core import audit, db, errors, pages
from lms.core.access import public, requires, signed_in
from lms.core.permissions import Permission
from lms.core.texts import _
from lms.people import erasing
from lms.people import queries as people
from lms.people.errors import ReasonNamesThem

bp = Blueprint("certificates", __name__)
misses = Misses()


@bp.get("/certificates/")
@public
def ask():
    """Type a code to check it."""
    typed = request.args.get("code", "").strip()[:200]
    if typed:
        return pages.go(url_for("certificates.check", code=wording.code_of(typed) or "unknown"))
    return _told(pages.render("certificates/check.html", found=None))


@bp.get("/certificates/key.json")
@public
def keys():
    """The public keys, as a JWK set, for those who check without asking us."""
    response = jsonify(queries.key_set())
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@bp.get("/certificates/<code>")
@public
def check(code):
    """Valid, revoked or unknown: for anyone, without a sign-in."""
    address = request.remote_addr or ""
    if misses.too_many(address):
        raise errors.TooMany(wait=_("%(n)s min", n=SPAN.seconds // 60))
    found = queries.check(code)
    if found.state == queries.UNKNOWN:
        misses.count(address)
        return _told(pages.render("certificates/check.html", found=found, status=404))
    own = g.person is not None and found.certificate is not None and found.certificate.person_id == g.person.id
    return _told(pages.render("certificates/check.html", found=found, own=own, revocable=_revocable(code)))


def _told(response: Response) -> Response:
    """Names do not belong into search engines."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _revocable(code: str) -> bool:
    """Whether the one who looks may revoke this certificate."""
    if g.person is None or not people.may(g.person, Permission.APPROVE_HOURS):
        return False
    found = queries.find_by_code(code)
    return (
        found is not None
        and found.revoked_at is None
        and people.may(g.person, Permission.APPROVE_HOURS, about=found.person)
    )


@bp.get("/certificates/<code>.pdf")
@signed_in
def pdf(code):
    """The PDF, for the holder and those who may see the holder's record (which is written down)."""
    with db.transaction():
        found = queries.seen_certificate(code, g.person)
        if found.person_id != g.person.id:
            audit.note("record.read", by=g.person.id, about=found.person_id, subject=f"certificate:{found.uuid}")
        made, name = actions.pdf_of(found), f"sertifikat-{found.code}.pdf"
    response = Response(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.route("/certificates/<code>/revoke", methods=["GET", "POST"])
@requires(Permission.APPROVE_HOURS)
def revoke(code):
    """Revoke a certificate, with the reason."""
    found, form = queries.revocable_certificate(code, g.person), RevokeForm()
    if form.validate_on_submit() and erasing.names_them(form.why.data, found.person):
        form.why.errors = [_(ReasonNamesThem.says)]
    elif form.is_submitted() and not form.errors:
        with db.transaction():
            actions.revoke(queries.revocable_certificate(code, g.person), g.person, form.why.data)
        flash(_("The certificate is revoked. Its public page says so from now on."), "good")
        return pages.go(url_for("certificates.check", code=found.code))
    return pages.render("certificates/revoke.html", found=found, form=form, status=422 if form.errors else 200)
