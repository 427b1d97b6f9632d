"""/about, and preflights (xAPI 1.0.3 Communication 2.8)."""

import json

from flask import Response

from lms.core.access import own_rules
from lms.lrs import protocol
from lms.lrs.protocol import answer
from lms.lrs.routing import bp, route
from lms.lrs.versions import VERSIONS


@route("/about", "GET")
@own_rules
def about() -> Response:
    """Which versions are spoken here; asked without key and without version (Communication 2.8)."""
    return answer(json.dumps({"version": [version.header for version in VERSIONS], "extensions": {}}))


@bp.route("/xapi/<path:rest>", methods=["OPTIONS"], provide_automatic_options=False)
@own_rules
def options(rest: str) -> Response:
    """The preflight of a browser: any origin may speak to the store, since it knows only keys."""
    return protocol.preflight()
