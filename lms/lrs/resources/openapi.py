"""/openapi.json: what stands here, told to machines."""

import json

from flask import Response

from lms import __version__
from lms.core.access import own_rules
from lms.lrs import openapi, protocol
from lms.lrs.routing import route

TEXT = json.dumps(openapi.document(__version__), ensure_ascii=False)


@route("/openapi.json", "GET")
@own_rules
def document() -> Response:
    """The OpenAPI 3.1 document of the store; asked without key and without version."""
    return protocol.answer(TEXT)
