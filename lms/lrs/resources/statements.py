"""/statements: statements are stored, and found again (xAPI 1.0.3 Communication 2.1)."""

import json
from dataclasses import replace
from typing import Any

from flask import Response

from lms.core.access import own_rules
from lms.lrs import actions, documents, formats, parameters, protocol, queries, search, strictjson
from lms.lrs.credentials import Credential
from lms.lrs.errors import InvalidRequest, NoSuchStatement
from lms.lrs.protocol import answer, writing
from lms.lrs.routing import query_string, route

_PUT = "xAPI 1.0.3 Communication 2.1.1"


@route("/statements", "POST")
@own_rules
def post_statements() -> Response:
    """Store a statement or an array of them (Communication 2.1.2)."""
    by = protocol.enter("statements/write")
    parameters.read(query_string(), ())
    sent = protocol.body_json()
    single = not isinstance(sent, list)
    ids = _store([sent] if single else sent, by, single)
    return answer(json.dumps(ids))


@route("/statements", "PUT")
@own_rules
def put_statement() -> Response:
    """Store one statement under the id that the address names (Communication 2.1.1)."""
    by = protocol.enter("statements/write")
    given = parameters.read(query_string(), {"statementId"})
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
    given = parameters.read(query_string(), parameters.MANY | parameters.ONE | {parameters.MORE})
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
