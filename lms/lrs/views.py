"""The addresses of the record store: /xapi, and the same store pinned to one version at /xapi/1.0.3 and /xapi/2.0.

It answers by keys of its own and never looks at a cookie; every answer under it is JSON, errors too.
"""

import json
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from lms.core.access import own_rules
from lms.core.errors import Problem
from lms.lrs import actions, documents, formats, parameters, protocol, queries, search, strictjson
from lms.lrs.credentials import Credential
from lms.lrs.errors import InvalidRequest, NoSuchDocument, NoSuchStatement
from lms.lrs.protocol import CollapseSlashes, answer, writing
from lms.lrs.versions import VERSIONS

__all__ = ["CollapseSlashes", "bp"]
BASES = ("/xapi", "/xapi/1.0.3", "/xapi/2.0")
MOST_DOCUMENT = 1_048_576
"""Octets of a state document."""
_PUT = "xAPI 1.0.3 Communication 2.1.1"
_STATE = frozenset({"activityId", "agent", "registration", "stateId"})
bp = Blueprint("lrs", __name__)
bp.after_request(protocol.finish)
bp.register_error_handler(Problem, protocol.say_problem)
bp.register_error_handler(HTTPException, protocol.say_http)
bp.register_error_handler(DBAPIError, protocol.say_database)
bp.register_error_handler(Exception, protocol.say_fault)


def route(resource: str, *methods: str):
    """The address `resource` under all three bases; HEAD comes with GET (Communication 1.1)."""

    def add(view):
        for base in BASES:
            bp.add_url_rule(base + resource, view_func=view, methods=list(methods), provide_automatic_options=False)
        return view

    return add


@route("/statements", "POST")
@own_rules
def post_statements() -> Response:
    """Store a statement or an array of them (Communication 2.1.2)."""
    by = protocol.enter("statements/write")
    parameters.read(_query_string(), ())
    sent = protocol.body_json()
    single = not isinstance(sent, list)
    ids = _store([sent] if single else sent, by, single)
    return answer(json.dumps(ids))


@route("/statements", "PUT")
@own_rules
def put_statement() -> Response:
    """Store one statement under the id that the address names (Communication 2.1.1)."""
    by = protocol.enter("statements/write")
    given = parameters.read(_query_string(), {"statementId"})
    wanted, sent = parameters.statement_id(given, "statementId"), protocol.body_json()
    if not isinstance(sent, dict):
        raise InvalidRequest("PUT takes one statement", _PUT)
    if "id" in sent and str(sent["id"]).lower() != str(wanted):
        raise InvalidRequest("The statement's id is not the statementId of the address", _PUT)
    _store([{"id": str(wanted), **sent}], by, single=True)
    return protocol.nothing()


def _store(sent: list[Any], by: Credential, single: bool) -> list[str]:
    version = protocol.version()
    return writing(lambda: actions.take(sent, by, version, single))


@route("/statements", "GET")
@own_rules
def get_statements() -> Response:
    """One statement by its id, or those that a query finds (Communication 2.1.3)."""
    by = protocol.enter("statements/read", "statements/read/mine")
    mine = None if by.may("statements/read") else by.id
    given = parameters.read(_query_string(), parameters.MANY | parameters.ONE | {parameters.MORE})
    if parameters.MORE in given:
        if len(given) > 1:
            raise InvalidRequest("more stands alone", "xAPI 1.0.3 Data 2.5")
        query, wanted, attachments = parameters.from_more(given[parameters.MORE])
        return _page(replace(query, mine=mine), wanted, attachments)
    wanted, attachments = parameters.format_of(given), parameters.boolean(given, "attachments")
    if "statementId" in given or "voidedStatementId" in given:
        return _one(given, wanted, attachments, mine)
    query = parameters.statements_query(given, protocol.version())
    return _page(replace(query, mine=mine), wanted, attachments)


def _one(given: dict[str, str], wanted: str, attachments: bool, mine: int | None) -> Response:
    if len(given.keys() - {"format", "attachments"}) > 1:
        raise InvalidRequest(
            "statementId or voidedStatementId goes with nothing but format and attachments",
            "xAPI 1.0.3 Communication 2.1.3",
        )
    voided = "voidedStatementId" in given
    found = search.find_body(
        parameters.statement_id(given, "voidedStatementId" if voided else "statementId"), voided, mine
    )
    if found is None:
        raise NoSuchStatement
    body, stored = found
    return _sent(_formatted([body], wanted)[0], attachments, protocol.last_modified(stored))


def _page(query: search.Query, wanted: str, attachments: bool) -> Response:
    found = search.page(query)
    more = ""
    if found.last:
        more = parameters.more_link(
            f"{protocol.base()}/statements", search.next_page(query, found.last), wanted, attachments
        )
    return _sent(
        f'{{"statements":[{",".join(_formatted(found.bodies, wanted))}],"more":{json.dumps(more)}}}', attachments
    )


def _sent(text: str, attachments: bool, headers: dict[str, str] | None = None) -> Response:
    """JSON; or, where attachments are asked for, multipart/mixed, which holds nothing more as long as none are kept."""
    if not attachments:
        return answer(text, headers=headers)
    boundary = f"asah-{documents.etag_of(text.encode())}"
    part = f"--{boundary}\r\nContent-Type: application/json\r\n\r\n{text}\r\n--{boundary}--\r\n"
    return answer(part, content_type=f'multipart/mixed; boundary="{boundary}"', headers=headers)


def _formatted(bodies: list[str], wanted: str) -> list[str]:
    if wanted == "exact":
        return bodies
    statements = [strictjson.parse(body, depth=strictjson.DEPTH + 2) for body in bodies]
    if wanted == "ids":
        return [strictjson.dumps(formats.ids_only(one)) for one in statements]
    named = [formats.named(one) for one in statements]
    displays = _described("verb", set().union(*(verbs for verbs, _ in named)))
    definitions = _described("activity", set().union(*(activities for _, activities in named)))
    languages = protocol.languages()
    return [strictjson.dumps(formats.canonical(one, displays, definitions, languages)) for one in statements]


def _described(kind: str, iris: set[str]) -> dict[str, dict[str, Any]]:
    found = queries.descriptions(kind, iris) if iris else {}
    some = {iri: [strictjson.parse(body) for body in bodies] for iri, bodies in found.items()}
    if kind == "verb":
        return {iri: {tag: text for one in displays for tag, text in one.items()} for iri, displays in some.items()}
    return {iri: formats.folded(definitions) for iri, definitions in some.items()}


@route("/activities/state", "GET")
@own_rules
def get_state() -> Response:
    """One document, or without stateId the ids of all (Communication 2.3)."""
    protocol.enter("state")
    given = parameters.read(_query_string(), _STATE | {"since"})
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
    given = parameters.read(_query_string(), _STATE)
    if "stateId" in given:
        place, condition = _place(), protocol.condition()
        writing(lambda: documents.remove(place, condition))
    else:
        activity, agent, registration, _ = parameters.state_of(given, protocol.version())
        writing(lambda: documents.remove_all(activity, agent, registration))
    return protocol.nothing()


def _place() -> documents.Place:
    given = parameters.read(_query_string(), _STATE)
    activity, agent, registration, _ = parameters.state_of(given, protocol.version())
    if "stateId" not in given:
        raise InvalidRequest("The parameter stateId is missing", "xAPI 1.0.3 Communication 2.3")
    return documents.Place(activity, agent, registration, given["stateId"])


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


def _query_string() -> str:
    return request.environ.get("QUERY_STRING", "")
