"""Query parameters, read as strictly as statements are (xAPI 1.0.3 Data 2.2, Communication 3.2). Pure."""

import hmac
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from lms.lrs import rules, strictjson
from lms.lrs.actors import check_actor, check_agent, identity
from lms.lrs.credentials import signed
from lms.lrs.documents import Context, Kind
from lms.lrs.errors import InvalidRequest, InvalidStatement
from lms.lrs.formats import FORMATS
from lms.lrs.search import Query
from lms.lrs.versions import Version

ONE = frozenset({"statementId", "voidedStatementId", "format", "attachments"})
MANY = frozenset(
    {
        "agent",
        "verb",
        "activity",
        "registration",
        "related_activities",
        "related_agents",
        "since",
        "until",
        "limit",
        "format",
        "attachments",
        "ascending",
    }
)
MORE = "more"
"""Our own parameter: the whole query and its cursor, signed."""
_GET = "xAPI 1.0.3 Communication 2.1.3"
_AGENTS, _ACTIVITIES = "xAPI 1.0.3 Communication 2.4", "xAPI 1.0.3 Communication 2.5"
_LIMIT = re.compile(r"[0-9]{1,9}")


def read(query_string: str, known: Collection[str]) -> dict[str, str]:
    """The parameters of a query string; one that is not `known`, stands twice or is not UTF-8 is refused."""
    clause = "xAPI 1.0.3 Communication 3.2"
    try:
        pairs = parse_qsl(
            query_string, keep_blank_values=True, strict_parsing=bool(query_string), errors="strict", max_num_fields=50
        )
    except ValueError:
        raise InvalidRequest("The query string is not UTF-8 form data", clause) from None
    found: dict[str, str] = {}
    for key, value in pairs:
        if key not in known:
            raise InvalidRequest(f"There is no parameter {key[:60]!r} here", clause)
        if key in found:
            raise InvalidRequest(f"The parameter {key} stands twice", clause)
        if "\0" in value or "\0" in key:
            raise InvalidRequest(f"The parameter {key} holds a NUL character", clause)
        found[key] = value
    return found


def statements_query(given: dict[str, str], version: Version) -> Query:
    """What GET statements asks for, without statementId and voidedStatementId."""
    query = Query(
        agent=_agent(given["agent"], "agent", _GET) if "agent" in given else None,
        verb=_iri(given, "verb", _GET),
        activity=_iri(given, "activity", _GET),
        registration=_uuid(given, "registration", _GET),
        related_agents=boolean(given, "related_agents"),
        related_activities=boolean(given, "related_activities"),
        since=_moment(given, "since", version),
        until=_moment(given, "until", version),
        ascending=boolean(given, "ascending"),
        limit=_limit(given),
    )
    if query.since and query.until and query.since > query.until:
        raise InvalidRequest("since is later than until", _GET)
    return query


def boolean(given: dict[str, str], name: str) -> bool:
    """A parameter that is `true` or `false`; false where it is absent."""
    if given.get(name, "false") not in ("true", "false"):
        raise InvalidRequest(f"{name} must be true or false", _GET)
    return given.get(name) == "true"


def format_of(given: dict[str, str]) -> str:
    """The format asked for; `exact` where none is."""
    wanted = given.get("format", "exact")
    if wanted not in FORMATS:
        raise InvalidRequest(f"format must be one of {', '.join(FORMATS)}", _GET)
    return wanted


def statement_id(given: dict[str, str], name: str) -> UUID:
    """A parameter that is a UUID and must be there."""
    found = _uuid(given, name, "xAPI 1.0.3 Communication 2.1")
    if found is None:
        raise InvalidRequest(f"The parameter {name} is missing", "xAPI 1.0.3 Communication 2.1")
    return found


def context_of(given: dict[str, str], kind: Kind) -> Context:
    """Whose documents a request is about (Communication 2.3, 2.6, 2.7)."""
    for name in kind.of:
        needed(given, name, kind.clause)
    return Context(
        kind,
        activity=_iri(given, "activityId", kind.clause) or "",
        agent=_agent(given["agent"], "agent", kind.clause, group=False) if "agent" in given else "",
        registration=_uuid(given, "registration", kind.clause),
    )


