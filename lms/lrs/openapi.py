"""The OpenAPI 3.1 document of the record store: every resource, parameter, header, answer and error. Pure."""

from typing import Any

from lms.lrs.formats import FORMATS
from lms.lrs.schemas import BOOLEAN, IRI, MOMENT, SCHEMAS, TEXT, UUID, Schema, ref

ETAG: Schema = {"description": "The SHA-1 of the content in hex, in quotes.", "schema": TEXT}
_JSON = "application/json"
_ANSWERS = {
    400: "The request or the statement breaks a rule; `path` and `clause` say which.",
    401: "No key, or not one of ours.",
    403: "The key has no scope for that, or a launch's limits refuse it.",
    404: "There is no such thing, or not for this key.",
    409: "Another one is there already; nothing was changed.",
    411: "A body in chunks whose end cannot be seen: send its Content-Length.",
    412: "The document is not the one that If-Match or If-None-Match speaks of; nothing was changed.",
    413: "More than is taken at once.",
    503: "The store is busy; nothing was stored. Send the same again after Retry-After seconds.",
}


def _in(where: str, name: str, schema: Schema, says: str, required: bool = False) -> Schema:
    return {"name": name, "in": where, "description": says, "required": required, "schema": schema}


def _query(name: str, schema: Schema, says: str, required: bool = False) -> Schema:
    return _in("query", name, schema, says, required)


def _agent(says: str, required: bool = True, group: bool = False) -> Schema:
    schema = {"anyOf": [ref("Agent"), ref("Group")]} if group else ref("Agent")
    return {
        "name": "agent",
        "in": "query",
        "description": says,
        "required": required,
        "content": {_JSON: {"schema": schema}},
    }


_VERSION = _in(
    "header",
    "X-Experience-API-Version",
    {"type": "string", "pattern": "^(1\\.0|2\\.0)(\\.[0-9]{1,4})?$", "examples": ["2.0.0", "1.0.3"]},
    "The version that the client speaks; needed but for `/about` and this document.",
    required=True,
)
_LANGUAGES = _in("header", "Accept-Language", TEXT, "Which language `canonical` gives, best first.")
_MATCHES = [
    _in("header", "If-Match", TEXT, "Only if the document has one of these ETags; `*` is any."),
    _in("header", "If-None-Match", TEXT, "Only if the document has none of these ETags; `*`: only if there is none."),
]
_ACTIVITY = _query("activityId", IRI, "The activity.", required=True)
_REGISTRATION = _query("registration", UUID, "The registration.")
_STATEMENTS = [
    _query("statementId", UUID, "One statement; goes with `format` and `attachments` alone."),
    _query("voidedStatementId", UUID, "One voided statement; likewise."),
    _agent("Statements whose actor or object this is.", required=False, group=True),
    _query("verb", IRI, "Statements with this verb."),
    _query("activity", IRI, "Statements about this activity."),
    _REGISTRATION,
    _query("related_activities", BOOLEAN, "`activity` is looked for everywhere in a statement."),
    _query("related_agents", BOOLEAN, "`agent` is looked for everywhere in a statement."),
    _query("since", MOMENT, "Stored after this moment."),
    _query("until", MOMENT, "Stored at this moment or before."),
    _query("limit", {"type": "integer", "minimum": 0, "maximum": 999_999_999}, "At most so many; 0: as many as go."),
    _query("format", {"enum": list(FORMATS)}, "As sent, only ids, or with the store's own descriptions."),
    _query("attachments", BOOLEAN, "Also the contents of attachments, as multipart/mixed."),
    _query("ascending", BOOLEAN, "The oldest first."),
    _query("more", TEXT, "The cursor of an address that the store gave in `more`; stands alone."),
]


def _content(schema: Schema, *more: str) -> Schema:
    return {_JSON: {"schema": schema}} | {kind: {"schema": {}} for kind in more}


