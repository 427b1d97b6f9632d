"""What every resource of the store has in common: version, credentials, headers, open CORS, errors as JSON, retries."""

import binascii
import random
import re
import time
from base64 import b64decode
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from flask import Response, request
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date

from lms.core import clock, db, settings
from lms.core.errors import Problem
from lms.lrs import actions, queries, rules, strictjson, versions
from lms.lrs.credentials import Credential
from lms.lrs.documents import Condition
from lms.lrs.errors import AttachmentsComeLater, Busy, InvalidRequest, ScopeMissing, WrongCredentials
from lms.lrs.versions import Version

log = structlog.get_logger()
TRIES = 5
VERSION_HEADER = "X-Experience-API-Version"
THROUGH_HEADER = "X-Experience-API-Consistent-Through"
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": f"{VERSION_HEADER}, {THROUGH_HEADER}, ETag, Last-Modified",
}
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


def base() -> str:
    """The base under which this request came: /xapi, /xapi/1.0.3 or /xapi/2.0."""
    found = _BASE.match(request.path)
    return found.group() if found else "/xapi"


def version() -> Version:
    """The version in which this request is answered: what its header asks for, else the base's own or the setting's."""
    asked = versions.find(request.headers.get(VERSION_HEADER, ""))
    pinned = base().removeprefix("/xapi").lstrip("/") or settings.current().xapi_version
    return asked or versions.BY_BASE[pinned]


def enter(*scopes: str) -> Credential:
    """Let a request in: a version that is spoken here (Communication 3.3), and a key with one of `scopes` (4.0)."""
    found = re.fullmatch(r"(?i:basic) +([A-Za-z0-9+/]+={0,2})", request.headers.get("Authorization", ""))
    try:
        key, colon, secret = b64decode(found.group(1), validate=True).decode().partition(":") if found else ("", "", "")
    except (binascii.Error, UnicodeDecodeError):
        raise WrongCredentials from None
    known = queries.find_credential(key, secret) if colon and "\0" not in key else None
    if known is None:
        raise WrongCredentials
    credential, used = known
    if versions.find(request.headers.get(VERSION_HEADER, "")) is None:
        raise InvalidRequest(
            f"The header {VERSION_HEADER} must name a version that is spoken here: 1.0.x or 2.0.x",
            "xAPI 1.0.3 Communication 3.3",
        )
    if not credential.may(*scopes):
        raise ScopeMissing(scope=" / ".join(scopes))
    if credential.id is not None and (used is None or used < clock.now() - timedelta(hours=1)):
        writing(lambda: actions.note_use(credential.id or 0))
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


def body_json() -> Any:
    """The request's body, which must be JSON and say so (Communication 1.4, 1.5, 3.2)."""
    kind = request.mimetype
    if kind == "multipart/mixed":
        raise AttachmentsComeLater
    if kind != "application/json":
        raise InvalidRequest("The Content-Type must be application/json", "xAPI 1.0.3 Communication 1.5")
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise InvalidRequest("The text must be UTF-8", "xAPI 1.0.3 Communication 1.4")
    try:
        return strictjson.parse(request.get_data(cache=False))
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
            found.add(tag.partition(":")[0])  # a compressed answer's ETag ends in :br or :gzip, and means this document
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


def nothing() -> Response:
    """Done, and nothing to say: 204."""
    response = Response(status=204)
    response.headers.remove("Content-Type")
    return response


def preflight() -> Response:
    """What a browser asks before it speaks to another origin: yes, since cookies mean nothing here."""
    response = nothing()
    response.headers.update(_PREFLIGHT)
    return response


def last_modified(when: Any) -> dict[str, str]:
    """The Last-Modified header for `answer`."""
    return {"Last-Modified": http_date(when)}


def finish(response: Response) -> Response:
    """The headers of every answer (Communication 2.1.3, 3.3). Consistent-Through is now: what is committed is read."""
    response.headers[VERSION_HEADER] = version().header
    response.headers.update(_CORS)
    if request.path.removeprefix(base()).startswith("/statements"):
        response.headers[THROUGH_HEADER] = rules.written(clock.now())
    response.headers.setdefault("Cache-Control", "no-store")
    return response


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
    """What Flask itself refuses, as JSON."""
    if problem.code is None or problem.code < 400:
        return problem.get_response()  # type: ignore[return-value]
    return answer(strictjson.dumps({"error": f"{problem.name}. Nothing was stored."}), problem.code)


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
