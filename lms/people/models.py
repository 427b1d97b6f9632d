"""People, where they work, who leads them, and what they may do. What changes over time carries its dates."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, and_, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core import clock, ids
from lms.core.db import Model


def in_force(table, on: date):
    """A criterion: rows of a dated `table` that hold on the day `on` (both ends included)."""
    return and_(table.from_on <= on, or_(table.to_on.is_(None), table.to_on >= on))


class Unit(Model):
    """A part of an agency. The root is the agency itself. Units are never deleted: they end, and name who follows."""

    __tablename__ = "unit"
    __retention__ = "for good: records refer to it"
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=ids.new, unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    """The agency's own code, used in imports, such as `DUKCAPIL`."""
    name: Mapped[str]
    short_name: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="opd")
    """agency, opd, uptd, puskesmas, kecamatan, kelurahan, school or other."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    """None for an agency."""
    zone: Mapped[str] = mapped_column(default="Asia/Jakarta")
    """Asia/Jakarta, Asia/Makassar or Asia/Jayapura: what a day means for its people."""
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    from_on: Mapped[date] = mapped_column(default=date(2000, 1, 1))
    to_on: Mapped[date | None]
    siasn_id: Mapped[str] = mapped_column(default="")
    pendamping: Mapped[str] = mapped_column(default="")
    """Whom people here ask for help: a name."""
    pendamping_phone: Mapped[str] = mapped_column(default="")
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What this unit decides for itself and those below it; see `queries.setting`."""
    demo: Mapped[bool] = mapped_column(default=False)
    parent: Mapped["Unit | None"] = relationship(remote_side=[id], foreign_keys=[parent_id])


class Position(Model):
    """A job title of an agency: what competency standards are set for."""

    __tablename__ = "position"
    __retention__ = "for good: records refer to it"
    __table_args__ = (UniqueConstraint("agency_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=ids.new, unique=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="executor")
    """structural, functional or executor."""
    tier: Mapped[str] = mapped_column(default="")
    """Such as `administrator`, `pengawas`, `ahli pertama`, `terampil`; empty for an executor."""


class Person(Model):
    """A civil servant: one row for life."""

    __tablename__ = "person"
    __retention__ = "for good, pseudonymised at erasure: records and certificates refer to it"
    __table_args__ = {"sqlite_autoincrement": True}
    # a number is never given twice: the audit log names people by it, also those of a demo that was wiped
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=ids.new, unique=True)
    name: Mapped[str] = mapped_column(index=True)
    """The full name with titles, as it stands on a certificate."""
    email: Mapped[str | None] = mapped_column(unique=True)
    """In lower case."""
    phone: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="id")
    state: Mapped[str] = mapped_column(default="active")
    """active, suspended or erased."""
    birth_place: Mapped[str] = mapped_column(default="")
    siasn_person_id: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str] = mapped_column(default="")
    """argon2id; empty where none was set."""
    password_short: Mapped[bool] = mapped_column(default=False)
    """Whether the password has fewer than 15 characters, so that it signs in only together with a passkey."""
    confirmed_at: Mapped[datetime | None]
    """When they said at their first sign-in that unit and position are right."""
    objection: Mapped[str] = mapped_column(default="")
    """What they said was wrong with unit or position; empty when nothing is."""
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    employments: Mapped[list["Employment"]] = relationship(order_by="Employment.from_on", back_populates="person")
    placements: Mapped[list["Placement"]] = relationship(order_by="Placement.from_on", back_populates="person")

    @property
    def placement(self) -> "Placement | None":
        """Where they work today: a definite placement before an acting one, the newest first."""
        held = [p for p in self.placements if p.holds(clock.today(p.unit.zone))]
        return max(held, key=lambda p: (not p.acting, p.from_on), default=None)

    @property
    def employment(self) -> "Employment | None":
        """What they are employed as today."""
        today = clock.today(self.zone)
        held = [e for e in self.employments if e.from_on <= today and (e.to_on is None or e.to_on >= today)]
        return max(held, key=lambda e: e.from_on, default=None)

    @property
    def zone(self) -> str:
        """The zone of their unit: what a day or a year means for them."""
        return self.placement.unit.zone if self.placement else "Asia/Jakarta"


