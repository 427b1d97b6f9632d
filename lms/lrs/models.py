"""What the record store keeps."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, PrimaryKeyConstraint, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from lms.core import clock
from lms.core.db import Model

BIG = BigInteger().with_variant(Integer, "sqlite")
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_FOR_GOOD = (
    "for good: the evidence on which every record rests; a person is erased from it by deleting whose the account is, "
    "and by striking the words that name them (`lms.lrs.removal`)"
)


def micros(when: datetime) -> int:
    """Microseconds since 1970 of an aware moment."""
    return (when - _BEGIN) // _TICK


def moment(count: int) -> datetime:
    """The moment, in UTC, of so many microseconds since 1970."""
    return _BEGIN + count * _TICK


class Micros(TypeDecorator):
    """A moment, kept as microseconds since 1970: eight octets on every engine, and an order that nothing rounds."""

    impl = BIG
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else micros(value)

    def process_result_value(self, value, dialect):
        return None if value is None else moment(value)


class Uuid16(TypeDecorator):
    """A UUID in sixteen octets, where SQLite would have it in 32 letters."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect):
        return dialect.type_descriptor(LargeBinary(16) if dialect.name == "sqlite" else Uuid())

    def process_bind_param(self, value, dialect):
        return value.bytes if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value, dialect):
        return UUID(bytes=value) if isinstance(value, bytes) else value


def _where(column: str) -> dict[str, Any]:
    """An index only of the rows in which `column` is known."""
    known = text(f"{column} IS NOT NULL")
    return {"sqlite_where": known, "postgresql_where": known}


class Statement(Model):
    """A statement as it was sent, and what finds it. It is never changed; only `voided` turns once.

    Cut into months on PostgreSQL (`lms.lrs.months`). No foreign keys and no unique id here: the table can be spread over
    machines without being rewritten; ids are kept apart in `statement_id`.
    """

    __tablename__ = "statement"
    __retention__ = _FOR_GOOD
    __table_args__ = (
        # The verb stands behind `stored`: pages stay in order, and a filter by verb is answered in the index.
        Index("ix_statement_actor", "actor_id", "stored", "verb_id"),
        Index("ix_statement_activity", "activity_id", "stored", "verb_id", **_where("activity_id")),
        Index("ix_statement_verb", "verb_id", "stored"),
        Index("ix_statement_authority", "authority_id", "stored"),
        Index("ix_statement_registration", "registration", "stored", **_where("registration")),
        {"postgresql_partition_by": "RANGE (stored)"},
    )
    stored: Mapped[datetime] = mapped_column(Micros, primary_key=True, autoincrement=False)
    """When it was stored; also its place in the order of all: later than every other that was committed before it."""
    sid: Mapped[UUID] = mapped_column(Uuid16)
    """The statement's id."""
    timestamp: Mapped[datetime | None] = mapped_column(Micros)
    """When it happened, as the statement says; None where it does not say: then it is `stored`."""
    registration: Mapped[UUID | None] = mapped_column(Uuid16)
    """context.registration."""
    actor_id: Mapped[int | None]
    """The actor's `lrs_name`; None for a Group without identifier."""
    verb_id: Mapped[int]
    """The verb's `lrs_name`."""
    activity_id: Mapped[int | None]
    """The object's `lrs_name`, where it is an Activity."""
    authority_id: Mapped[int]
    """The `lrs_authority` that vouches for it: by which key it came."""
    voiding: Mapped[bool] = mapped_column(default=False)
    """Whether it voids the statement that its object refers to."""
    voided: Mapped[bool] = mapped_column(default=False)
    """Whether another statement voids it."""
    own: Mapped[bool] = mapped_column(default=False)
    """Whether it is our own word: only such statements count for progress and credit."""
    body: Mapped[str]
    """The JSON text as it was sent, with an id and a version, without `stored` and `authority`: those are added when it is
    read (`lms.lrs.bodies`). Not jsonb, which reorders keys and refuses what JSON allows."""


