"""Documents of State and of the profiles: kept octet by octet, guarded by ETags (xAPI 1.0.3 Communication 2.2, 3.1).

The database decides every condition inside the one statement that writes. So of many who write at once one wins for
each ETag, and no merge is lost.
"""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lms.core import clock, db
from lms.lrs import strictjson
from lms.lrs.credentials import Credential
from lms.lrs.dictionary import digest
from lms.lrs.errors import Busy, DocumentConflict, InvalidRequest, PreconditionFailed
from lms.lrs.models import Document
from lms.lrs.versions import Version

JSON = "application/json"
TRIES = 10
"""A merge begins again as often, where others made and deleted the document meanwhile."""
_MERGE = "xAPI 1.0.3 Communication 2.2"
_D: Any = Document.__table__


@dataclass(frozen=True)
class Kind:
    """One of the three document resources."""

    name: str
    resource: str
    """Its address."""
    parameter: str
    """The parameter that names one document."""
    scope: str
    """What a key needs."""
    clause: str
    of: tuple[str, ...]
    """The parameters that say whose documents they are, and must be there."""
    narrowed_by: tuple[str, ...] = ()
    """Those that may be there too."""

    @property
    def parameters(self) -> frozenset[str]:
        """All that a request for one document may have."""
        return frozenset({self.parameter, *self.of, *self.narrowed_by})


STATE = Kind(
    "state",
    "activities/state",
    "stateId",
    "state",
    "xAPI 1.0.3 Communication 2.3",
    ("activityId", "agent"),
    ("registration",),
)
AGENT_PROFILE = Kind(
    "agent_profile", "agents/profile", "profileId", "profile", "xAPI 1.0.3 Communication 2.6", ("agent",)
)
ACTIVITY_PROFILE = Kind(
    "activity_profile", "activities/profile", "profileId", "profile", "xAPI 1.0.3 Communication 2.7", ("activityId",)
)


@dataclass(frozen=True)
class Context:
    """Whose documents: what all of an activity, an agent or both have in common."""

    kind: Kind
    activity: str = ""
    agent: str = ""
    """The agent's identity."""
    registration: UUID | None = None

    @property
    def mark(self) -> UUID:
        """What all documents of the activity and the agent are listed by, whatever their registration."""
        return digest("context", self.activity, self.agent)


@dataclass(frozen=True)
class Place:
    """Where one document belongs."""

    context: Context
    name: str

    @property
    def mark(self) -> UUID:
        """What it is found by."""
        c = self.context
        return digest(c.kind.name, c.activity, c.agent, str(c.registration or ""), self.name)


@dataclass(frozen=True)
class Condition:
    """What If-Match and If-None-Match ask (RFC 9110, 13.1); None where a header is absent."""

    match: frozenset[str] | None = None
    """ETags without quotes, or {"*"}; a weak one is not in it, since it never matches here."""
    none_match: frozenset[str] | None = None

    @property
    def absent(self) -> bool:
        """Whether the request asks for nothing."""
        return self.match is None and self.none_match is None

    def hold(self, etag: str | None) -> None:
        """Raise PreconditionFailed unless a document with `etag` (None: no document) is what was asked for."""
        if self.match is not None and (etag is None or not self.match & {etag, "*"}):
            raise PreconditionFailed
        if self.none_match is not None and etag is not None and self.none_match & {etag, "*"}:
            raise PreconditionFailed

    def criteria(self) -> list[ColumnElement[bool]]:
        """The same, asked of a row that is there."""
        found: list[ColumnElement[bool]] = []
        if self.match is not None and "*" not in self.match:
            found.append(_D.c.etag.in_(self.match))
        if self.none_match is not None:
            # IN () is false and NOT IN () is true; * is matched by every row
            found.append(_D.c.etag.is_(None) if "*" in self.none_match else _D.c.etag.not_in(self.none_match))
        return found