def _says(status: int) -> Schema:
    made: Schema = {"description": _ANSWERS[status], "content": _content(ref("Error"))}
    if status == 503:
        made["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    return made


def _does(
    summary: str,
    good: dict[int, Schema],
    bad: tuple[int, ...],
    parameters: list[Schema] | None = None,
    body: Schema | None = None,
    open_to_all: bool = False,
) -> Schema:
    answers = {str(status): answer for status, answer in good.items()} | {str(status): _says(status) for status in bad}
    made: Schema = {
        "summary": summary,
        "parameters": [*(parameters or []), *([] if open_to_all else [_VERSION])],
        "responses": answers,
    }
    if body:
        made["requestBody"] = {"required": True, "content": body}
    if open_to_all:
        made["security"] = []
    return made


_NOTHING: Schema = {"description": "Done."}
_UNCHANGED: Schema = {"description": "The client has it already.", "headers": {"ETag": ETAG}}
_READING = (400, 401, 403, 404, 503)
_WRITING = (400, 401, 403, 409, 411, 413, 503)
_KEEPING = (400, 401, 403, 409, 411, 412, 413, 503)
_DOCUMENT: Schema = {"*/*": {"schema": {}}}


def _found(schema: Schema, says: str, *more: str) -> Schema:
    return {"description": says, "headers": {"ETag": ETAG}, "content": _content(schema, *more)}


def _documents(name: str, of: list[Schema], what: str) -> Schema:
    one = _query(name, TEXT, "The document.", required=True)
    some = [
        one | {"required": False, "description": "The document; without it, the ids of all."},
        _query("since", MOMENT, "Of a list: only documents that changed after this moment."),
    ]
    removed = some[:1] if name == "stateId" else [one]
    read = {"description": "The document, or the ids of all.", "headers": {"ETag": ETAG}, "content": _DOCUMENT}
    return {
        "get": _does(f"Read {what}", {200: read, 304: _UNCHANGED}, (*_READING, 412), [*of, *some, *_MATCHES]),
        "put": _does(f"Replace {what}", {204: _NOTHING}, _KEEPING, [*of, one, *_MATCHES], _DOCUMENT),
        "post": _does(
            f"Merge into {what}", {204: _NOTHING}, _KEEPING, [*of, one, *_MATCHES], _content({"type": "object"})
        ),
        "delete": _does(f"Delete {what}", {204: _NOTHING}, (*_READING, 409, 412), [*of, *removed, *_MATCHES]),
    }


def _paths() -> dict[str, Schema]:
    statement, several = ref("Statement"), {"anyOf": [ref("Statement"), {"type": "array", "items": ref("Statement")}]}
    found = {
        "description": "One statement, or a page of them.",
        "content": _content({"anyOf": [ref("StatementResult"), statement]}, "multipart/mixed"),
    }
    stored = {"description": "The ids, in their order.", "content": _content({"type": "array", "items": UUID})}
    wanted = _query("statementId", UUID, "The id under which it is stored.", required=True)
    about = _found(ref("About"), "The versions that are spoken here.")
    person, activity = _found(ref("Person"), "The Person."), _found(ref("Activity"), "The Activity.")
    asked = _agent("Who.")
    return {
        "/statements": {
            "get": _does("Find statements", {200: found}, _READING, [*_STATEMENTS, _LANGUAGES]),
            "post": _does("Store statements", {200: stored}, _WRITING, body=_content(several, "multipart/mixed")),
            "put": _does(
                "Store one statement", {204: _NOTHING}, _WRITING, [wanted], _content(statement, "multipart/mixed")
            ),
        },
        "/activities/state": _documents("stateId", [_ACTIVITY, asked, _REGISTRATION], "what content keeps"),
        "/activities/profile": _documents("profileId", [_ACTIVITY], "a document about an activity"),
        "/agents/profile": _documents("profileId", [asked], "a document about an agent"),
        "/activities": {
            "get": _does("An activity", {200: activity, 304: _UNCHANGED}, (*_READING, 412), [_ACTIVITY, *_MATCHES])
        },
        "/agents": {"get": _does("A person", {200: person, 304: _UNCHANGED}, (*_READING, 412), [asked, *_MATCHES])},
        "/about": {"get": _does("What is spoken here", {200: about}, (), open_to_all=True)},
        "/openapi.json": {
            "get": _does("This document", {200: _found({"type": "object"}, "OpenAPI 3.1.")}, (), open_to_all=True)
        },
    }


def _head(get: Schema) -> Schema:
    """HEAD: what GET says, without a body (Communication 1.1)."""
    answers = {
        status: {key: value for key, value in said.items() if key != "content"}
        for status, said in get["responses"].items()
    }
    return get | {"summary": f"{get['summary']}, without the content", "responses": answers}


def document(version: str) -> dict[str, Any]:
    """The document; `version` is the product's."""
    paths = _paths()
    for operations in paths.values():
        operations["head"] = _head(operations["get"])
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Asah record store",
            "version": version,
            "summary": "A learning record store for xAPI 1.0.3 and 2.0 (IEEE 9274.1.1).",
            "description": "What the standard says of a resource holds here; this document tells shapes and answers. "
            "Any origin may speak to it (OPTIONS is answered with 204 everywhere); cookies mean nothing.",
        },
        "servers": [
            {"url": "/xapi", "description": "In the version that a request names."},
            {"url": "/xapi/1.0.3", "description": "The same store, pinned to 1.0.3."},
            {"url": "/xapi/2.0", "description": "The same store, pinned to 2.0."},
        ],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "basic", "description": "A key of the store, and its secret."}
            },
        },
    }
