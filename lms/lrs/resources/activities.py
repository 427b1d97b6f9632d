"""/activities: the full description of an activity (xAPI 1.0.3 Communication 2.5)."""

from typing import Any

from flask import Response

from lms.core.access import own_rules
from lms.lrs import formats, parameters, protocol, queries, strictjson
from lms.lrs.routing import query_string, route


@route("/activities", "GET")
@own_rules
def get_activity() -> Response:
    """The Activity with all that came of its definition, in all languages; one that nobody named has just its id."""
    by = protocol.enter("statements/read", "statements/read/mine", "profile", "define")
    wanted = parameters.activity(parameters.read(query_string(), {"activityId"}))
    if by.limits:
        by.limits.refuse_document("activities", False, activity=wanted)
    made: dict[str, Any] = {"objectType": "Activity", "id": wanted}
    definitions = queries.descriptions("activity", [wanted]).get(wanted, [])
    if definitions:
        made["definition"] = formats.folded([strictjson.parse(one) for one in definitions])
    return protocol.found(strictjson.dumps(made))