def etag_of(content: bytes) -> str:
    """The ETag of a content, without quotes: its SHA-1 in lower-case hex, as the standard demands."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def find(place: Place) -> Any:
    """The document at `place`, a row with etag, content_type, content and updated_at; None if there is none."""
    return db.session.execute(_at(place)).first()


def put(
    place: Place, content: bytes, content_type: str, condition: Condition, by: Credential, version: Version
) -> None:
    """The document is `content` from now on.

    A request that names no ETag makes or replaces only what `version` lets it (Communication 3.1): else it is
    DocumentConflict where there is a document, and InvalidRequest where there is none.
    """
    if _is_json(content_type):
        _parsed(content)
    values = _values(content, content_type, by)
    if condition.match is not None:
        if not _update(place, values, *condition.criteria()):
            raise PreconditionFailed
    elif condition.none_match is not None:
        over = [] if "*" in condition.none_match else condition.criteria()
        if not _insert(place, values, over if over else None):
            raise PreconditionFailed
    elif place.context.kind.name in version.blind_over:
        _insert(place, values, [])
    elif place.context.kind.name in version.blind_new:
        if not _insert(place, values, None):
            raise DocumentConflict
    elif find(place):
        raise DocumentConflict
    else:
        raise InvalidRequest(
            "PUT of a profile needs If-Match with the ETag of the document, or If-None-Match: * for a new one",
            "xAPI 1.0.3 Communication 3.1",
        )


def merge(place: Place, content: bytes, content_type: str, condition: Condition, by: Credential) -> None:
    """The document's top-level properties are replaced by those of `content`; without one, `content` becomes it."""
    if not _is_json(content_type):
        raise InvalidRequest(f"Only documents of type {JSON} can be merged", _MERGE)
    sent = _object(content)
    for _ in range(TRIES):
        # The lock only queues those who merge at once, so that each needs one try; what is written stands or falls
        # with the ETag that was read.
        there = db.session.execute(_at(place).with_for_update()).first()
        condition.hold(there.etag if there else None)
        if there is None:
            done = _insert(place, _values(content, content_type, by), None)
        else:
            if not _is_json(there.content_type):
                raise InvalidRequest(f"The document is not of type {JSON}: it cannot be merged", _MERGE)
            made = strictjson.dumps({**_object(there.content), **sent}).encode()
            done = _update(
                place,
                _values(made, content_type, by),
                _D.c.etag == there.etag,
                _D.c.content_type == there.content_type,
            )
        if done:
            return
    raise Busy


def remove(place: Place, condition: Condition) -> None:
    """There is no document at `place` from now on; without a condition it does not matter whether there was one."""
    gone = db.session.connection().execute(delete(_D).where(_D.c.digest == place.mark, *condition.criteria()))
    if gone.rowcount == 0 and not condition.absent:
        there = find(place)
        condition.hold(there.etag if there else None)


def remove_all(context: Context) -> None:
    """No documents of `context` are left; without a registration, of none (Communication 2.3)."""
    those = [_D.c.context == context.mark]
    if context.registration:
        those.append(_D.c.registration == context.registration)
    db.session.connection().execute(delete(_D).where(*those))


def _at(place: Place) -> Any:
    return select(_D.c.etag, _D.c.content_type, _D.c.content, _D.c.updated_at).where(_D.c.digest == place.mark)


def _is_json(content_type: str) -> bool:
    return content_type.split(";")[0].strip().lower() == JSON


def _parsed(content: bytes) -> Any:
    try:
        return strictjson.parse(content)
    except strictjson.NotStrict as error:
        raise InvalidRequest(f"The document is not JSON: {error}", "xAPI 1.0.3 Communication 2.2, 3.2") from None


def _object(content: bytes) -> dict[str, Any]:
    value = _parsed(content)
    if not isinstance(value, dict):
        raise InvalidRequest("Only JSON objects can be merged", _MERGE)
    return value


def _values(content: bytes, content_type: str, by: Credential) -> dict[str, Any]:
    return {
        "content": content,
        "content_type": content_type,
        "etag": etag_of(content),
        "updated_at": clock.now(),
        "credential_id": by.id,
    }


def _update(place: Place, values: dict[str, Any], *criteria: ColumnElement[bool]) -> bool:
    """Whether there was such a row, which now has `values`."""
    asked = update(_D).where(_D.c.digest == place.mark, *criteria).values(values)
    return db.session.connection().execute(asked).rowcount == 1


def _insert(place: Place, values: dict[str, Any], over: list[ColumnElement[bool]] | None) -> bool:
    """Whether the row was made, or took `values` over a row for which `over` holds; None: never over one."""
    context = place.context
    row = {
        "digest": place.mark,
        "context": context.mark,
        "activity": context.activity,
        "agent": context.agent,
        "registration": context.registration,
        "name": place.name,
        **values,
    }
    adding: Any = (sqlite if db.is_sqlite() else postgresql).insert(_D).values(row)
    if over is None:
        adding = adding.on_conflict_do_nothing(index_elements=["digest"])
    else:
        where = over[0] if over else None
        adding = adding.on_conflict_do_update(index_elements=["digest"], set_=values, where=where)
    return db.session.connection().execute(adding.returning(_D.c.id)).first() is not None