class StatementId(Model):
    """Which ids are taken: each once in the whole store, however the statements are cut up."""

    __tablename__ = "statement_id"
    __retention__ = _FOR_GOOD
    __table_args__ = ({"sqlite_with_rowid": False},)
    sid: Mapped[UUID] = mapped_column(Uuid16, primary_key=True)
    """The statement's id."""
    stored: Mapped[datetime] = mapped_column(Micros)
    """Its place in `statement`."""


class Link(Model):
    """A statement found by a name that is neither its actor nor its object: related agents and activities."""

    __tablename__ = "statement_link"
    __retention__ = _FOR_GOOD
    __table_args__ = (PrimaryKeyConstraint("name_id", "stored"), {"sqlite_with_rowid": False})
    stored: Mapped[datetime] = mapped_column(Micros, autoincrement=False)
    """Its place in `statement`."""
    name_id: Mapped[int] = mapped_column(autoincrement=False)
    """The `lrs_name` that it mentions."""
    near: Mapped[bool]
    """Whether the plain `agent` filter finds it so (a member, or an Agent as object), not only `related_agents`."""


class Reference(Model):
    """A statement whose object is a StatementRef; the other one may come later, or never."""

    __tablename__ = "statement_ref"
    __retention__ = _FOR_GOOD
    __table_args__ = ({"sqlite_with_rowid": False},)
    ref: Mapped[UUID] = mapped_column(Uuid16, primary_key=True)
    """The id of the statement that is referred to."""
    stored: Mapped[datetime] = mapped_column(Micros, primary_key=True, autoincrement=False)
    """The place of the one that refers."""
    voiding: Mapped[bool]
    """Whether it voids the other."""


class Via(Model):
    """A statement found where the one that it refers to would be, by whatever chain of StatementRefs (Communication 2.1.3)."""

    __tablename__ = "statement_via"
    __retention__ = _FOR_GOOD
    __table_args__ = (
        Index("ix_statement_via_stored", "stored"),
        Index("ix_statement_via_source", "source"),
        {"sqlite_with_rowid": False},
    )
    name_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The `lrs_name` that the other one mentions."""
    stored: Mapped[datetime] = mapped_column(Micros, primary_key=True, autoincrement=False)
    """The place of the statement that refers."""
    source: Mapped[datetime] = mapped_column(Micros, primary_key=True, autoincrement=False)
    """The place of the statement that is referred to: all filters are asked of this one."""
    near: Mapped[bool]
    """Whether a plain `agent`, `verb` or `activity` filter finds it so, not only `related_agents` or `related_activities`."""


class Tick(Model):
    """One row: the latest `stored`. Who stores holds it until the commit, so statements appear in their order."""

    __tablename__ = "lrs_tick"
    __retention__ = "for good: technical"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(BIG)
    """Microseconds since 1970."""


class Authority(Model):
    """Who vouches for statements: the Agent that the store writes for a key. Never changed; a new name is a new row."""

    __tablename__ = "lrs_authority"
    __retention__ = _FOR_GOOD
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[UUID] = mapped_column(Uuid16, unique=True)
    """128 bits of the SHA-256 of key and text."""
    name_id: Mapped[int] = mapped_column(index=True)
    """The `lrs_name` of the Agent."""
    credential_id: Mapped[int | None] = mapped_column(index=True)
    """The key; None for the product itself."""
    body: Mapped[str]
    """The Agent as JSON text."""


class Name(Model):
    """The dictionary: each verb, activity and agent once, so that rows and indexes stay narrow."""

    __tablename__ = "lrs_name"
    __retention__ = _FOR_GOOD
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """verb, activity or agent."""
    digest: Mapped[UUID] = mapped_column(Uuid16, unique=True)
    """128 bits of the SHA-256 of kind and text: any length can be found by a narrow index."""
    text: Mapped[str]
    """The IRI, or the agent's identity (`lms.lrs.actors.identity`)."""


