"""By what people come in: their sessions, passkeys, and who still waits for a code."""

import hashlib
from datetime import timedelta

from sqlalchemy import select

from lms.core import clock, db
from lms.people import queries
from lms.people.models import OneTimeCode, Passkey, Person, Placement, UserSession, in_force

IDLE = timedelta(hours=1)
"""Unused for longer, a session on a shared computer ends."""
IDLE_STAYING = timedelta(days=14)
"""The same where they asked to stay signed in."""


def passkeys_of(who: Person) -> list[Passkey]:
    """Their passkeys, the oldest first."""
    return list(db.session.scalars(select(Passkey).where(Passkey.person_id == who.id).order_by(Passkey.id)))


def awaiting_code(units: list[int], again: bool = False) -> list[Person]:
    """People of `units` who never made a way in (password or passkey) and hold no valid code, by name.

    `again`: also those whose code is still valid.
    """
    placed = select(Placement.person_id).where(Placement.unit_id.in_(units), in_force(Placement, queries.today()))
    chosen = (
        select(Person)
        .where(
            Person.id.in_(placed),
            Person.state == "active",
            Person.password_hash == "",
            Person.id.not_in(select(Passkey.person_id)),
        )
        .order_by(Person.name, Person.id)
    )
    if not again:
        chosen = chosen.where(
            Person.id.not_in(
                select(OneTimeCode.person_id).where(
                    OneTimeCode.used_at.is_(None),
                    OneTimeCode.voided_at.is_(None),
                    OneTimeCode.purpose == "first",
                    OneTimeCode.expires_at > clock.now(),
                )
            )
        )
    return list(db.session.scalars(chosen))


def find_session(token: str) -> UserSession | None:
    """The session that a browser's token opens, if it still holds."""
    now = clock.now()
    found = db.session.scalar(
        select(UserSession).where(
            UserSession.token_hash == token_hash(token), UserSession.ended_at.is_(None), UserSession.expires_at > now
        )
    )
    if found is None or now - found.last_seen_at > (IDLE_STAYING if found.stays else IDLE):
        return None
    return found


def sessions_of(who: Person) -> list[UserSession]:
    """Where they are signed in, the latest first."""
    return list(
        db.session.scalars(
            select(UserSession)
            .where(
                UserSession.person_id == who.id, UserSession.ended_at.is_(None), UserSession.expires_at > clock.now()
            )
            .order_by(UserSession.last_seen_at.desc())
        )
    )


def token_hash(token: str) -> str:
    """How a session's token is kept: SHA-256, since the token itself has 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
