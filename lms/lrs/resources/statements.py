"""/statements: statements are stored, and found again (xAPI 1.0.3 Communication 2.1)."""

import json
import secrets
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, g

from lms.core.access import own_rules
from lms.lrs import (
    actions,
    attachments,
    bodies,
    formats,
    groups,
    multipart,
    parameters,
    protocol,
    queries,
    search,
    strictjson,
    turns,
)
from lms.lrs.attachments import Kept
from lms.lrs.credentials import Credential
from lms.lrs.errors import InvalidRequest, NoSuchStatement
from lms.lrs.multipart import Part
from lms.lrs.protocol import answer, writing
from lms.lrs.routing import query_string, route

_PUT = "xAPI 1.0.3 Communication 2.1.1"


@route("/statements", "POST")
@own_rules
def post_statements() -> Response:
    """Store a statement or an array of them (Communication 2.1.2)."""
    by = protocol.enter("statements/write")
    parameters.read(query_string(), ())
    (sent, single), parts = protocol.body_with_parts()
    return answer(json.dumps(_store(sent, parts, by, single)))


@route("/statements", "PUT")
@own_rules
def put_statement() -> Response:
    """Store one statement under the id that the address names (Communication 2.1.1)."""
    by = protocol.enter("statements/write")
    given = parameters.read(query_string(), {"statementId"})
    wanted = parameters.statement_id(given, "statementId")
    (sent, single), parts = protocol.body_with_parts()
    one, text = sent[0] if single else (None, "")
    if not isinstance(one, dict):
        raise InvalidRequest("PUT takes one statement", _PUT)
    if "id" not in one:
        one, text = {"id": str(wanted), **one}, bodies.with_id(text, str(wanted))
    elif str(one["id"]).lower() != str(wanted):
        raise InvalidRequest("The statement's id is not the statementId of the address", _PUT)
    _store([(one, text)], parts, by, single=True)
    return protocol.nothing()


def _store(sent: list[tuple[Any, str]], parts: list[Part], by: Credential, single: bool) -> list[str]:
    version = protocol.version()
    batch = actions.prepared(sent, by, version, single)
    brought = attachments.check([entry.statement for entry in batch.entries], parts, version, single)
    if brought:
        digests = attachments.keep(brought)

        def store() -> None:
            actions.put([batch])
            if not batch.refused:
                attachments.note(batch.ids, brought, digests)

        writing(store)
    elif batch.entries:
        groups.group().store(batch, writing)
    if batch.refused:
        raise batch.refused
    return batch.ids


@route("/statements", "GET")
@own_rules
def get_statements() -> Response:
    """One statement by its id, or those that a query finds (Communication 2.1.3)."""
    by = protocol.enter("statements/read", "statements/read/mine")
    g.through = turns.through()  # before anything is read
    mine = None if by.may("statements/read") else by.id
    within = by.limits.registration if by.limits else None
    given = parameters.read(query_string(), parameters.MANY | parameters.ONE | {parameters.MORE})
    if parameters.MORE in given:
        if len(given) > 1:
            raise InvalidRequest("more stands alone", "xAPI 1.0.3 Data 2.5")
        query, wanted, with_contents = parameters.from_more(given[parameters.MORE])
        return _page(replace(query, mine=mine, within=within, voided_too=False), wanted, with_contents)
    wanted, with_contents = parameters.format_of(given), parameters.boolean(given, "attachments")
    if "statementId" in given or "voidedStatementId" in given:
        return _one(given, wanted, with_contents, mine, within)
    query = parameters.statements_query(given, protocol.version())
    if by.limits:
        by.limits.readable(query.registration)
    return _page(replace(query, mine=mine, within=within), wanted, with_contents)


def _one(given: dict[str, str], wanted: str, with_contents: bool, mine: int | None, within: UUID | None) -> Response:
    if len(given.keys() - {"format", "attachments"}) > 1:
        raise InvalidRequest(
            "statementId or voidedStatementId goes with nothing but format and attachments",
            "xAPI 1.0.3 Communication 2.1.3",
        )
    voided = "voidedStatementId" in given
    found = search.find_body(
        parameters.statement_id(given, "voidedStatementId" if voided else "statementId"), voided, mine, within
    )
    if found is None:
        raise NoSuchStatement
    body, stored = found
    contents = attachments.of_statements([body]) if with_contents else None
    return _sent(_formatted([body], wanted)[0], contents, protocol.last_modified(stored))


def _page(query: search.Query, wanted: str, with_contents: bool) -> Response:
    found = search.page(query)
    more = ""
    if found.last:
        more = parameters.more_link(
            f"{protocol.base()}/statements", search.next_page(query, found.last), wanted, with_contents
        )
    text = f'{{"statements":[{",".join(_formatted(found.bodies, wanted))}],"more":{json.dumps(more)}}}'
    return _sent(text, attachments.of_statements(found.bodies) if with_contents else None)


def _sent(text: str, contents: list[Kept] | None, headers: dict[str, str] | None = None) -> Response:
    """JSON; or, with contents, be they none, multipart/mixed: text first, then each from its file (1.5.2)."""
    if contents is None:
        return answer(text, headers=headers)
    boundary = secrets.token_hex(32)  # drawn after all parts were fixed, so that nobody can have put it into one
    first = {"Content-Type": "application/json"}, text.encode()
    parts = [
        (
            {
                "Content-Type": one.content_type,
                "Content-Transfer-Encoding": "binary",
                "X-Experience-API-Hash": one.sha2,
            },
            one,
        )
        for one in contents
    ]
    size = multipart.length(boundary, [(first[0], len(first[1])), *((head, one.length) for head, one in parts)])
    body = multipart.write(boundary, [(first[0], [first[1]]), *((head, one.chunks()) for head, one in parts)])
    return Response(
        body,
        headers={"Content-Length": str(size), **(headers or {})},
        content_type=f'multipart/mixed; boundary="{boundary}"',
    )


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
