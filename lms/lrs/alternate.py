"""The alternate request syntax of 1.0.x: POST ?method=... with a form stands for another request (Communication 1.3).

It is for clients that cannot set headers or other methods. The request is rewritten before it is routed, so that no
resource knows of it.
"""

import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import request
from werkzeug.exceptions import ClientDisconnected, LengthRequired, RequestEntityTooLarge
from werkzeug.wsgi import get_input_stream

from lms.core.errors import Problem
from lms.lrs import protocol
from lms.lrs.errors import BodyTooLarge, InvalidRequest

CLAUSE = "xAPI 1.0.3 Communication 1.3"
METHODS = frozenset({"GET", "HEAD", "PUT", "POST", "DELETE"})
HEADERS = ("Authorization", "X-Experience-API-Version", "Content-Type", "Content-Length", "If-Match", "If-None-Match")
"""What a form may carry instead of a header."""
MOST_OCTETS = 25_000_000
"""Of a form: percent signs make three octets of one."""
_FORM = "application/x-www-form-urlencoded"
_HEADER_TEXT = re.compile(r"[\t\x20-\x7e]{0,4000}")
_REFUSED = "lms.lrs.refused"


@dataclass(frozen=True)
class Intended:
    """The request that was meant."""

    method: str
    query: str
    headers: dict[str, str]
    """Those that the form carried."""
    content: bytes


def fields(body: bytes) -> dict[str, str]:
    """The fields of a form; raises InvalidRequest for one that is not UTF-8, or has a field twice (1.3, 1.4)."""
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, strict_parsing=bool(body), errors="strict", max_num_fields=50
        )
    except ValueError:
        raise InvalidRequest("The body is not a form in UTF-8", CLAUSE) from None
    found = dict(pairs)
    if len(found) < len(pairs):
        raise InvalidRequest("A field of the form stands twice", CLAUSE)
    return found


def intended(query: str, form: dict[str, str]) -> Intended:
    """The request that `query` (of the address) and `form` stand for; raises InvalidRequest."""
    name, _, method = query.partition("=")
    if name != "method" or method not in METHODS:
        raise InvalidRequest(
            f"The address may have only method, one of {', '.join(sorted(METHODS))}; all else belongs into the form",
            CLAUSE,
        )
    sends = method in ("PUT", "POST")
    if sends and "content" not in form:
        raise InvalidRequest("The form has no field content", CLAUSE)
    if not sends and form.get("content"):
        raise InvalidRequest(f"{method} has no content", CLAUSE)
    headers = {name: form[name] for name in HEADERS if name in form}
    for name, value in headers.items():
        if not _HEADER_TEXT.fullmatch(value):
            raise InvalidRequest(f"The field {name} cannot be a header", CLAUSE)
    if sends:
        headers.setdefault("Content-Type", "application/json")
    content = form["content"].encode() if sends else b""
    rest = {name: value for name, value in form.items() if name not in HEADERS and name != "content"}
    return Intended(method, urlencode(rest), headers, content)


class AlternateSyntax:
    """A WSGI layer that turns such a POST into the request that it stands for, where its version knows the syntax."""

    def __init__(self, application: Callable):
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        query = environ.get("QUERY_STRING", "")
        if environ["REQUEST_METHOD"] == "POST" and re.search(r"(^|&)method=", query):
            try:
                start_response = _rewrite(environ, query, start_response)
            except Problem as problem:
                environ[_REFUSED] = problem
        return self.application(environ, start_response)


def refuse() -> None:
    """Raise what was wrong with a request in this syntax."""
    problem = request.environ.get(_REFUSED)
    if problem:
        raise problem


def _rewrite(environ: dict[str, Any], query: str, start_response: Callable) -> Callable:
    kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    header, path = environ.get("HTTP_X_EXPERIENCE_API_VERSION", ""), environ.get("PATH_INFO", "")
    if kind not in (_FORM, "text/plain", ""):  # browsers of that age could not name the type
        if protocol.version_of(path, header).alternate_syntax:
            raise InvalidRequest(f"With method in the address, the Content-Type must be {_FORM}", CLAUSE)
        return start_response
    try:
        body = get_input_stream(environ, max_content_length=MOST_OCTETS).read()
    except RequestEntityTooLarge:
        raise BodyTooLarge(most=f"{MOST_OCTETS} octets a form") from None
    except (ClientDisconnected, LengthRequired):
        raise InvalidRequest("The form broke off, or does not tell its length", CLAUSE) from None
    environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    form = fields(body)
    if not protocol.version_of(path, form.get(protocol.VERSION_HEADER, header)).alternate_syntax:
        return start_response
    meant = intended(query, form)
    for name, value in meant.headers.items():
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ |= {
        "REQUEST_METHOD": meant.method,
        "QUERY_STRING": meant.query,
        "CONTENT_TYPE": environ.pop("HTTP_CONTENT_TYPE", ""),
        "CONTENT_LENGTH": str(len(meant.content)),
        "wsgi.input": io.BytesIO(meant.content),
    }
    if meant.method != "HEAD":
        return start_response

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        # the server knows of a POST, and would wait for the octets that a HEAD only announces
        return start_response(status, [one for one in headers if one[0].lower() != "content-length"], *rest)

    return start
