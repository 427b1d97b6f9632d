"""State documents: kept octet by octet, guarded by their ETags (xAPI 1.0.3 Communication 2.2, 2.3, 3.1)."""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select

from lms.core import clock, db
from lms.lrs import strictjson
from lms.lrs.credentials import Credential
from lms.lrs.dictionary import digest
from lms.lrs.errors import InvalidRequest, PreconditionFailed, StateConflict
from lms.lrs.models import StateDocument

JSON = "application/json"
_MERGE = "xAPI 1.0.3 Communication 2.2"


@dataclass(frozen=True)
class Place:
    """Where a document belongs."""

    activity: str
    agent: str
    """The agent's identity."""
    registration: UUID | None
    state_id: str

    @property
    def digest(self) -> UUID:
        """What it is found by."""
        return digest("state", self.activity, self.agent, str(self.registration or ""), self.state_id)

    @property
    def context(self) -> UUID:
        """What all documents of this agent in this activity share."""
        return context_of(self.activity, self.agent)


@dataclass(frozen=True)
class Condition:
    """What If-Match and If-None-Match ask (RFC 9110, 13.1); None where a header is absent."""

    match: frozenset[str] | None = None
    """ETags without quotes, or {"*"}; a weak one is not in it, since it never matches here."""
    none_match: frozenset[str] | None = None

    def hold(self, etag: str | None) -> None:
        """Raise PreconditionFailed unless a document with `etag` (None: no document) is what was asked for."""
        if self.match is not None and (etag is None or not self.match & {etag, "*"}):
            raise PreconditionFailed
        if self.none_match is not None and etag is not None and self.none_match & {etag, "*"}:
            raise PreconditionFailed


def context_of(activity: str, agent: str) -> UUID:
    """The mark that all documents of `agent` (its identity) in `activity` share."""
    return digest("context", activity, agent)


def etag_of(content: bytes) -> str:
    """The ETag of a content, without quotes: its SHA-1 in lower-case hex, as the standard demands."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def find(place: Place, lock: bool = False) -> StateDocument | None:
    """The document at `place`."""
    asked: Select[Any] = select(StateDocument).where(StateDocument.digest == place.digest)
    return db.session.scalar(asked.with_for_update() if lock else asked)


def put(
    place: Place, content: bytes, content_type: str, condition: Condition, by: Credential, needs_match: bool = False
) -> None:
    """The document is `content` from now on. `needs_match`: one that the client does not name is not replaced (2.0)."""
    there = find(place, lock=True)
    condition.hold(there.etag if there else None)
    if there and needs_match and condition.match is None and condition.none_match is None:
        raise StateConflict
    if _is_json(content_type):
        _parsed(content)
    _write(place, there, content, content_type, by)


def merge(place: Place, content: bytes, content_type: str, condition: Condition, by: Credential) -> None:
    """The document's top-level properties are replaced by those of `content`; without one, `content` becomes it."""
    there = find(place, lock=True)
    condition.hold(there.etag if there else None)
    if not _is_json(content_type) or (there and not _is_json(there.content_type)):
        raise InvalidRequest(f"Only documents of type {JSON} can be merged", _MERGE)
    sent = _parsed(content)
    kept = _parsed(there.content) if there else {}
    if not isinstance(sent, dict) or not isinstance(kept, dict):
        raise InvalidRequest("Only JSON objects can be merged", _MERGE)
    _write(place, there, strictjson.dumps({**kept, **sent}).encode() if there else content, content_type, by)


def remove(place: Place, condition: Condition) -> None:
    """There is no document at `place` from now on."""
    there = find(place, lock=True)
    condition.hold(there.etag if there else None)
    if there:
        db.session.delete(there)
        db.session.flush()


def remove_all(activity: str, agent: str, registration: UUID | None) -> None:
    """No documents of `agent` in `activity` are left; with a registration, none of that one (Communication 2.3)."""
    those = [StateDocument.context == context_of(activity, agent)]
    if registration:
        those.append(StateDocument.registration == registration)
    db.session.execute(delete(StateDocument).where(*those).execution_options(synchronize_session=False))


def _is_json(content_type: str) -> bool:
    return content_type.split(";")[0].strip().lower() == JSON


def _parsed(content: bytes) -> Any:
    try:
        return strictjson.parse(content)
    except strictjson.NotStrict as error:
        raise InvalidRequest(f"The document is not JSON: {error}", "xAPI 1.0.3 Communication 2.2, 3.2") from None


def _write(place: Place, there: StateDocument | None, content: bytes, content_type: str, by: Credential) -> None:
    document = there or StateDocument(
        digest=place.digest,
        context=place.context,
        activity=place.activity,
        agent=place.agent,
        registration=place.registration,
        state_id=place.state_id,
    )
    document.content, document.content_type, document.etag = content, content_type, etag_of(content)
    document.updated_at, document.credential_id = clock.now(), by.id
    db.session.add(document)
    db.session.flush()
