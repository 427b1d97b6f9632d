"""The record store as an application of its own: what `lms lrs serve` offers, and what the site answers under /xapi.

It has no session, no form and no page, so that nothing of a browser's cookies can reach it and a request costs little.
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import SecurityError

from lms.core import db, events, process, settings
from lms.core.whole import WholeBodies
from lms.lrs import protocol, views
from lms.lrs.alternate import AlternateSyntax
from lms.lrs.errors import EncodedBody
from lms.lrs.events import StatementsStored
from lms.lrs.protocol import CollapseSlashes

MOST_OCTETS = 25_000_000
"""Of a request, attachments included."""


def create() -> Flask:
    """The store alone, ready to serve; nothing listens to its events. Raises settings.SettingsError."""
    chosen = process.boot()
    events.connect({}, {}, {}, {StatementsStored})
    app = make(chosen)
    app.wsgi_app = CollapseSlashes(app.wsgi_app)  # type: ignore[method-assign]
    return app


def make(chosen: settings.Settings) -> Flask:
    """The store for a process that was booted."""
    app = Flask("lms.lrs", static_folder=None)
    app.config.update(
        TRUSTED_HOSTS=sorted(chosen.host_names),
        MAX_CONTENT_LENGTH=MOST_OCTETS,
        TESTING=chosen.environment == "test",
    )
    app.register_blueprint(views.bp)
    app.wsgi_app = WholeBodies(AlternateSyntax(app.wsgi_app))  # type: ignore[method-assign]
    common = [
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Resource-Policy", "cross-origin"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox"),
    ]
    if chosen.secure:
        common.append(("Strict-Transport-Security", "max-age=31536000; includeSubDomains"))

    @app.before_request
    def begin():
        g.scope = db.open_scope()

    @app.errorhandler(SecurityError)
    def say_host(_error):
        return protocol.answer('{"error":"This host name is not answered here (ASAH_HOSTS). Nothing was stored."}', 400)

    @app.before_request
    def refuse_encoded():
        coding = request.headers.get("Content-Encoding", "identity").strip().lower()
        if coding not in ("identity", ""):
            raise EncodedBody(coding=coding[:40])

    @app.after_request
    def seal(response: Response) -> Response:
        response.headers.extend(common)
        return response

    @app.teardown_request
    def end(_error):
        if "scope" in g:
            db.close_scope(g.scope)

    return app


class Under:
    """A WSGI layer: what stands under `prefix` is answered by `store`, the rest by `site`."""

    def __init__(self, prefix: str, store: Callable, site: Callable):
        self.prefix, self.store, self.site = prefix, store, site

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        here = path == self.prefix or path.startswith(self.prefix + "/")
        return (self.store if here else self.site)(environ, start_response)
