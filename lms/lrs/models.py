"""What the record store keeps."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import clock
from lms.core.db import Model

BIG = BigInteger().with_variant(Integer, "sqlite")
_FOR_GOOD = (
    "for good: the evidence on which every record rests; "
    "a person is erased from it by deleting the account that it names"
)


class Statement(Model):
    """A statement as it was sent, plus what the store must set. It is never changed; only `voided` turns once.

    No foreign keys: the table is to be cut into months and spread over machines without being rewritten.
    """

    __tablename__ = "statement"
    __retention__ = _FOR_GOOD
    __table_args__ = (
        Index("ix_statement_actor_verb", "actor_id", "verb_id"),
        Index("ix_statement_activity", "activity_id"),
        Index("ix_statement_registration", "registration"),
        Index("ix_statement_stored", "stored", "id"),
        Index(
            "ix_statement_ref", "ref", sqlite_where=text("ref IS NOT NULL"), postgresql_where=text("ref IS NOT NULL")
        ),
    )
    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    """A number for links; the order of storing is that of `stored`, and `stored` with `id` is the cursor."""
    sid: Mapped[UUID] = mapped_column(unique=True)
    """The statement's id."""
    stored: Mapped[datetime]
    """When it was stored: later than all that was committed before, also when the clock was set back."""
    timestamp: Mapped[datetime]
    """When it happened, as the statement says; else `stored`."""
    registration: Mapped[UUID | None]
    """context.registration."""
    verb_id: Mapped[int] = mapped_column(BIG)
    """The verb's `lrs_name`."""
    actor_id: Mapped[int | None] = mapped_column(BIG)
    """The actor's `lrs_name`; None for a Group without identifier."""
    activity_id: Mapped[int | None] = mapped_column(BIG)
    """The object's `lrs_name`, where it is an Activity."""
    authority_id: Mapped[int] = mapped_column(BIG)
    """The `lrs_name` of who vouches for it."""
    ref: Mapped[UUID | None]
    """The id of the statement that its object refers to."""
    voiding: Mapped[bool] = mapped_column(default=False)
    """Whether it voids `ref`."""
    voided: Mapped[bool] = mapped_column(default=False)
    """Whether another statement voids it."""
    own: Mapped[bool] = mapped_column(default=False)
    """Whether it is our own word: only such statements count for progress and credit."""
    credential_id: Mapped[int | None]
    """The key by which it came; None for the product itself."""
    body: Mapped[str]
    """The statement as JSON text: not jsonb, which reorders keys and refuses what JSON allows."""


class Link(Model):
    """A statement found by a name that is neither its actor nor its object: related agents and activities."""

    __tablename__ = "statement_link"
    __retention__ = _FOR_GOOD
    name_id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    """The `lrs_name` that it mentions."""
    statement_id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    """The statement's row."""
    near: Mapped[bool]
    """Whether the plain `agent` filter finds it so (a member, or an Agent as object), not only `related_agents`."""


class Name(Model):
    """The dictionary: each verb, activity and agent once, so that rows and indexes stay narrow."""

    __tablename__ = "lrs_name"
    __retention__ = _FOR_GOOD
    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    kind: Mapped[str]
    """verb, activity or agent."""
    digest: Mapped[UUID] = mapped_column(unique=True)
    """128 bits of the SHA-256 of kind and text: any length can be found by a narrow index."""
    text: Mapped[str]
    """The IRI, or the agent's identity (`lms.lrs.actors.identity`)."""


class Description(Model):
    """A verb's display or an activity's definition, as it came; the canonical one is folded when asked for."""

    __tablename__ = "lrs_description"
    __retention__ = "for good: it explains the statements"
    __table_args__ = (UniqueConstraint("name_id", "digest"),)
    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    name_id: Mapped[int] = mapped_column(BIG)
    """Which `lrs_name` it describes."""
    digest: Mapped[UUID]
    """128 bits of the SHA-256 of `body`: the same description is kept once."""
    body: Mapped[str]
    """JSON text: a language map, or an Activity Definition."""


class StateDocument(Model):
    """A document that content keeps for itself: bookmarks, suspended data (Communication 2.3)."""

    __tablename__ = "lrs_state"
    __retention__ = "2 years after its last change: only content in progress needs it"
    __table_args__ = (Index("ix_lrs_state_context", "context", "registration"),)
    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    digest: Mapped[UUID] = mapped_column(unique=True)
    """128 bits of the SHA-256 of activity, agent, registration and state id: at most one document for them."""
    context: Mapped[UUID]
    """The same of activity and agent, to list and delete by."""
    activity: Mapped[str]
    """The activity's IRI."""
    agent: Mapped[str]
    """The agent's identity."""
    registration: Mapped[UUID | None]
    state_id: Mapped[str]
    content_type: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """The document, octet by octet."""
    etag: Mapped[str]
    """SHA-1 of the content in hex, as the standard asks (Communication 3.1); it is no secret and guards nothing."""
    updated_at: Mapped[datetime]
    """When it was last changed."""
    credential_id: Mapped[int | None]
    """The key that changed it last."""


class LrsCredential(Model):
    """A key to the store."""

    __tablename__ = "lrs_credential"
    __retention__ = "for good: statements name the key by which they came; the secret itself is never kept"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """The user name of HTTP Basic."""
    secret_hash: Mapped[str]
    """HMAC-SHA256 of the secret under the installation's key: see `lms.lrs.credentials.hashed`."""
    name: Mapped[str]
    """What it is for, in the operator's words."""
    scopes: Mapped[list[str]]
    """What it may do: see `lms.lrs.credentials.SCOPES`."""
    own: Mapped[bool] = mapped_column(default=False)
    """Whether what it stores counts as our own word."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    revoked_at: Mapped[datetime | None]
    """Since when it opens nothing."""
    last_used_at: Mapped[datetime | None]
    """To the hour."""
