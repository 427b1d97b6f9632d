"""Addresses of one's own account: how one signs in, where one is signed in, the language, and who read one's data."""

from flask import flash, g, jsonify, request, session, url_for

from lms.core import db, errors, pages, settings, texts
from lms.core.access import signed_in
from lms.core.texts import _
from lms.people import actions, login, passkeys, passwords, queries, readers, ways_in
from lms.people.blueprint import bp
from lms.people.errors import PasskeyRefused
from lms.people.forms import NewPasswordForm, PasskeyNameForm
from lms.people.models import Passkey
from lms.people.welcome_views import set_password, sign_in_again

PAGE = 25
bp.add_app_template_filter(login.browser_words, "browser")


@bp.get("/account/")
@signed_in
def account():
    """How one signs in, and where one is signed in."""
    return pages.render(
        "people/account.html",
        passkeys=ways_in.passkeys_of(g.person),
        sessions=ways_in.sessions_of(g.person),
        placed=queries.placement_of(g.person),
        employment=queries.employment_of(g.person),
        supervisor=queries.supervisor_of(g.person),
        passkeys_here=login.passkeys_here(),
        fresh=login.fresh(),
    )


@bp.get("/account/readers")
@signed_in
def account_readers():
    """Who saw or changed my data."""
    page = max(1, request.args.get("page", 1, int))
    rows = readers.of(g.person, skip=(page - 1) * PAGE, most=PAGE + 1)
    return pages.render("people/readers.html", rows=rows[:PAGE], page=page, more=len(rows) > PAGE)


@bp.route("/account/password", methods=["GET", "POST"])
@signed_in
def account_password():
    """A new password, for somebody who signed in just now."""
    if not login.fresh():
        return sign_in_again(url_for("people.account_password"))
    form = NewPasswordForm()
    if form.validate_on_submit() and set_password(form):
        flash(_("The new password holds from now on. Everywhere else you are signed out."), "good")
        return pages.go(url_for("people.account"))
    shortest = passwords.SHORTEST_WITH_PASSKEY if ways_in.passkeys_of(g.person) else passwords.SHORTEST
    return pages.render(
        "people/account_password.html", form=form, shortest=shortest, status=422 if form.errors else 200
    )


@bp.get("/account/passkeys/new")
@signed_in
def passkey_new():
    """Add a fingerprint, for somebody who signed in just now."""
    if not login.fresh():
        return sign_in_again(url_for("people.passkey_new"))
    return pages.render("people/passkey_new.html", passkeys_here=login.passkeys_here())


@bp.post("/account/passkeys/begin")
@signed_in
def passkey_add_begin():
    """A challenge for a new key."""
    _must_be_fresh()
    with db.transaction():
        holder, options = passkeys.begin_adding(g.person, login.origin())
    session["challenge"] = holder
    return jsonify(options)


@bp.post("/account/passkeys")
@signed_in
def passkey_add():
    """The new key's answer: one more way in."""
    _must_be_fresh()
    given = request.get_json(silent=True)
    if not isinstance(given, dict) or not isinstance(given.get("answer"), dict):
        raise PasskeyRefused
    with db.transaction():
        challenge = passkeys.take(session.pop("challenge", ""), g.person)
    with db.transaction():
        key = passkeys.finish_adding(login.origin(), challenge, given["answer"])
        actions.add_passkey(g.person, *key, name=login.browser_words(request.user_agent.string))
    flash(_("Done. From now on your fingerprint is enough to sign in."), "good")
    return jsonify(go=pages.own_path(given.get("next"), url_for("people.account")))


def _must_be_fresh() -> None:
    if not login.fresh():
        raise errors.NotAllowed


def _own_key(uuid) -> Passkey:
    found = next((key for key in ways_in.passkeys_of(g.person) if key.uuid == uuid), None)
    if found is None:
        raise errors.NotFound
    return found


@bp.post("/account/passkeys/<uuid:key>/name")
@signed_in
def passkey_rename(key):
    """Call a key something else."""
    _own_key(key)
    form = PasskeyNameForm()
    if form.validate_on_submit():
        with db.transaction():
            _own_key(key).name = form.name.data.strip()
    return pages.go(url_for("people.account"))


@bp.post("/account/passkeys/<uuid:key>/remove")
@signed_in
def passkey_remove(key):
    """The key signs nobody in any more."""
    if not login.fresh():
        return sign_in_again(url_for("people.account"))
    with db.transaction():
        actions.remove_passkey(g.person, _own_key(key))
    flash(_("This fingerprint no longer signs you in."), "good")
    return pages.go(url_for("people.account"))


@bp.post("/account/sessions/<uuid:row>/end")
@signed_in
def session_end(row):
    """Sign out one browser."""
    with db.transaction():
        found = next((s for s in ways_in.sessions_of(g.person) if s.uuid == row), None)
        if found is None:
            raise errors.NotFound
        actions.end_session(found)
    flash(_("That browser is signed out."), "good")
    return pages.go(url_for("people.account"))


@bp.post("/account/sign-out-everywhere")
@signed_in
def sign_out_everywhere():
    """Every session ends, this one too."""
    with db.transaction():
        actions.end_sessions(g.person)
    response = login.leave(pages.go(url_for("people.sign_in")))
    flash(_("You are signed out everywhere. What you learned is kept."), "good")
    return response


@bp.post("/account/language")
@signed_in
def account_language():
    """The language in which I am spoken to, here and in mails."""
    code = request.form.get("language", "id")
    with db.transaction():
        actions.speak(queries.person_by_id(g.person.id), code)
    texts.set_language(code)
    response = pages.go(url_for("people.account"))
    response.set_cookie(
        "language",
        g.person.language,
        max_age=31_536_000,
        httponly=True,
        samesite="Lax",
        secure=settings.current().secure,
    )
    return response
