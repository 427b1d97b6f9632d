"""Addresses of the first minutes: a passkey or a password, then whether unit and position are right."""

from flask import Response, flash, g, session, url_for

from lms.core import db, pages
from lms.core.access import signed_in
from lms.core.texts import _
from lms.people import actions, entry, login, passwords, queries, ways_in
from lms.people.blueprint import bp
from lms.people.forms import NewPasswordForm, PlaceForm


@bp.get("/welcome")
@signed_in
def welcome():
    """The next of the first steps that is still open."""
    keys = ways_in.passkeys_of(g.person)
    if not keys and login.passkeys_here():
        return pages.go(url_for("people.welcome_key"))
    by_code = g.user_session.factors in ("code", "mail")
    if not keys and (by_code or not g.person.password_hash):
        return pages.go(url_for("people.welcome_password"))
    return pages.go(url_for("people.welcome_unit"))


@bp.get("/welcome/key")
@signed_in
def welcome_key():
    """Sign in by fingerprint from now on?"""
    return pages.render("people/welcome_key.html", passkeys_here=login.passkeys_here())


@bp.route("/welcome/password", methods=["GET", "POST"])
@signed_in
def welcome_password():
    """A password for those who take no passkey."""
    if not login.fresh():
        return sign_in_again(url_for("people.welcome_password"))
    form = NewPasswordForm()
    if form.validate_on_submit() and set_password(form):
        return pages.go(url_for("people.welcome_unit"))
    return pages.render(
        "people/welcome_password.html", form=form, shortest=passwords.SHORTEST, status=422 if form.errors else 200
    )


@bp.route("/welcome/unit", methods=["GET", "POST"])
@signed_in
def welcome_unit():
    """Are unit and position right?"""
    placed = queries.placement_of(g.person)
    if placed is None:
        return _done()
    form = PlaceForm()
    if form.validate_on_submit():
        with db.transaction():
            actions.object_to_place(queries.person_by_id(g.person.id), form.what.data)
        flash(_("Thank you. Unit HR has been told; you can begin to learn now."), "good")
        return _done()
    return pages.render(
        "people/welcome_unit.html",
        form=form,
        placed=placed,
        supervisor=queries.supervisor_of(g.person),
        status=422 if form.errors else 200,
    )


@bp.post("/welcome/unit/right")
@signed_in
def welcome_unit_right():
    """They are."""
    with db.transaction():
        actions.confirm_place(queries.person_by_id(g.person.id))
    return _done()


def _done() -> Response:
    return pages.go(pages.own_path(session.pop("next", None), "/"))


def sign_in_again(target: str) -> Response:
    """Ask who it is once more, before something that opens the account."""
    flash(_("Please sign in once more first: this changes how your account opens."), "info")
    return pages.go(url_for("people.sign_in", again=1, next=target))


def set_password(form: NewPasswordForm) -> bool:
    """Keep the password of a valid form, or say on its field why it is refused."""
    text = form.password.data
    never, weak = entry.words_of(g.person)
    try:
        passwords.check(text, bool(ways_in.passkeys_of(g.person)), never, weak)
    except passwords.PasswordRefused as refused:
        form.password.errors = [_(refused.says, **refused.params)]
        return False
    db.session.rollback()  # no connection is held while the hash takes its time
    hashed, short = passwords.hashed(text), len(passwords.normal(text)) < passwords.SHORTEST
    with db.transaction():
        actions.keep_password(queries.person_by_id(g.person.id), hashed, short, here=g.user_session)
    return True