class Employment(Model):
    """A person's service under one number, the NIP or NI PPPK. The number is a name to sign in with, never a key."""

    __tablename__ = "employment"
    __retention__ = "for good: hours targets depend on it"
    __table_args__ = (Index("uq_employment_number", "number", unique=True),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    """pns, pppk or pppk_part_time."""
    number: Mapped[str]
    """18 digits."""
    rank: Mapped[str] = mapped_column(default="")
    """Pangkat and golongan, such as `Penata Muda (III/a)`."""
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    person: Mapped[Person] = relationship(back_populates="employments")


class Placement(Model):
    """Where a person works, and as what."""

    __tablename__ = "placement"
    __retention__ = "for good: scopes and zones of the past depend on it"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"))
    acting: Mapped[bool] = mapped_column(default=False)
    """Plt. or Plh., beside a definite placement."""
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    person: Mapped[Person] = relationship(back_populates="placements")
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)
    position: Mapped[Position] = relationship(lazy="joined", innerjoin=True)

    def holds(self, on: date) -> bool:
        """Whether they work there on that day."""
        return self.from_on <= on and (self.to_on is None or self.to_on >= on)


class Supervision(Model):
    """Who leads whom, and from when to when."""

    __tablename__ = "supervision"
    __retention__ = "for good: who could see whom must stay answerable"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    supervisor_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date | None]


class RoleGrant(Model):
    """A hat that a person wears, for a unit and all below it."""

    __tablename__ = "role_grant"
    __retention__ = "for good: who could do what must stay answerable"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str]
    """A value of `roles.Role`."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """None, for an operator: the whole installation."""
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: by the command line."""


class XapiAccount(Model):
    """An xAPI account (a random name, never a NIP) and whose it is. Erasure forgets whose; a merge moves the row."""

    __tablename__ = "xapi_account"
    __retention__ = "the mapping until erasure; statements stay valid without it"
    __table_args__ = (UniqueConstraint("home_page", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    home_page: Mapped[str]
    name: Mapped[str]


class UserSession(Model):
    """A signed-in browser. The cookie carries a random token; only its SHA-256 is kept."""

    __tablename__ = "user_session"
    __retention__ = "90 days after its end: security"
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=ids.new, unique=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    stays: Mapped[bool] = mapped_column(default=False)
    """Whether they asked to stay signed in on this device: 30 days instead of 12 hours."""
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(default="")
    """The User-Agent, at most 200 characters."""
    factors: Mapped[str] = mapped_column(default="")
    """How they signed in: code, password, passkey, mail, joined by +."""


class OneTimeCode(Model):
    """A code or link that signs in once."""

    __tablename__ = "one_time_code"
    __retention__ = "90 days after expiry: security"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(index=True)
    """HMAC-SHA-256 under the installation's secret, so a copy of the database gives no code away."""
    purpose: Mapped[str] = mapped_column(default="first")
    """first (printed, or handed over by unit HR) or mail (sent as a link)."""
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    """When a newer code took its place."""


class Passkey(Model):
    """A public key of a person's phone or computer (WebAuthn)."""

    __tablename__ = "passkey"
    __retention__ = "until the person removes it"
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=ids.new, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_used_at: Mapped[datetime | None]


class PasskeyChallenge(Model):
    """A WebAuthn challenge that waits for its one answer."""

    __tablename__ = "passkey_challenge"
    __retention__ = "10 minutes: technical"
    id: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(unique=True)
    """A random token in the browser's session cookie."""
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who registers a key; None when somebody signs in."""
    expires_at: Mapped[datetime]


class SignInThrottle(Model):
    """How often something was tried, and until when it waits."""

    __tablename__ = "sign_in_throttle"
    __retention__ = "1 day after the last try: security"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """Such as `account:12` or `address:10.0.0.1`."""
    failures: Mapped[float] = mapped_column(default=0.0)
    """Tries that did not succeed, less what time has forgiven by `last_at`."""
    last_at: Mapped[datetime]
    wait_until: Mapped[datetime | None]
