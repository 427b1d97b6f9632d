"""/activities/state: what content keeps for itself (xAPI 1.0.3 Communication 2.3)."""

import json

from flask import Response, request

from lms.core.access import own_rules
from lms.lrs import actions, documents, parameters, protocol, queries
from lms.lrs.errors import InvalidRequest, NoSuchDocument
from lms.lrs.protocol import answer, writing
from lms.lrs.routing import query_string, route

MOST_DOCUMENT = 1_048_576
"""Octets of a state document."""
_STATE = frozenset({"activityId", "agent", "registration", "stateId"})


@route("/activities/state", "GET")
@own_rules
def get_state() -> Response:
    """One document, or without stateId the ids of all (Communication 2.3)."""
    protocol.enter("state")
    given = parameters.read(query_string(), _STATE | {"since"})
    activity, agent, registration, since = parameters.state_of(given, protocol.version())
    if "stateId" not in given:
        ids, newest = queries.state_ids(documents.context_of(activity, agent), registration, since)
        return answer(json.dumps(ids), headers=protocol.last_modified(newest) if newest else None)
    document = documents.find(documents.Place(activity, agent, registration, given["stateId"]))
    if document is None:
        raise NoSuchDocument
    headers = {"ETag": f'"{document.etag}"', **protocol.last_modified(document.updated_at)}
    asked = protocol.condition()
    if asked.none_match is not None and asked.none_match & {document.etag, "*"}:
        return answer(status=304, headers=headers)
    return answer(document.content, content_type=document.content_type, headers=headers)


@route("/activities/state", "PUT", "POST")
@own_rules
def keep_state() -> Response:
    """PUT replaces a document, POST merges into one of JSON (Communication 2.2, 2.3)."""
    by = protocol.enter("state")
    place, condition, version = _place(), protocol.condition(), protocol.version()
    content = request.get_data(cache=False)
    if len(content) > MOST_DOCUMENT:
        raise actions.BodyTooLarge(most=f"{MOST_DOCUMENT} octets a document")
    kind = request.headers.get("Content-Type", "application/octet-stream")
    if not kind.isascii() or len(kind) > 500:
        raise InvalidRequest("The Content-Type could not be read", "xAPI 1.0.3 Communication 2.2")
    if request.method == "PUT":
        writing(lambda: documents.put(place, content, kind, condition, by, version.put_needs_match))
    else:
        writing(lambda: documents.merge(place, content, kind, condition, by))
    return protocol.nothing()


@route("/activities/state", "DELETE")
@own_rules
def delete_state() -> Response:
    """Delete one document, or without stateId all of the agent in the activity (Communication 2.3)."""
    protocol.enter("state")
    given = parameters.read(query_string(), _STATE)
    if "stateId" in given:
        place, condition = _place(), protocol.condition()
        writing(lambda: documents.remove(place, condition))
    else:
        activity, agent, registration, _ = parameters.state_of(given, protocol.version())
        writing(lambda: documents.remove_all(activity, agent, registration))
    return protocol.nothing()


def _place() -> documents.Place:
    given = parameters.read(query_string(), _STATE)
    activity, agent, registration, _ = parameters.state_of(given, protocol.version())
    if "stateId" not in given:
        raise InvalidRequest("The parameter stateId is missing", "xAPI 1.0.3 Communication 2.3")
    return documents.Place(activity, agent, registration, given["stateId"])
