"""What can be asked of the record store by the other areas, and by its own views."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, or_, select

from lms.core import clock, db
from lms.lrs import bodies, dictionary
from lms.lrs.credentials import Credential, Limits, hashed, matches
from lms.lrs.models import Description, Document, LrsCredential, Name, Statement, StatementId, micros, moment


@dataclass(frozen=True)
class Stored:
    """A statement as the other areas read it."""

    id: str
    """A UUID in lower case."""
    verb: str
    """The verb's IRI."""
    activity: str
    """The object's IRI where it is an Activity, else empty."""
    timestamp: datetime
    stored: datetime
    own: bool
    """Whether it is our own word."""
    voided: bool
    body: dict[str, Any]
    """The whole statement."""


_T: Any = Statement.__table__
_COLUMNS = (_T.c.stored, _T.c.timestamp, _T.c.own, _T.c.voided, _T.c.authority_id, _T.c.body)


def _read(asked: Select[Any]) -> list[Stored]:
    found = db.session.execute(asked.order_by(_T.c.stored)).all()
    vouching = dictionary.authority_texts({row.authority_id for row in found})
    return [_stored(row, vouching) for row in found]


def _stored(row: Any, vouching: dict[int, str]) -> Stored:
    text = bodies.whole(row.body, micros(row.stored), vouching[row.authority_id], row.timestamp is not None)
    body = json.loads(text)
    thing = body["object"]
    return Stored(
        body["id"].lower(),
        body["verb"]["id"],
        thing["id"] if thing.get("objectType", "Activity") == "Activity" else "",
        row.timestamp or row.stored,
        row.stored,
        row.own,
        row.voided,
        body,
    )


def bodies_at(places: Iterable[int]) -> dict[int, str]:
    """The whole JSON texts of the statements at these places (microseconds)."""
    found = db.session.execute(select(*_COLUMNS).where(_T.c.stored.in_([moment(one) for one in places]))).all()
    vouching = dictionary.authority_texts({row.authority_id for row in found})
    return {
        (at := micros(row.stored)): bodies.whole(row.body, at, vouching[row.authority_id], row.timestamp is not None)
        for row in found
    }


def of_registration(registration: UUID | str, own_only: bool = True) -> list[Stored]:
    """The statements of a registration in the order of storing, voided ones too; `own_only`: no word of others."""
    asked = select(*_COLUMNS).where(_T.c.registration == _uuid(registration))
    return _read(asked.where(_T.c.own.is_(True)) if own_only else asked)


def by_ids(ids: Iterable[UUID | str]) -> list[Stored]:
    """The statements with these ids, in the order of storing; ids that are not there are passed over."""
    places = select(StatementId.stored).where(StatementId.sid.in_([_uuid(one) for one in ids]))
    return _read(select(*_COLUMNS).where(_T.c.stored.in_(places)))


def find(statement_id: UUID | str) -> Stored | None:
    """The statement with this id, voided or not."""
    return next(iter(by_ids([statement_id])), None)


def _uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


_CREDENTIAL = select(
    LrsCredential.id,
    LrsCredential.key,
    LrsCredential.secret_hash,
    LrsCredential.old_secret_hash,
    LrsCredential.old_until,
    LrsCredential.name,
    LrsCredential.scopes,
    LrsCredential.own,
    LrsCredential.agent,
    LrsCredential.registration,
    LrsCredential.activity,
    LrsCredential.last_used_at,
).where(
    LrsCredential.key == bindparam("key"),
    LrsCredential.revoked_at.is_(None),
    or_(LrsCredential.expires_at.is_(None), LrsCredential.expires_at > bindparam("now")),
)


def find_credential(key: str, secret: str) -> tuple[Credential, datetime | None] | None:
    """Who holds `key` and `secret`, and when the key was last used.

    None if that is nobody, or the key is revoked or over. After a rotation both secrets open until the grace ends.
    """
    row = db.session.execute(_CREDENTIAL, {"key": key, "now": clock.now()}).first()
    fits = matches(row.secret_hash if row else hashed(""), secret)
    if row and not fits and row.old_secret_hash and row.old_until > clock.now():
        fits = matches(row.old_secret_hash, secret)
    if row is None or not fits:
        return None
    limits = Limits(row.agent, row.registration, row.activity) if row.agent else None
    return Credential(row.id, row.key, row.name, frozenset(row.scopes), row.own, limits), row.last_used_at


def all_keys() -> list[LrsCredential]:
    """The keys of tools, revoked ones too, in the order in which they were made."""
    return list(
        db.session.scalars(select(LrsCredential).where(LrsCredential.agent.is_(None)).order_by(LrsCredential.id))
    )


def open_launches() -> int:
    """How many launches have a key that opens something now."""
    return (
        db.session.scalar(
            select(func.count()).where(
                LrsCredential.agent.is_not(None),
                LrsCredential.revoked_at.is_(None),
                LrsCredential.expires_at > clock.now(),
            )
        )
        or 0
    )


def key_names() -> dict[str, str]:
    """What the keys of tools are called, by key; revoked ones too."""
    return dict(
        db.session.execute(select(LrsCredential.key, LrsCredential.name).where(LrsCredential.agent.is_(None))).all()
    )


def descriptions(kind: str, iris: Iterable[str]) -> dict[str, list[str]]:
    """The descriptions (JSON texts) that came for verbs or activities, by IRI, oldest first."""
    found: dict[str, list[str]] = {}
    for text, body in db.session.execute(
        select(Name.text, Description.body)
        .join_from(Name, Description, Description.name_id == Name.id)
        .where(Name.kind == kind, Name.text.in_(list(iris)))
        .order_by(Description.id)
    ):
        found.setdefault(text, []).append(body)
    return found


def document_names(
    context: UUID, registration: UUID | None, since: datetime | None
) -> tuple[list[str], datetime | None]:
    """The stateIds or profileIds of a context (`documents.Context`), and when the newest document of it changed."""
    asked = select(Document.name, Document.updated_at).where(Document.context == context)
    if registration:
        asked = asked.where(Document.registration == registration)
    if since:
        asked = asked.where(Document.updated_at > since)
    rows = db.session.execute(asked.order_by(Document.id)).all()
    return list(dict.fromkeys(row.name for row in rows)), max((row.updated_at for row in rows), default=None)
