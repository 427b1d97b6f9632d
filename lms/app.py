"""The web application: areas in, pages out; who may use a route is asked here, and errors become answers."""

import hashlib
import json
from contextlib import ExitStack
from datetime import timedelta
from functools import cache
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, abort, g, make_response, redirect, render_template, request
from flask.globals import request_ctx
from flask_compress import Compress
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from lms import wiring
from lms.admin import views as admin
from lms.authoring import views as authoring
from lms.catalogue import views as catalogue
from lms.certificates import views as certificates
from lms.competency import views as competency
from lms.core import access, clock, db, errors, forms, jobs, migrate, pages, paths, process, queue, settings, texts
from lms.core.heartbeat import is_fresh, last_beat
from lms.core.permissions import Permission
from lms.core.texts import _
from lms.core.whole import WholeBodies
from lms.delivery import views as delivery
from lms.enrolment import views as enrolment
from lms.home import views as home
from lms.hours import views as hours
from lms.lrs import app as lrs
from lms.lrs.protocol import CollapseSlashes
from lms.notifications import views as notifications
from lms.people import login
from lms.people import queries as people
from lms.people import views as people_views
from lms.people.models import Person
from lms.records import views as records
from lms.supervision import views as supervision

AREAS = (
    people_views,
    competency,
    catalogue,
    enrolment,
    delivery,
    records,
    hours,
    authoring,
    certificates,
    supervision,
    home,
    notifications,
    admin,
)
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'; frame-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), publickey-credentials-get=(self), "
    "publickey-credentials-create=(self)",
}


def boot(given: settings.Settings | None = None) -> settings.Settings:
    """Make this process ready to work: settings, log, database, files, wiring."""
    chosen = process.boot(given)
    wiring.connect()
    return chosen


def create(given: settings.Settings | None = None) -> Flask:
    """The application, ready to serve; raises settings.SettingsError, and LookupError for a route without a policy."""
    chosen = boot(given)
    _refuse_demo_people(chosen)
    app = Flask("lms", template_folder=str(paths.shipped("templates")), static_folder=str(paths.PACKAGE / "static"))
    app.config.update(
        SECRET_KEY=chosen.secret_key,
        TRUSTED_HOSTS=sorted(chosen.host_names),
        MAX_CONTENT_LENGTH=8_000_000,
        MAX_FORM_PARTS=100,
        MAX_FORM_MEMORY_SIZE=500_000,
        SESSION_COOKIE_NAME="__Host-sid" if chosen.secure else "sid",
        SESSION_COOKIE_SECURE=chosen.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        TESTING=chosen.environment == "test",
        COMPRESS_MIN_SIZE=500,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    _speak(app, chosen)
    _open(app)
    forms.speak()
    login.init(app)
    _guard(app)
    CSRFProtect(app)
    for area in AREAS:
        app.register_blueprint(area.bp)
    _own_routes(app, chosen)
    _answer_errors(app)
    access.public(app.view_functions["static"])
    _state_policies(app)
    Compress(app)
    if chosen.environment != "test":
        jobs.carry_by(queue.open_at(chosen.data_dir))
    store = lrs.make(chosen)
    _state_policies(store)
    app.extensions["lrs"] = store
    app.wsgi_app = CollapseSlashes(lrs.Under("/xapi", store.wsgi_app, WholeBodies(app.wsgi_app)))  # type: ignore[method-assign]
    if chosen.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=chosen.trusted_proxies, x_proto=chosen.trusted_proxies, x_host=0)  # type: ignore[method-assign]
    return app


def _state_policies(app: Flask) -> None:
    """Raise LookupError for a route that does not say who may use it."""
    for rule in app.url_map.iter_rules():
        if not hasattr(app.view_functions[rule.endpoint], "policy"):
            raise LookupError(
                f"{rule.rule} does not say who may use it: write @requires(...), @signed_in or @public under the route"
            )


def _refuse_demo_people(chosen: settings.Settings) -> None:
    """Production never serves with accounts whose password stands in a README."""
    if chosen.environment != "production":
        return
    with db.scope():
        if db.session.scalar(select(Person.id).where(Person.demo).limit(1)):
            raise settings.SettingsError(
                "There are demo accounts in this database: run `lms demo wipe` first, or use another one."
            )


def _open(app: Flask) -> None:
    """Give each request a database session of its own."""

    @app.before_request
    def begin():
        g.closing = ExitStack()
        g.closing.enter_context(db.scope())

    @app.teardown_request
    def end(_error):
        closing = g.pop("closing", None)
        if closing:
            closing.close()


def _speak(app: Flask, chosen: settings.Settings) -> None:
    """Set the language of each request, and what templates can call."""

    @app.before_request
    def choose_language():
        texts.set_language(request.cookies.get("language", "id"))

    @cache
    def fingerprint(name: str) -> str:
        return hashlib.sha256((paths.PACKAGE / "static" / name).read_bytes()).hexdigest()[:12]

    def static(name: str) -> str:
        """The address of a static file, with its fingerprint: it may be kept for a year."""
        return f"/static/{name}?v={fingerprint(name)}"

    @app.context_processor
    def here():
        return {"now": clock.now()}

    app.jinja_env.globals.update(
        _=_,
        ngettext=texts.ngettext,
        language=texts.language,
        languages=texts.LANGUAGES,
        static=static,
        settings=chosen,
        may=lambda name: Permission(name) in permissions(),
    )
    app.jinja_env.filters.update(
        hours=texts.hours,
        size=texts.size,
        day=texts.day,
        full_day=texts.full_day,
        moment=texts.moment,
        number=texts.number,
    )


