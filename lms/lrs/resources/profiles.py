"""/agents/profile and /activities/profile: documents about an agent or an activity (xAPI 1.0.3 Communication 2.6, 2.7)."""

from flask import Response

from lms.core.access import own_rules
from lms.lrs.documents import ACTIVITY_PROFILE, AGENT_PROFILE
from lms.lrs.resources import keeping
from lms.lrs.routing import route


@route("/agents/profile", "GET")
@own_rules
def get_agent_profile() -> Response:
    """One document, or without profileId the ids of all."""
    return keeping.get(AGENT_PROFILE)


@route("/agents/profile", "PUT", "POST")
@own_rules
def keep_agent_profile() -> Response:
    """Replace a document, or merge into it."""
    return keeping.keep(AGENT_PROFILE)


@route("/agents/profile", "DELETE")
@own_rules
def delete_agent_profile() -> Response:
    """Delete one document."""
    return keeping.delete(AGENT_PROFILE)


@route("/activities/profile", "GET")
@own_rules
def get_activity_profile() -> Response:
    """One document, or without profileId the ids of all."""
    return keeping.get(ACTIVITY_PROFILE)


@route("/activities/profile", "PUT", "POST")
@own_rules
def keep_activity_profile() -> Response:
    """Replace a document, or merge into it."""
    return keeping.keep(ACTIVITY_PROFILE)


@route("/activities/profile", "DELETE")
@own_rules
def delete_activity_profile() -> Response:
    """Delete one document."""
    return keeping.delete(ACTIVITY_PROFILE)
