"""What can happen to keys: made, given a new secret, renamed, revoked; and the keys of launches, which end by themselves."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from lms.core import audit, clock, db, ids
from lms.lrs import admission
from lms.lrs.actors import identity
from lms.lrs.credentials import LAUNCH_SCOPES, SCOPES, hashed
from lms.lrs.errors import KeyIsRevoked, NoSuchKey
from lms.lrs.models import LrsCredential

LONGEST_LAUNCH = 24 * 14
"""Hours for which the key of a launch holds at most."""
LONGEST_GRACE = 24 * 30
"""Hours for which an old secret opens at most after a rotation."""
LAUNCH = "launch"
"""What the key of a launch is called."""


def add_key(name: str, scopes: Sequence[str], own: bool = False, by: int | None = None) -> tuple[LrsCredential, str]:
    """A new key for `name`, and its secret, which is shown this once and never kept. `by` is a person's id."""
    wrong = set(scopes) - set(SCOPES)
    if wrong or not scopes:
        raise ValueError(f"no such scope: {', '.join(sorted(wrong)) or 'none given'}")
    secret = ids.token()
    key = LrsCredential(
        key=secrets.token_hex(16),
        secret_hash=hashed(secret),
        name=name,
        scopes=list(scopes),
        own=own,
        created_at=clock.now(),
    )
    db.session.add(key)
    db.session.flush()
    audit.note("key.added", by=by, subject=_subject(key), name=name, scopes=list(scopes), own=own)
    return key, secret


def rotate_key(key: str, grace: timedelta = timedelta(0), by: int | None = None) -> tuple[LrsCredential, str]:
    """A new secret for a key, and the key; the old secret opens for `grace` more, and one before it no more.

    Raises NoSuchKey and KeyIsRevoked.
    """
    if not timedelta(0) <= grace <= timedelta(hours=LONGEST_GRACE):
        raise ValueError("the grace is 0 to 30 days")
    found = _tool(key)
    if found.revoked_at is not None:
        raise KeyIsRevoked(key=key)
    secret = ids.token()
    found.old_secret_hash, found.old_until = (found.secret_hash, clock.now() + grace) if grace else (None, None)
    found.secret_hash = hashed(secret)
    db.session.flush()
    db.after_commit(admission.forget)
    audit.note("key.rotated", by=by, subject=_subject(found), grace_hours=round(grace / timedelta(hours=1), 2))
    return found, secret


def rename_key(key: str, name: str, by: int | None = None) -> LrsCredential:
    """The key is called `name` from now on, in what it stores too; what it stored keeps the name of its time."""
    found = _tool(key)
    if found.name != name:
        audit.note("key.renamed", by=by, subject=_subject(found), before=found.name, name=name)
        found.name = name
        db.session.flush()
        db.after_commit(admission.forget)
    return found


def revoke_key(key: str, by: int | None = None) -> None:
    """Let a key open nothing from now on, by no secret; what it stored stays."""
    found = _tool(key)
    if found.revoked_at is None:
        found.revoked_at, found.old_secret_hash, found.old_until = clock.now(), None, None
        db.session.flush()
        db.after_commit(admission.forget)
        audit.note("key.revoked", by=by, subject=_subject(found))


def open_launch(actor: dict[str, Any], registration: UUID | str, activity: str, hours: float) -> tuple[str, str]:
    """Key and secret of one launch, good for `hours` and only for this learner, registration and activity tree.

    Launches are not audited one by one: the statements of a launch tell of it. Raises ValueError for an actor without
    identifier and for hours beyond LONGEST_LAUNCH.
    """
    who = identity(actor)
    if who is None or not 0 < hours <= LONGEST_LAUNCH:
        raise ValueError("a launch needs one identified actor, and ends within two weeks")
    secret, now = ids.token(), clock.now()
    key = LrsCredential(
        key=secrets.token_hex(16),
        secret_hash=hashed(secret),
        name=LAUNCH,
        scopes=list(LAUNCH_SCOPES),
        agent=who,
        registration=registration if isinstance(registration, UUID) else UUID(registration),
        activity=activity,
        created_at=now,
        expires_at=now + timedelta(hours=hours),
    )
    db.session.add(key)
    db.session.flush()
    return key.key, secret


def close_launch(key: str) -> None:
    """The key of a launch opens nothing any more; harmless for one that has ended."""
    db.session.execute(
        update(LrsCredential)
        .where(LrsCredential.key == key, LrsCredential.agent.is_not(None), LrsCredential.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    db.after_commit(admission.forget)


def note_use(credential_id: int) -> None:
    """Remember that a key was used now."""
    db.session.execute(update(LrsCredential).where(LrsCredential.id == credential_id).values(last_used_at=clock.now()))
    db.after_commit(admission.forget)


def old_secret_holds(key: LrsCredential, now: datetime) -> bool:
    """Whether the secret before the last rotation still opens."""
    return key.old_until is not None and key.old_until > now and key.revoked_at is None


def _tool(key: str) -> LrsCredential:
    found = db.session.scalar(select(LrsCredential).where(LrsCredential.key == key, LrsCredential.agent.is_(None)))
    if found is None:
        raise NoSuchKey(key=key)
    return found


def _subject(key: LrsCredential) -> str:
    return f"lrs-key:{key.key}"
