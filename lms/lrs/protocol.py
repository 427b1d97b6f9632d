"""What every resource of the store has in common: version, credentials, headers, open CORS, errors as JSON, retries."""

import gzip
import random
import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from flask import Response, g, request
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date, parse_options_header

from lms.core import clock, db, settings
from lms.core.errors import Problem
from lms.lrs import admission, keys, multipart, rules, strictjson, turns, versions
from lms.lrs.credentials import Credential
from lms.lrs.documents import Condition, etag_of
from lms.lrs.errors import BodyTooLarge, Busy, InvalidRequest, ScopeMissing, WrongCredentials
from lms.lrs.models import moment
from lms.lrs.multipart import Part
from lms.lrs.routing import allowed
from lms.lrs.versions import Version

log = structlog.get_logger()
TRIES = 5
WORTH_GZIP = 2048
"""Octets of statements from which on they are compressed."""
MOST_JSON = 8_000_000
"""Octets of JSON that are taken at once; attachments have the rest of what the application takes."""
VERSION_HEADER = "X-Experience-API-Version"
THROUGH_HEADER = "X-Experience-API-Consistent-Through"
_CORS = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", f"{VERSION_HEADER}, {THROUGH_HEADER}, ETag, Last-Modified"),
)
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": f"Authorization, Content-Type, {VERSION_HEADER}, If-Match, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
_ETAG = re.compile(r'\s*(W/)?(?:"([^"]*)"|([^",\s]+))\s*(?:,|$)')
_LANGUAGE = re.compile(r"([A-Za-z0-9-]{1,35}|\*)\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?))?")
_BASE = re.compile(r"/xapi(/1\.0\.3|/2\.0)?(?=/|$)")
T = TypeVar("T")


class CollapseSlashes:
    """A WSGI layer that reads `//statements` under /xapi as `/statements`.

    Content glues the endpoint and the resource together, with one slash too many; a redirect would break a preflight.
    """

    def __init__(self, application: Callable):
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Any:
        path = environ.get("PATH_INFO", "")
        if path.lstrip("/").startswith("xapi/") and "//" in path:
            environ["PATH_INFO"] = re.sub("/{2,}", "/", path)
        return self.application(environ, start_response)


def base(path: str = "") -> str:
    """The base under which `path`, or this request, came: /xapi, /xapi/1.0.3 or /xapi/2.0."""
    found = _BASE.match(path or request.path)
    return found.group() if found else "/xapi"


def version() -> Version:
    """The version in which this request is answered."""
    return version_of(request.path, request.headers.get(VERSION_HEADER, ""))


def version_of(path: str, header: str) -> Version:
    """The version that the header asks for, else the one of the base, else the setting's."""
    pinned = base(path).removeprefix("/xapi").lstrip("/") or settings.current().xapi_version
    return versions.find(header) or versions.BY_BASE[pinned]


def enter(*scopes: str) -> Credential:
    """Let a request in: a version that is spoken here (Communication 3.3), and a key with one of `scopes` (4.0)."""
    credential, used = admission.of(request.headers.get("Authorization", ""))
    if versions.find(request.headers.get(VERSION_HEADER, "")) is None:
        raise InvalidRequest(
            f"The header {VERSION_HEADER} must name a version that is spoken here: 1.0.x or 2.0.x",
            "xAPI 1.0.3 Communication 3.3",
        )
    if not credential.may(*scopes):
        raise ScopeMissing(scope=" / ".join(scopes))
    if credential.id is not None and (used is None or used < clock.now() - timedelta(hours=1)):
        writing(lambda: keys.note_use(credential.id or 0))
    return credential


def writing(do: Callable[[], T]) -> T:
    """Do it in a transaction. What another writer disturbed is tried again; then it is Busy, never a fault of ours."""
    for attempt in range(1, TRIES + 1):
        try:
            with db.transaction():
                return do()
        except (IntegrityError, OperationalError) as error:
            log.warning("statement write disturbed", attempt=attempt, error=type(error).__name__)
            if attempt == TRIES:
                raise Busy from None
            time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311 - it only spreads retries
    raise Busy