def since(given: dict[str, str], kind: Kind, version: Version) -> datetime | None:
    """The moment after which documents were changed, of a request for the list of them."""
    if kind.parameter in given and "since" in given:
        raise InvalidRequest(f"since is for lists: it does not go with {kind.parameter}", kind.clause)
    return _moment(given, "since", version, kind.clause)


def agent(given: dict[str, str]) -> dict[str, Any]:
    """The Agent that GET agents asks about (Communication 2.4)."""
    return _read_agent(needed(given, "agent", _AGENTS), "agent", _AGENTS, group=False)


def activity(given: dict[str, str]) -> str:
    """The id that GET activities asks about (Communication 2.5)."""
    needed(given, "activityId", _ACTIVITIES)
    return _iri(given, "activityId", _ACTIVITIES) or ""


def needed(given: dict[str, str], name: str, clause: str) -> str:
    """A parameter that must be there."""
    if name not in given:
        raise InvalidRequest(f"The parameter {name} is missing", clause)
    return given[name]


def more_link(path: str, query: Query, wanted: str, attachments: bool) -> str:
    """The address, without scheme and host, of the page of `query`; good for as long as the secret (Data 2.5)."""
    given = vars(query).items()
    packed = {key: value for key, value in given if value not in (None, False, 0) and key not in ("mine", "within")}
    text = json.dumps({**packed, "format": wanted, "attachments": attachments}, default=_packed, separators=(",", ":"))
    token = urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return f"{path}?{urlencode({MORE: f'{token}.{signed(token)}'})}"


def from_more(link: str) -> tuple[Query, str, bool]:
    """The query, format and attachments of a `more` link that this store made; anything else is refused."""
    token, _, mark = link.partition(".")
    if not token.isascii() or not mark.isascii() or not hmac.compare_digest(signed(token), mark):
        raise InvalidRequest("This is not a link that the store gave", "xAPI 1.0.3 Data 2.5")
    packed = json.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    wanted, attachments = packed.pop("format"), packed.pop("attachments")
    for key in ("since", "until"):
        if key in packed:
            packed[key] = datetime.fromisoformat(packed[key])
    if "registration" in packed:
        packed["registration"] = UUID(packed["registration"])
    return Query(**packed), wanted, attachments


def _packed(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _agent(text: str, name: str, clause: str, group: bool = True) -> str:
    """The identity of the Agent, or identified Group, that a parameter holds as JSON."""
    found = identity(_read_agent(text, name, clause, group))
    if found is None:
        raise InvalidRequest(f"{name} must be an Agent or a Group with an identifier", clause)
    return found


def _read_agent(text: str, name: str, clause: str, group: bool) -> dict[str, Any]:
    try:
        actor = strictjson.parse(text)
        if group:
            check_actor(actor, name, clause)
        else:
            check_agent(actor, name)
    except strictjson.NotStrict as error:
        raise InvalidRequest(f"{name}: {error}", clause) from None
    except InvalidStatement as error:
        raise InvalidRequest(f"{error.params['path']}: {error.params['problem']}", error.params["clause"]) from None
    return actor


def _iri(given: dict[str, str], name: str, clause: str) -> str | None:
    value = given.get(name)
    if value is not None and not rules.is_iri(value):
        raise InvalidRequest(f"{name} must be an IRI with a scheme", f"{clause}; Data 4.3")
    return value


def _uuid(given: dict[str, str], name: str, clause: str) -> UUID | None:
    value = given.get(name)
    if value is None:
        return None
    if not rules.is_uuid(value):
        raise InvalidRequest(f"{name} must be a UUID in its standard form", f"{clause}; Data 4.4")
    return UUID(value)


def _moment(given: dict[str, str], name: str, version: Version, clause: str = _GET) -> datetime | None:
    value = given.get(name)
    if value is None:
        return None
    found = rules.moment(value, version.zone_needed)
    if found is None:
        raise InvalidRequest(
            f"{name} must be an ISO 8601 timestamp such as 2026-11-22T08:30:00.123Z", f"{clause}; Data 4.5"
        )
    return found


def _limit(given: dict[str, str]) -> int:
    value = given.get("limit", "0")
    if not _LIMIT.fullmatch(value):
        raise InvalidRequest("limit must be a whole number, 0 or more", _GET)
    return int(value)
