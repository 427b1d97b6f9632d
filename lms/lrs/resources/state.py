"""/activities/state: what content keeps for itself (xAPI 1.0.3 Communication 2.3)."""

from flask import Response

from lms.core.access import own_rules
from lms.lrs.documents import STATE
from lms.lrs.resources import keeping
from lms.lrs.routing import route


@route("/activities/state", "GET")
@own_rules
def get_state() -> Response:
    """One document, or without stateId the ids of all."""
    return keeping.get(STATE)


@route("/activities/state", "PUT", "POST")
@own_rules
def keep_state() -> Response:
    """Replace a document, or merge into it."""
    return keeping.keep(STATE)


@route("/activities/state", "DELETE")
@own_rules
def delete_state() -> Response:
    """Delete one document, or without stateId all of the agent in the activity."""
    return keeping.delete(STATE)
