"""Who is at the other end: the cookie's token, the session row behind it, and what a browser is known by."""

import ipaddress
import secrets
from datetime import timedelta
from functools import cached_property

import structlog
from flask import Flask, Response, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from lms.core import clock, db, settings, texts
from lms.core.texts import _
from lms.people import codes, passkeys, queries, ways_in
from lms.people.models import Person, UserSession

SEEN_EVERY = timedelta(minutes=5)
FRESH = timedelta(minutes=15)
"""So long after signing in, one may change how one signs in."""


class SessionUser(UserMixin):
    """Flask-Login's view of a signed-in browser; its id is the random token of the session row."""

    def __init__(self, token: str, row: UserSession, person: Person):
        self.token, self.row, self.person = token, row, person

    def get_id(self) -> str:
        """What the cookie carries."""
        return self.token


class Help:
    """Whom to ask for help, looked up when a page shows it."""

    def __init__(self, person: Person):
        self.person = person

    @cached_property
    def _unit(self):
        return queries.pendamping_of(self.person)

    @property
    def name(self) -> str:
        """The pendamping's name."""
        return self._unit.pendamping if self._unit else ""

    @property
    def phone(self) -> str:
        """Their telephone number, or nothing."""
        return self._unit.pendamping_phone if self._unit else ""

    def __bool__(self) -> bool:
        return bool(self.name)


def load(token: str) -> SessionUser | None:
    """The user of a session that holds, if that person may still come in."""
    row = ways_in.find_session(token)
    if row is None:
        return None
    person = db.session.get(Person, row.person_id)
    return SessionUser(token, row, person) if person and queries.works_here(person) else None


def init(app: Flask) -> None:
    """Let each request know who asks: `g.person` (None for nobody), `g.user_session`, `g.help`, and their language."""
    manager = LoginManager(app)
    manager.session_protection = None  # a phone changes its address all day; the token is what counts
    manager.user_loader(load)

    @app.before_request
    def meet() -> None:
        g.person = g.user_session = g.help = None
        if request.endpoint in (None, "static") or not current_user.is_authenticated:
            return
        g.person, g.user_session, g.help = current_user.person, current_user.row, Help(current_user.person)
        if "language" not in request.cookies:
            texts.set_language(g.person.language)
        if clock.now() - g.user_session.last_seen_at > SEEN_EVERY:
            _seen(g.user_session.id)


def _seen(row: int) -> None:
    try:
        with db.transaction():
            db.session.execute(update(UserSession).where(UserSession.id == row).values(last_seen_at=clock.now()))
    except OperationalError:  # a busy database must not keep a reader out; the next request tells it
        structlog.get_logger().warning("last seen not kept")


def fresh() -> bool:
    """Whether they signed in just now, and so may change how they sign in."""
    return g.user_session is not None and clock.now() - g.user_session.created_at < FRESH


def enter(token: str, stay: bool) -> None:
    """The browser is signed in from now on. Nothing of the cookie before is kept, so nobody can have prepared it."""
    session.clear()
    session.permanent = stay
    user = load(token)
    if user is not None:
        login_user(user)
        g.person, g.user_session = user.person, user.row


def leave(response: Response) -> Response:
    """The browser is signed out, and forgets what pages left in it."""
    logout_user()
    session.clear()
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _known_by() -> URLSafeSerializer:
    return URLSafeSerializer(settings.current().secret_key, salt="known browser")


def _cookie_name() -> str:
    return "__Host-known" if settings.current().secure else "known"


def remember(response: Response, person: Person) -> Response:
    """The browser carries a mark that it signed this person in: others' wrong tries do not make it wait."""
    mark = _known_by().dumps([str(person.uuid), secrets.token_hex(8)])
    response.set_cookie(
        _cookie_name(),
        mark,
        max_age=31_536_000,
        httponly=True,
        samesite="Lax",
        secure=settings.current().secure,
        path="/",
    )
    return response


def is_known() -> bool:
    """Whether somebody signed in here before."""
    return bool(_mark())


def _mark() -> list[str]:
    try:
        mark = _known_by().loads(request.cookies.get(_cookie_name(), ""))
    except BadSignature:
        return []
    return mark if isinstance(mark, list) and len(mark) == 2 else []


def origin() -> str:
    """The origin of this page, as the browser sees it."""
    return f"{request.scheme}://{request.host}"


def passkeys_here() -> bool:
    """Whether browsers use passkeys at the address of this page."""
    return passkeys.host_for(origin()) is not None


def throttle_keys(kind: str, login: str, person: Person | None) -> list[str]:
    """What a try counts under: the account (or this browser, where it is known), the address, and everyone.

    `kind` is account or code. An unknown login waits like a known one.
    """
    mark = _mark()
    if person is not None and mark and mark[0] == str(person.uuid):
        return [f"device:{mark[1]}"]
    name = str(person.id) if person else codes.kept("login:" + "".join(login.split()).lower())[:32]
    return [f"{kind}:{name}", *open_keys()]


def open_keys() -> list[str]:
    """What a try without a login counts under."""
    return [f"address:{_network(request.remote_addr or '')}", "everyone"]


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(found) if found.version == 4 else str(ipaddress.ip_network(f"{found}/64", strict=False))


def browser_words(agent: str) -> str:
    """A User-Agent as people know it: Chrome, Android."""
    browsers = (
        ("WhatsApp", "WhatsApp"),
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    )
    systems = (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )
    found = [next((name for sign, name in known if sign in agent), "") for known in (browsers, systems)]
    return ", ".join(name for name in found if name) or _("Unknown browser")