Sent = tuple[list[tuple[Any, str]], bool]
"""The statements of a request, each with its text, and whether it is a single one and no array."""


def body_with_parts() -> tuple[Sent, list[Part]]:
    """The request's statements, and the parts that follow them where it is multipart/mixed (Communication 1.5.2)."""
    if request.mimetype != "multipart/mixed":
        request.max_content_length = MOST_JSON
        return _json(request.headers.get("Content-Type", ""), request.get_data(cache=False), "The Content-Type"), []
    try:
        first, *parts = multipart.parse(request.get_data(cache=False), request.mimetype_params.get("boundary", ""))
    except multipart.NotMultipart as error:
        raise InvalidRequest(
            f"The body could not be read: {error}", "xAPI 1.0.3 Communication 1.5.2; RFC 2046, 5.1"
        ) from None
    if first.headers.get("content-transfer-encoding", "binary").lower() not in ("binary", "8bit", "7bit"):
        raise InvalidRequest("The statements must not be encoded for transfer", "xAPI 1.0.3 Communication 1.5.2")
    if len(first.content) > MOST_JSON:
        raise BodyTooLarge(most=f"{MOST_JSON} octets of statements")
    return _json(
        first.headers.get("content-type", ""), bytes(first.content), "The Content-Type of the first part"
    ), parts


def _json(content_type: str, content: bytes, named: str) -> Sent:
    kind, options = parse_options_header(content_type)
    if kind.lower() != "application/json":
        raise InvalidRequest(f"{named} must be application/json", "xAPI 1.0.3 Communication 1.5")
    if options.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise InvalidRequest("The text must be UTF-8", "xAPI 1.0.3 Communication 1.4")
    try:
        return strictjson.parse_each(content)
    except strictjson.NotStrict as error:
        raise InvalidRequest(
            f"The body could not be read: {error}", "xAPI 1.0.3 Communication 1.5.1; Data 2.2"
        ) from None


def condition() -> Condition:
    """If-Match and If-None-Match of the request. ETags without quotes are understood; a weak one matches nothing."""
    return Condition(_etags("If-Match"), _etags("If-None-Match"))


def _etags(header: str) -> frozenset[str] | None:
    if header not in request.headers:
        return None
    text, found, at = ",".join(request.headers.getlist(header))[:4000], set(), 0
    while at < len(text):
        match = _ETAG.match(text, at)
        if match is None:
            raise InvalidRequest(
                f"The header {header} could not be read", "xAPI 1.0.3 Communication 3.1; RFC 9110, 13.1"
            )
        if not match.group(1):
            tag = match.group(2) if match.group(2) is not None else match.group(3)
            found.add(tag)
        at = match.end()
    return frozenset(found)


def languages() -> list[str]:
    """The tags of Accept-Language, best first (Communication 2.1.3, Language Filtering)."""
    found = []
    for part in request.headers.get("Accept-Language", "")[:2000].split(","):
        match = _LANGUAGE.fullmatch(part.strip())
        if match and float(match.group(2) or 1) > 0:
            found.append((float(match.group(2) or 1), match.group(1)))
    return [tag for _, tag in sorted(found, key=lambda one: -one[0])]


def answer(
    text: str | bytes = "",
    status: int = 200,
    content_type: str = "application/json",
    headers: dict[str, str] | None = None,
) -> Response:
    """An answer."""
    return Response(text, status, headers, content_type=content_type)


def found(
    content: str | bytes, content_type: str = "application/json", changed: datetime | None = None, etag: str = ""
) -> Response:
    """The answer to a GET that is guarded by an ETag, the SHA-1 of the content (Communication 3.1; RFC 9110, 13.2.2)."""
    octets = content.encode() if isinstance(content, str) else content
    etag = etag or etag_of(octets)
    headers = {"ETag": f'"{etag}"', **(last_modified(changed) if changed else {})}
    asked = condition()
    if asked.match is not None:
        Condition(match=asked.match).hold(etag)
    if asked.none_match is not None and asked.none_match & {etag, "*"}:
        return answer(status=304, headers=headers)
    return answer(octets, content_type=content_type, headers=headers)