def same_site_only() -> None:
    """Refuse an unsafe request that another site (or a sub-host's package) sends along with our cookie."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    fetch_site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if origin is not None:
        if urlsplit(origin).netloc != request.host:
            abort(403)
    elif fetch_site not in (None, "same-origin", "none"):
        abort(403)


def permissions() -> frozenset[Permission]:
    """What who is signed in may do, asked once a request."""
    if g.get("person") is None:
        return frozenset()
    if "permissions" not in g:
        g.permissions = people.permissions_of(g.person)
    return g.permissions


def _guard(app: Flask) -> None:
    """Ask, before each view, whether this person may use it."""

    @app.before_request
    def check():
        if request.endpoint is None:
            return
        policy = getattr(app.view_functions[request.endpoint], "policy", None)
        same_site_only()
        if policy == access.PUBLIC:
            return
        if g.get("person") is None:
            raise errors.NotSignedIn
        if policy == access.SIGNED_IN or policy & permissions():
            return
        raise errors.NotAllowed

    @app.after_request
    def seal(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.current().secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.endpoint == "static":
            if "v" in request.args:
                response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
            else:
                response.headers["Cache-Control"] = "public, max-age=300"
            response.headers.pop("Set-Cookie", None)
        elif "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response


def _answer_errors(app: Flask) -> None:
    """Errors become pages that say what happened, what was kept, and what to do."""

    def page(status: int, says: str, retry: int | None = None) -> Response:
        db.session.rollback()
        if request_ctx.url_adapter is None:  # a host that we do not answer to: no page of ours can be built for it
            return Response(says, status, content_type="text/plain; charset=utf-8")
        if request.path.startswith(("/healthz", "/readyz")) or request.accept_mimetypes.best == "application/json":
            response = Response(json.dumps({"error": says}), status, content_type="application/json")
        else:
            response = make_response(render_template("error.html", status=status, says=says), status)
        if retry:
            response.headers["Retry-After"] = str(retry)
        return response

    @app.errorhandler(errors.Problem)
    def problem(error: errors.Problem):
        if isinstance(error, errors.NotSignedIn) and request.method == "GET":
            return redirect("/sign-in?" + _next(request.full_path), 303)
        if isinstance(error, errors.NotAllowed):
            structlog.get_logger().warning("refused", path=request.path, person=getattr(g.get("person"), "id", None))
        return page(error.status, _(error.says, **error.params))

    @app.errorhandler(CSRFError)
    def stale(_error):
        return page(
            400,
            _(
                "This page was open for too long. What you wrote is still in your browser: go back, reload the page and send it again."
            ),
        )

    @app.errorhandler(IntegrityError)
    def twice(_error):
        return page(409, _(errors.Conflict.says))

    @app.errorhandler(OperationalError)
    def busy(error):
        structlog.get_logger().error("database", error=str(error.orig))
        return page(
            503,
            _("Many people are working here right now. Nothing was lost. Please try again in a few seconds."),
            retry=5,
        )

    @app.errorhandler(HTTPException)
    def http(error: HTTPException):
        says = {
            400: _(errors.Invalid.says),
            403: _(errors.NotAllowed.says),
            404: _(errors.NotFound.says),
            405: _("This address does not take that kind of request. Go back and use the page's own buttons."),
            413: _(errors.TooLarge.says),
            429: _("Too many tries. Please wait a minute and try again."),
        }.get(error.code or 500, _(errors.Problem.says))
        return page(error.code or 500, says)

    @app.errorhandler(Exception)
    def crash(error: Exception):
        structlog.get_logger().exception("crash", path=request.path)
        if app.testing:
            raise error
        return page(500, _(errors.Problem.says))


def _next(target: str) -> str:
    from_here = pages.own_path(target.rstrip("?"), "/")
    return "" if from_here == "/" else "next=" + from_here.replace("&", "%26").replace("#", "%23")


def readiness() -> dict[str, bool]:
    """Whether the database answers, stands at the newest migration, and the worker is alive."""
    state = {"database": False, "migrations": False, "worker": False}
    try:
        db.session.execute(text("SELECT 1"))
        state["database"] = True
        state["migrations"] = migrate.revision(db.engine()) == migrate.head()
        state["worker"] = is_fresh(last_beat("worker"))
    except Exception as error:
        structlog.get_logger().error("not ready", error=str(error))
    return state


def _own_routes(app: Flask, chosen: settings.Settings) -> None:
    @app.get("/healthz")
    @access.public
    def healthz():
        """The process answers."""
        return {"ok": True}

    @app.get("/readyz")
    @access.public
    def readyz():
        """Database, migrations and worker are as they should be."""
        state = readiness()
        return {"ok": all(state.values()), **state}, 200 if all(state.values()) else 503

    @app.post("/language")
    @access.public
    def change_language():
        """Speak another language from now on."""
        response = pages.go(pages.own_path(request.form.get("next"), "/"))
        code = request.form.get("language", "id")
        response.set_cookie(
            "language",
            code if code in texts.LANGUAGES else "id",
            max_age=31_536_000,
            httponly=True,
            samesite="Lax",
            secure=chosen.secure,
        )
        return response

    @app.get("/brand.css")
    @access.public
    def brand():
        """The agency's own colour, where one is set."""
        colour = (
            chosen.brand if len(chosen.brand) == 7 and chosen.brand[0] == "#" and chosen.brand[1:].isalnum() else ""
        )
        response = Response(f":root{{--brand:{colour}}}" if colour else "", content_type="text/css")
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response

    if chosen.environment != "production":

        @app.get("/ui")
        @access.public
        def living_page():
            """Every component in all its states."""
            return render_template("ui/living.html")
