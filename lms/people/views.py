"""Addresses of signing in and out. What is said, and how long it takes, is the same for known people and others."""

from datetime import timedelta
from uuid import UUID

import structlog
from flask import Response, flash, g, jsonify, request, session, url_for

from lms.core import clock, db, pages
from lms.core.access import public, signed_in
from lms.core.texts import _, ngettext
from lms.people import (
    account_views,
    actions,
    agency_views,
    erasing_views,
    login,
    mail,
    passkeys,
    passwords,
    queries,
    throttle,
    welcome_views,
)
from lms.people.blueprint import bp
from lms.people.errors import PasskeyRefused
from lms.people.forms import CodeForm, PasswordForm, SignInForm
from lms.people.models import Person

__all__ = ["account_views", "agency_views", "bp", "erasing_views", "welcome_views"]
SECOND_WAITS = timedelta(minutes=5)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in():
    """Who signs in: NIP or e-mail; or at once by fingerprint."""
    target = pages.own_path(request.values.get("next"), "/")
    if g.person is not None and "again" not in request.args:
        return pages.go(target)
    form = SignInForm(next=target)
    if form.validate_on_submit():
        session["entry"] = {"login": form.login.data.strip(), "stay": form.stay.data, "next": target}
        return pages.go(url_for("people.sign_in_password" if login.is_known() else "people.sign_in_code"))
    return pages.render(
        "people/sign_in.html", form=form, passkeys_here=login.passkeys_here(), status=422 if form.errors else 200
    )


@bp.route("/sign-in/code", methods=["GET", "POST"])
@public
def sign_in_code():
    """The one-time code of the first sign-in, or of a forgotten password."""
    entry, form = session.get("entry"), CodeForm()
    if entry is None:
        return pages.go(url_for("people.sign_in"))
    if form.validate_on_submit():
        asked = queries.find_by_login(entry["login"])
        keys = login.throttle_keys("code", entry["login"], asked)
        waiting = _count(keys, form.code)
        if waiting:
            return _ask_again("people/sign_in_code.html", form, entry, waiting)
        with db.transaction():
            who = actions.use_code(form.code.data, queries.find_by_login(entry["login"]))
            who = who if who is not None and queries.works_here(who) else None
            token = _let_in(who, keys, "code", entry["stay"]) if who else None
        if who and token:
            answer = _enter(who, token, entry["stay"], url_for("people.welcome"), entry["next"])
            flash(_("Code correct. Welcome, %(name)s.", name=who.name.rstrip(".")), "good")
            return answer
        form.code.errors = [
            _("This code does not fit, was used already, or is older than 14 days. Unit HR gives you a new one.")
        ]
        return _ask_again("people/sign_in_code.html", form, entry)
    return pages.render(
        "people/sign_in_code.html", form=form, entry=entry, mail=mail.is_there(), status=422 if form.errors else 200
    )


@bp.route("/sign-in/password", methods=["GET", "POST"])
@public
def sign_in_password():
    """The password; a short one is followed by the passkey."""
    entry, form = session.get("entry"), PasswordForm()
    if entry is None:
        return pages.go(url_for("people.sign_in"))
    if form.validate_on_submit():
        password = passwords.normal(form.password.data)
        asked = queries.find_by_login(entry["login"])
        keys = login.throttle_keys("account", entry["login"], asked)
        waiting = _count(keys, form.password)
        if waiting:
            return _ask_again("people/sign_in_password.html", form, entry, waiting)
        kept = asked.password_hash if asked and queries.works_here(asked) else ""
        db.session.rollback()  # no connection is held while the hash takes its time
        if passwords.matches(kept, password):
            renewed = passwords.hashed(password) if passwords.outdated(kept) else kept
            return _password_was_right(asked.uuid, kept, renewed, keys, entry)
        structlog.get_logger().warning("sign-in refused", kind="password")
        form.password.errors = [_("This does not fit together. Check NIP and password, or sign in by a one-time code.")]
        return _ask_again("people/sign_in_password.html", form, entry)
    return pages.render(
        "people/sign_in_password.html", form=form, entry=entry, mail=mail.is_there(), status=422 if form.errors else 200
    )


def _password_was_right(uuid: UUID, kept: str, renewed: str, keys: list[str], entry: dict) -> Response:
    with db.transaction():
        who = queries.person(uuid)
        if who.password_hash == kept:
            who.password_hash = renewed
        if who.password_short:
            throttle.succeeded(keys)
            token = None
        else:
            token = _let_in(who, keys, "password", entry["stay"])
    if token is None:
        session["second"] = {"person": str(uuid), "at": clock.now().timestamp()}
        return pages.go(url_for("people.sign_in_second"))
    return _enter(who, token, entry["stay"], *_onward(who, entry["next"]))


@bp.get("/sign-in/second")
@public
def sign_in_second():
    """The passkey that a short password counts on."""
    if _second() is None:
        return pages.go(url_for("people.sign_in"))
    return pages.render("people/sign_in_second.html", passkeys_here=login.passkeys_here())