def nothing() -> Response:
    """Done, and nothing to say: 204."""
    response = Response(status=204)
    response.headers.remove("Content-Type")
    return response


def preflight() -> Response:
    """What a browser asks before it speaks to another origin: yes, since cookies mean nothing here."""
    response = nothing()
    response.headers.update(_PREFLIGHT)
    response.headers["Allow"] = ", ".join(allowed(_resource()) or ["OPTIONS"])
    return response


def last_modified(when: datetime) -> dict[str, str]:
    """The Last-Modified header for `answer`."""
    return {"Last-Modified": http_date(when)}


def finish(response: Response) -> Response:
    """The headers of every answer (Communication 2.1.3, 3.3)."""
    response.headers.extend([(VERSION_HEADER, version().header), *_CORS])
    if _resource() == "/statements":
        response.headers[THROUGH_HEADER] = rules.written(moment(g.get("through") or turns.known_through()))
        _compress(response)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def _resource() -> str:
    """What is asked for under the base, such as `/statements`."""
    return request.path.removeprefix(base())


def _compress(response: Response) -> None:
    """Statements travel compressed where the client can read it; documents never, since their ETag is of the content."""
    if request.method not in ("GET", "HEAD") or response.mimetype != "application/json" or response.is_streamed:
        return
    response.vary.add("Accept-Encoding")
    text = response.get_data()
    if len(text) > WORTH_GZIP and request.accept_encodings.quality("gzip") > 0:
        response.set_data(gzip.compress(text, 4, mtime=0))
        response.headers["Content-Encoding"] = "gzip"


def say_problem(problem: Problem) -> Response:
    """A problem as JSON: what, and where the standard says so."""
    said = {"error": str(problem)} | {
        key: str(problem.params[key]) for key in ("path", "clause") if key in problem.params
    }
    response = answer(strictjson.dumps(said), problem.status)
    if isinstance(problem, Busy):
        response.headers["Retry-After"] = "5"
    if isinstance(problem, WrongCredentials) and not {"Origin", "Sec-Fetch-Mode"} & set(request.headers.keys()):
        # content in a browser would get a dialog and hang
        response.headers["WWW-Authenticate"] = 'Basic realm="xAPI", charset="UTF-8"'
    return response


def say_http(problem: HTTPException) -> Response:
    """What Flask itself refuses, as JSON; a method that does not go with the resource comes with those that do."""
    if problem.code is None or problem.code < 400:
        return problem.get_response()  # type: ignore[return-value]
    if problem.code not in (404, 405):
        return answer(strictjson.dumps({"error": f"{problem.name}. Nothing was stored."}), problem.code)
    methods = allowed(_resource())
    if not methods:
        return answer('{"error":"There is no such resource. Nothing was stored."}', 404)
    text = f"{request.method[:20]} does not go with this resource. Nothing was stored."
    return answer(strictjson.dumps({"error": text}), 405, headers={"Allow": ", ".join(methods)})


def say_database(problem: DBAPIError) -> Response:
    """What the database refuses: bad data is the client's (400), the rest passes (503), and nothing was stored."""
    db.session.rollback()
    if isinstance(problem, DataError):
        return say_problem(InvalidRequest("The database cannot hold this", "xAPI 1.0.3 Communication 3.2"))
    log.error("record store database error", error=type(problem).__name__)
    return say_problem(Busy())


def say_fault(problem: Exception) -> Response:
    """A fault of ours, as JSON; the log has the rest."""
    db.session.rollback()
    log.exception("record store fault", error=type(problem).__name__)
    return answer(strictjson.dumps({"error": str(Problem())}), 500)
