"""Certificates, the numbers that they carry, and the keys that sign them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core import ids
from lms.core.db import Model
from lms.people.models import Person


class Certificate(Model):
    """A statement to strangers, signed. What was signed is never changed; it can only be revoked.

    The one exception: when the holder is erased, what tells who they were is taken out and the rest is signed anew.
    """

    __tablename__ = "certificate"
    __retention__ = "for good: strangers check it; without its holder's data from their erasure on"
    __table_args__ = (
        UniqueConstraint("series", "number"),
        Index(
            "uq_certificate_standing",
            "registration",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=ids.new, unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    """130 random bits as 26 letters and digits (Crockford's base 32): the public name, in the address and the QR."""
    series: Mapped[str]
    """Whose numbers: the agency's uuid; empty for people of no agency."""
    number: Mapped[str]
    """The official number, gapless within agency and year."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    registration: Mapped[UUID]
    """The place on the course; one standing certificate at most."""
    cause: Mapped[str]
    """The id of the statement that completed the course."""
    payload: Mapped[dict[str, Any]]
    """What is signed, in its canonical form (see `signing.canonical`); shown to strangers, so the NIP is masked."""
    private: Mapped[dict[str, Any]]
    """What only the holder's PDF adds: NIP, place and date of birth, and the salt that ties them to the payload.

    Empty once the holder is erased."""
    signature: Mapped[str]
    """Ed25519 over the canonical payload (RFC 8032), in base64url without padding."""
    key_id: Mapped[str]
    """Which key signed."""
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None while it stands, and where it fell with its completion."""
    revoked_why: Mapped[str] = mapped_column(default="")
    """For the record; strangers read only that it was revoked, and when."""
    pdf: Mapped[str | None]
    """The SHA-256 of the PDF in storage; None until it is first asked for, and once the holder is erased."""
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @property
    def erased_on(self) -> date | None:
        """Since when nobody can tell whose it is."""
        day = self.payload.get("erased_on")
        return date.fromisoformat(day) if day else None


class CertificateSequence(Model):
    """The last number given in a series: one agency in one year. The row is locked until the number is committed."""

    __tablename__ = "certificate_sequence"
    __retention__ = "for good: numbers are never given twice"
    __table_args__ = (UniqueConstraint("series", "year"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    series: Mapped[str]
    """The agency's uuid; empty for people of no agency."""
    year: Mapped[int]
    last: Mapped[int] = mapped_column(default=0)


class CertificateKey(Model):
    """The public half of a key that has signed, kept so that old certificates stay checkable after a change of key."""

    __tablename__ = "certificate_key"
    __retention__ = "for good: certificates are checked with it"
    key_id: Mapped[str] = mapped_column(primary_key=True)
    """The first 16 hex digits of SHA-256 over the public key."""
    public: Mapped[str]
    """The 32 bytes of the Ed25519 public key in base64url without padding, as in a JWK (RFC 8037)."""
    first_used_at: Mapped[datetime]
