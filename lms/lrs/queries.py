"""What can be asked of the record store by the other areas, and by its own views."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.core import db
from lms.lrs.credentials import Credential, hashed, matches
from lms.lrs.models import Description, LrsCredential, Name, StateDocument, Statement


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


_COLUMNS = (Statement.sid, Statement.timestamp, Statement.stored, Statement.own, Statement.voided, Statement.body)


def _stored(row: Any) -> Stored:
    body = json.loads(row.body)
    thing = body["object"]
    return Stored(
        str(row.sid),
        body["verb"]["id"],
        thing["id"] if thing.get("objectType", "Activity") == "Activity" else "",
        row.timestamp,
        row.stored,
        row.own,
        row.voided,
        body,
    )


def of_registration(registration: UUID | str, own_only: bool = True) -> list[Stored]:
    """The statements of a registration in the order of storing, voided ones too; `own_only`: no word of others."""
    asked = select(*_COLUMNS).where(Statement.registration == _uuid(registration))
    if own_only:
        asked = asked.where(Statement.own.is_(True))
    return [_stored(row) for row in db.session.execute(asked.order_by(Statement.stored, Statement.id))]


def by_ids(ids: Iterable[UUID | str]) -> list[Stored]:
    """The statements with these ids, in the order of storing; ids that are not there are passed over."""
    return [
        _stored(row)
        for row in db.session.execute(
            select(*_COLUMNS)
            .where(Statement.sid.in_([_uuid(one) for one in ids]))
            .order_by(Statement.stored, Statement.id)
        )
    ]


def find(statement_id: UUID | str) -> Stored | None:
    """The statement with this id, voided or not."""
    return next(iter(by_ids([statement_id])), None)


def _uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def find_credential(key: str, secret: str) -> tuple[Credential, datetime | None] | None:
    """Who holds `key` and `secret`, and when the key was last used; None if that is nobody, or the key is revoked."""
    row = db.session.execute(
        select(
            LrsCredential.id,
            LrsCredential.key,
            LrsCredential.secret_hash,
            LrsCredential.name,
            LrsCredential.scopes,
            LrsCredential.own,
            LrsCredential.last_used_at,
        ).where(LrsCredential.key == key, LrsCredential.revoked_at.is_(None))
    ).first()
    if not matches(row.secret_hash if row else hashed(""), secret) or row is None:
        return None
    return Credential(row.id, row.key, row.name, frozenset(row.scopes), row.own), row.last_used_at


def all_keys() -> list[LrsCredential]:
    """All keys, revoked ones too, in the order in which they were made."""
    return list(db.session.scalars(select(LrsCredential).order_by(LrsCredential.id)))


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


def state_ids(context: UUID, registration: UUID | None, since: datetime | None) -> tuple[list[str], datetime | None]:
    """The ids of an agent's documents in an activity (`documents.context_of`), and when the newest changed."""
    asked = select(StateDocument.state_id, StateDocument.updated_at).where(StateDocument.context == context)
    if registration:
        asked = asked.where(StateDocument.registration == registration)
    if since:
        asked = asked.where(StateDocument.updated_at > since)
    rows = db.session.execute(asked.order_by(StateDocument.id)).all()
    return list(dict.fromkeys(row.state_id for row in rows)), max((row.updated_at for row in rows), default=None)