class Description(Model):
    """A verb's display or an activity's definition, as it came; the canonical one is folded when asked for."""

    __tablename__ = "lrs_description"
    __retention__ = "for good: it explains the statements"
    __table_args__ = (UniqueConstraint("name_id", "digest"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name_id: Mapped[int]
    """Which `lrs_name` it describes."""
    digest: Mapped[UUID] = mapped_column(Uuid16)
    """128 bits of the SHA-256 of `body`: the same description is kept once."""
    body: Mapped[str]
    """JSON text: a language map, or an Activity Definition."""


class Document(Model):
    """A document that a client keeps for an activity, an agent, or both: State and the profiles (Communication 2.2)."""

    __tablename__ = "lrs_document"
    __retention__ = "state 2 years after its last change: only content in progress needs it; profiles for good; none of an erased person"
    __table_args__ = (Index("ix_lrs_document_context", "context", "registration"),)
    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    digest: Mapped[UUID] = mapped_column(unique=True)
    """128 bits of the SHA-256 of kind, activity, agent, registration and name: at most one document for them."""
    context: Mapped[UUID]
    """The same of activity and agent, to list and delete by."""
    activity: Mapped[str]
    """The activity's IRI; empty in an agent's profile."""
    agent: Mapped[str]
    """The agent's identity; empty in an activity's profile."""
    registration: Mapped[UUID | None]
    """Of State only."""
    name: Mapped[str]
    """The stateId or profileId."""
    content_type: Mapped[str]
    """As the client sent it."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """The document, octet by octet."""
    etag: Mapped[str]
    """SHA-1 of the content in hex, as the standard asks (Communication 3.1); it is no secret and guards nothing."""
    updated_at: Mapped[datetime]
    """When it was last changed."""
    credential_id: Mapped[int | None]
    """The key that changed it last."""


class LrsCredential(Model):
    """A key to the store: of a tool, or of one launch."""

    __tablename__ = "lrs_credential"
    __retention__ = "for good: statements name the key by which they came; the secret itself is never kept"
    __table_args__ = (
        Index(
            "ix_lrs_credential_tools",
            "id",
            sqlite_where=text("agent IS NULL"),
            postgresql_where=text("agent IS NULL"),
        ),
        Index(
            "ix_lrs_credential_launches",
            "expires_at",
            sqlite_where=text("agent IS NOT NULL"),
            postgresql_where=text("agent IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """The user name of HTTP Basic."""
    secret_hash: Mapped[str]
    """HMAC-SHA256 of the secret under the installation's key: see `lms.lrs.credentials.hashed`."""
    old_secret_hash: Mapped[str | None]
    """The same of the secret before the last rotation."""
    old_until: Mapped[datetime | None]
    """Until when the secret before still opens; None is not at all."""
    name: Mapped[str]
    """What it is for, in the operator's words."""
    scopes: Mapped[list[str]]
    """What it may do: see `lms.lrs.credentials.SCOPES`."""
    own: Mapped[bool] = mapped_column(default=False)
    """Whether what it stores counts as our own word."""
    agent: Mapped[str | None]
    """The key of a launch: the learner's identity (`lms.lrs.credentials.Limits`). None is the key of a tool."""
    registration: Mapped[UUID | None]
    """The key of a launch: the only registration that it reaches."""
    activity: Mapped[str | None]
    """The key of a launch: the activity whose tree it reaches."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime | None]
    """Since when it opens nothing by itself; None is never."""
    revoked_at: Mapped[datetime | None]
    """Since when it opens nothing."""
    last_used_at: Mapped[datetime | None]
    """To the hour."""


class Attachment(Model):
    """A content that came with a statement: where its octets are, and how they are given back."""

    __tablename__ = "lrs_attachment"
    __retention__ = "as long as its statement: it is a part of the evidence"
    sid: Mapped[UUID] = mapped_column(primary_key=True)
    """The id of the statement with which it came. No foreign key, as the statements have none."""
    sha2: Mapped[str] = mapped_column(primary_key=True)
    """The hash by which the statement names it, of 224 to 512 bits in hex, in the letters that were sent."""
    digest: Mapped[str]
    """The SHA-256 by which the storage knows the content; several rows may share one."""
    content_type: Mapped[str]
    """As the statement says."""
    length: Mapped[int] = mapped_column(BIG)
    """Octets."""