def _second() -> Person | None:
    """Whose password was right a moment ago, in this browser."""
    waiting = session.get("second")
    if waiting is None or clock.now().timestamp() - waiting["at"] > SECOND_WAITS.total_seconds():
        return None
    return queries.find_person(UUID(waiting["person"]))


@bp.post("/sign-in/passkey/begin")
@public
def passkey_begin():
    """A challenge for the phone's or computer's key."""
    with db.transaction():
        wait = throttle.begin(login.open_keys())
        if not wait:
            holder, options = passkeys.begin_sign_in(login.origin(), _second())
    if wait:
        return jsonify(error=_wait_words(wait)), 429
    session["challenge"] = holder
    return jsonify(options)


@bp.post("/sign-in/passkey")
@public
def passkey_finish():
    """The key's answer: signed in, or not."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict) or not isinstance(given.get("answer"), dict):
        raise PasskeyRefused
    second, stay = _second(), bool(given.get("stay"))
    entry = session.get("entry") if second else None
    with db.transaction():
        challenge = passkeys.take(session.pop("challenge", ""), second)
    with db.transaction():
        who = passkeys.finish_sign_in(login.origin(), challenge, given["answer"], second)
        token = _let_in(
            who, login.open_keys(), "password+passkey" if second else "passkey", entry["stay"] if entry else stay
        )
    target, then = _onward(who, entry["next"] if entry else pages.own_path(given.get("next"), "/"))
    login.enter(token, entry["stay"] if entry else stay)
    session["next"] = then
    return login.remember(jsonify(go=target), who)


@bp.post("/sign-in/link")
@public
def ask_link():
    """A link by mail, if there is somebody with an address; the answer is the same for all."""
    entry = session.get("entry")
    if entry is None or not mail.is_there():
        return pages.go(url_for("people.sign_in"))
    asked = queries.find_by_login(entry["login"])
    with db.transaction():
        wait = throttle.begin(login.throttle_keys("code", entry["login"], asked))
        if not wait:
            actions.ask_link(queries.find_by_login(entry["login"]))
    flash(
        _wait_words(wait)
        if wait
        else _("If we know this address, a link is on its way. It works once, for 20 minutes."),
        "warning" if wait else "good",
    )
    return pages.go(url_for("people.sign_in_code"))


@bp.route("/sign-in/link/<token>", methods=["GET", "POST"])
@public
def use_link(token):
    """A mailed link: opening it changes nothing (mail scanners open links), its button signs in."""
    if request.method == "GET":
        return pages.render("people/sign_in_link.html", token=token)
    keys = login.open_keys()
    with db.transaction():
        wait = throttle.begin(keys)
    who = None
    if not wait:
        with db.transaction():
            who = actions.use_code(token, purpose="mail")
            who = who if who is not None and queries.works_here(who) else None
            given = _let_in(who, keys, "mail", False) if who else ""
    if who is None:
        flash(
            _wait_words(wait)
            if wait
            else _("This link was used already or is older than 20 minutes. You can ask for a new one."),
            "warning",
        )
        return pages.go(url_for("people.sign_in"))
    return _enter(who, given, False, url_for("people.welcome"), "/")


@bp.post("/sign-out")
@signed_in
def sign_out():
    """The session ends here and on the server."""
    with db.transaction():
        actions.end_session(g.user_session)
    response = login.leave(pages.go(url_for("people.sign_in")))
    flash(_("You are signed out. What you learned is kept."), "good")
    return response


def _count(keys: list[str], field) -> timedelta | None:
    """Count the try; where it must wait, the field says how long."""
    with db.transaction():
        wait = throttle.begin(keys)
    if wait:
        field.errors = [_wait_words(wait)]
    return wait


def _wait_words(wait: timedelta) -> str:
    seconds = int(wait.total_seconds()) + 1
    if seconds < 60:
        return ngettext(
            "Too many tries that did not fit. Please try again in one second.",
            "Too many tries that did not fit. Please try again in %(num)s seconds.",
            seconds,
        )
    return ngettext(
        "Too many tries that did not fit. Please try again in one minute.",
        "Too many tries that did not fit. Please try again in %(num)s minutes.",
        -(-seconds // 60),
    )


def _ask_again(template: str, form, entry: dict, wait: timedelta | None = None) -> Response:
    response = pages.render(template, form=form, entry=entry, mail=mail.is_there(), status=429 if wait else 422)
    if wait:
        response.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return response


def _let_in(who: Person, keys: list[str], factors: str, stay: bool) -> str:
    throttle.succeeded(keys)
    if g.user_session is not None:
        actions.end_session(g.user_session)
    return actions.start_session(who, request.user_agent.string, factors, stay)


def _onward(who: Person, target: str) -> tuple[str, str]:
    """(where to go now, where after that): who has not yet said that unit and position are right is asked first."""
    asked = who.confirmed_at is None and not who.objection and who.placement is not None
    return (url_for("people.welcome_unit") if asked else target), target


def _enter(who: Person, token: str, stay: bool, target: str, then: str) -> Response:
    login.enter(token, stay)
    session["next"] = then
    return login.remember(pages.go(target), who)
