"""What the three document resources do alike (xAPI 1.0.3 Communication 2.2)."""

import json

from flask import Response, request

from lms.lrs import actions, documents, parameters, protocol, queries
from lms.lrs.credentials import Credential
from lms.lrs.documents import STATE, Context, Kind, Place
from lms.lrs.errors import InvalidRequest, NoSuchDocument
from lms.lrs.protocol import writing
from lms.lrs.routing import query_string

MOST_DOCUMENT = 1_048_576
"""Octets of a document."""


def get(kind: Kind) -> Response:
    """One document, or without its name the names of all, changed after `since` if that is given."""
    by = protocol.enter(kind.scope)
    given = parameters.read(query_string(), kind.parameters | {"since"})
    context, since = _context(given, kind, by), parameters.since(given, kind, protocol.version())
    if kind.parameter not in given:
        names, newest = queries.document_names(context.mark, context.registration, since)
        return protocol.found(json.dumps(names), changed=newest)
    document = documents.find(Place(context, given[kind.parameter]))
    if document is None:
        raise NoSuchDocument
    return protocol.found(document.content, document.content_type, document.updated_at, document.etag)


def keep(kind: Kind) -> Response:
    """PUT replaces a document, POST merges into one of JSON."""
    by = protocol.enter(kind.scope)
    place, condition, version = _place(kind, by), protocol.condition(), protocol.version()
    content = request.get_data(cache=False)
    if len(content) > MOST_DOCUMENT:
        raise actions.BodyTooLarge(most=f"{MOST_DOCUMENT} octets a document")
    content_type = request.headers.get("Content-Type", "application/octet-stream")
    if not (content_type.isascii() and content_type.isprintable()) or len(content_type) > 500:
        raise InvalidRequest("The Content-Type could not be read", "xAPI 1.0.3 Communication 2.2")
    if request.method == "PUT":
        writing(lambda: documents.put(place, content, content_type, condition, by, version))
    else:
        writing(lambda: documents.merge(place, content, content_type, condition, by))
    return protocol.nothing()


def delete(kind: Kind) -> Response:
    """Delete one document; of State, without stateId, all that the other parameters name (Communication 2.3)."""
    by = protocol.enter(kind.scope)
    given = parameters.read(query_string(), kind.parameters)
    if kind is STATE and kind.parameter not in given:
        context = _context(given, kind, by)
        writing(lambda: documents.remove_all(context))
    else:
        place, condition = _place(kind, by), protocol.condition()
        writing(lambda: documents.remove(place, condition))
    return protocol.nothing()


def _place(kind: Kind, by: Credential) -> Place:
    given = parameters.read(query_string(), kind.parameters)
    return Place(_context(given, kind, by), parameters.needed(given, kind.parameter, kind.clause))


def _context(given: dict[str, str], kind: Kind, by: Credential) -> Context:
    context = parameters.context_of(given, kind)
    if by.limits:
        by.limits.refuse_document(
            kind.resource,
            request.method not in ("GET", "HEAD"),
            context.activity or None,
            context.agent or None,
            context.registration,
        )
    return context
