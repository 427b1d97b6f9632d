"""/about, preflights, and what stands nowhere (xAPI 1.0.3 Communication 2.8)."""

import json

from flask import Response, request

from lms.core.access import own_rules
from lms.lrs import protocol
from lms.lrs.protocol import answer
from lms.lrs.routing import route
from lms.lrs.versions import VERSIONS


@route("/about", "GET")
@own_rules
def about() -> Response:
    """Which versions are spoken here; asked without key and without version (Communication 2.8)."""
    return answer(json.dumps({"version": [version.header for version in VERSIONS], "extensions": {}}))


@route("/<path:rest>", "OPTIONS")
@own_rules
def options(rest: str) -> Response:
    """The preflight of a browser: any origin may speak to the store, since it knows only keys."""
    return protocol.preflight()


@route("", "GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
@route("/", "GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
@route("/<path:rest>", "GET", "POST", "PUT", "DELETE", "PATCH")
@own_rules
def elsewhere(rest: str = "") -> Response:
    """Nothing is here, or not by this method."""
    known = rest in ("statements", "activities/state", "about")
    text = f"{request.method} does not go with this resource" if known else "There is no such resource"
    return answer(json.dumps({"error": f"{text}. Nothing was stored."}), 405 if known else 404)
