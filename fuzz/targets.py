"""What is done with an input: a parser reads it, and either refuses in its own words or keeps what it promises.

A target takes octets and returns. Any other exception than the parser's own, and any broken promise, is a find.
"""

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Flask

from lms.lrs import (
    alternate,
    comparison,
    documents,
    formats,
    mentions,
    multipart,
    parameters,
    protocol,
    rules,
    signatures,
    strictjson,
    versions,
)
from lms.lrs.actors import identity
from lms.lrs.errors import InvalidRequest, InvalidStatement
from lms.lrs.validation import check_statement

_FLASK = Flask("fuzz")
_ENVIRON = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/",
    "SERVER_NAME": "a",
    "SERVER_PORT": "80",
    "wsgi.url_scheme": "http",
}


def read_json(data: bytes) -> None:
    """What is read is written so that it reads the same again, and no strict reader reads more than Python's own."""
    try:
        value = strictjson.parse(data)
    except strictjson.NotStrict as error:
        assert len(str(error)) < 1000
        return
    text = strictjson.dumps(value)
    assert json.loads(text) == json.loads(data.decode())
    again = strictjson.parse(text, depth=strictjson.DEPTH)
    assert again == value and strictjson.dumps(again) == text


def check(data: bytes) -> None:
    """A statement that is valid can be compared, named and formatted, and stays valid in every form that is kept."""
    try:
        value = strictjson.parse(data)
    except strictjson.NotStrict:
        return
    for version in versions.VERSIONS:
        try:
            check_statement(value, "", version)
        except InvalidStatement as error:
            assert len(str(error)) < 3000 and error.params["clause"]
            continue
        kept = {"id": "0190a1b2-1111-7000-8000-000000000001", "timestamp": "2026-01-01T00:00:00Z"}
        kept |= comparison.with_arrays(value)
        check_statement(kept, "", version)
        assert comparison.same(value, kept)
        mentions.of(kept)
        formats.named(kept)
        check_statement(formats.ids_only(kept), "", version)
        formats.canonical(kept, {}, {}, ["id"])


def read_parts(data: bytes) -> None:
    """Parts that were read are written so that they read the same. The first line is the boundary."""
    boundary, _, body = data.partition(b"\n")
    name = boundary.decode("latin-1")
    try:
        parts = multipart.parse(body, name)
    except multipart.NotMultipart as error:
        assert len(str(error)) < 1000
        return
    assert 1 <= len(parts) <= multipart.MOST_PARTS
    assert sum(len(part.content) for part in parts) <= len(body)
    again = multipart.parse(
        b"".join(multipart.write(name, [(one.headers, [bytes(one.content)]) for one in parts])), name
    )
    assert [(one.headers, bytes(one.content)) for one in again] == [(one.headers, bytes(one.content)) for one in parts]


def read_time(data: bytes) -> None:
    """A moment is written so that it names the same again; a zone makes a moment in either version."""
    text = data.decode("utf-8", "replace")
    strict, lenient = rules.moment(text, zone_needed=True), rules.moment(text)
    assert strict is None or strict == lenient
    if lenient:
        assert rules.moment(rules.written(lenient), zone_needed=True) == lenient
    if rules.is_duration(text):
        assert text.isascii() and text.startswith("P") and lenient is None


def read_iri(data: bytes) -> None:
    """Ids of one kind are not of another; a UUID is one for Python too; identities are told apart."""
    text = data.decode("utf-8", "replace")
    iri, uuid = rules.is_iri(text), rules.is_uuid(text)
    assert not (iri and uuid)
    if iri:
        assert not set(text) & set(" \t\r\n\0\x7f\x85\xa0<>") and text[0].isascii() and ":" in text
        identity({"openid": text})
    if uuid:
        assert str(rules.uuid(text)) == text.lower()
    if rules.is_mbox(text):
        assert text.count("@") == 1 and identity({"mbox": text})
    if rules.is_language(text):
        assert text.isascii() and len(text) <= 100
    for rule in (rules.is_sha1, rules.is_sha2, rules.is_media_type):
        rule(text)


def read_query(data: bytes) -> None:
    """A query string is refused, or read as Python reads it; likewise for documents and the alternate syntax."""
    text = data.decode("latin-1")
    for known in (
        parameters.MANY | parameters.ONE | {parameters.MORE},
        {"activityId", "agent", "registration", "stateId"},
    ):
        try:
            given = parameters.read(text, known)
        except InvalidRequest as error:
            assert len(str(error)) < 3000
            continue
        assert list(given.items()) == parse_qsl(text, keep_blank_values=True)
        assert parameters.read(urlencode(given), known) == given
        for version in versions.VERSIONS:
            _may_refuse(parameters.statements_query, given, version)
        for kind in (documents.STATE, documents.AGENT_PROFILE):
            _may_refuse(parameters.context_of, given, kind)
        _may_refuse(parameters.format_of, given)
        _may_refuse(parameters.statement_id, given, "statementId")
    _may_refuse(lambda: alternate.intended("method=PUT", alternate.fields(data)))


def _may_refuse(read: Callable[..., Any], *given: Any) -> None:
    """It returns, or refuses in few words."""
    try:
        read(*given)
    except InvalidRequest as error:
        assert len(str(error)) < 3000


def read_headers(data: bytes) -> None:
    """If-Match, If-None-Match, Accept-Language and the version: refused, or read into what can be used."""
    match, none_match, language, version = (data.decode("latin-1").split("\n") + [""] * 4)[:4]
    environ = {"HTTP_IF_MATCH": match, "HTTP_IF_NONE_MATCH": none_match, "HTTP_ACCEPT_LANGUAGE": language}
    with _FLASK.request_context(_ENVIRON | environ):
        try:
            condition = protocol.condition()
        except InvalidRequest:
            condition = None
        tags = protocol.languages()
    assert condition is None or '"' not in "".join(condition.match or ())
    assert all(tag == "*" or (tag.replace("-", "a").isalnum() and tag.isascii()) for tag in tags)
    known = versions.find(version)
    assert known is None or version.startswith(known.header[:3])


def read_signature(data: bytes) -> None:
    """A JWS is refused, or brings a payload. Three lines are encoded first, so that the header is reached at once."""
    lines = data.split(b"\n")
    if len(lines) == 3:
        data = b".".join(base64.urlsafe_b64encode(line).rstrip(b"=") for line in lines)
    try:
        found = signatures.read(data)
    except signatures.NotSigned as error:
        assert len(str(error)) < 1000
        return
    assert found.algorithm in signatures.ALGORITHMS


TARGETS: dict[str, Callable[[bytes], None]] = {
    "json": read_json,
    "statement": check,
    "multipart": read_parts,
    "time": read_time,
    "iri": read_iri,
    "query": read_query,
    "headers": read_headers,
    "signature": read_signature,
}
