"""What can happen in the record store: statements are stored and voided, keys made and revoked.

State documents have their actions in `lms.lrs.documents`.
"""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import and_, bindparam, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lms.core import audit, clock, db, events, ids
from lms.lrs import comparison, dictionary, mentions, rules, strictjson
from lms.lrs.actors import identity
from lms.lrs.credentials import OWN, SCOPES, Credential, authority, hashed
from lms.lrs.errors import BodyTooLarge, InvalidRequest, InvalidStatement, NoSuchKey, ScopeMissing, StatementConflict
from lms.lrs.events import StatementsArriving, StatementsStored
from lms.lrs.mentions import Mentions
from lms.lrs.models import Link, LrsCredential, Statement
from lms.lrs.validation import VOIDED, check_statement
from lms.lrs.versions import V103, Version

__all__ = ["OWN", "MOST_STATEMENTS", "MOST_CHARACTERS", "add_key", "note_use", "revoke_key", "store", "take", "void"]
MOST_STATEMENTS = 5000
"""In one batch."""
MOST_CHARACTERS = 1_000_000
"""Of one statement's JSON text."""
_TICK = timedelta(microseconds=1)
_LOCK = 0x6C7273
"""The advisory lock of the store on PostgreSQL: "lrs"."""

# Built once, on the table and not on the model: the statements below are the hot path.
_T: Any = Statement.__table__
_TURN = select(dictionary.newest(), select(func.max(_T.c.stored)).scalar_subquery())
_TURN_TO_STORE = _TURN.add_columns(func.pg_advisory_xact_lock_shared(_LOCK))
_TURN_TO_VOID = _TURN.add_columns(func.pg_advisory_xact_lock(_LOCK))
_SIDS: Any = bindparam("sids", expanding=True)
_ALREADY = select(_T.c.sid, _T.c.ref, _T.c.body).where(
    or_(_T.c.sid.in_(_SIDS), and_(_T.c.ref.in_(_SIDS), _T.c.voiding.is_(True)))
)
_L: Any = Link.__table__
_LINK = insert(_L)


def store(statements: Sequence[dict[str, Any] | bytes], by: Credential = OWN) -> list[str]:
    """Store statements (JSON texts, or dicts of plain values, which stay untouched), all or none, and return their ids.

    Sending a statement twice is harmless; a different one under the same id is StatementConflict (xAPI 1.0.3
    Communication 2.1.2). Raises InvalidStatement for one that is not valid.
    """
    parsed = []
    for n, one in enumerate(statements):
        try:
            text = one if isinstance(one, bytes) else json.dumps(one, ensure_ascii=False, allow_nan=False)
            parsed.append(strictjson.parse(text))
        except (ValueError, TypeError, RecursionError) as error:
            raise InvalidStatement(f"[{n}]", str(error), "xAPI 1.0.3 Data 2.2") from None
    return take(parsed, by)


def take(statements: list[Any], by: Credential, version: Version = V103, single: bool = False) -> list[str]:
    """`store`, for values that `strictjson.parse` made; a missing id is set in them.

    `single` only shapes the paths in messages. Voiding needs the scope `all` (Data 2.3.2). The batch is refused if
    one statement is, or if an id stands in it twice (Communication 2.1.2, 3.2).
    """
    if len(statements) > MOST_STATEMENTS:
        raise BodyTooLarge(most=f"{MOST_STATEMENTS} statements")
    for n, one in enumerate(statements):
        check_statement(one, "" if single else f"[{n}]", version)
    for one in statements:
        if "id" not in one:
            one["id"] = str(uuid4())  # not version 7: clients of that age, tincan among them, know versions 1 to 5
    found = [mentions.of(one) for one in statements]
    if len({one.sid for one in found}) < len(found):
        raise InvalidRequest("Two statements of the batch have the same id", "xAPI 1.0.3 Communication 2.1.2")
    if any(one.voiding for one in found) and not by.may("all"):
        raise ScopeMissing(scope="all")
    if not statements:
        return []
    highest, last = _turn(any(one.voiding for one in found))
    dictionary.trust_until(highest)
    known, void_already = _already(statements, found)
    fresh = [(one, about) for one, about in zip(statements, found, strict=True) if about.sid not in known]
    if fresh:
        events.ask(StatementsArriving([one for one, _ in fresh], by))
        _insert(fresh, by, version, max(clock.now(), last + _TICK) if last else clock.now(), void_already)
    return [str(one.sid) for one in found]


def _turn(voiding: bool) -> tuple[int | None, datetime | None]:
    """Wait for one's turn; the dictionary's highest id and the latest `stored`.

    A statement and the one that voids it, sent at the same time, would not see each other: who voids stores alone.
    On SQLite everybody does.
    """
    asked = _TURN if db.is_sqlite() else _TURN_TO_VOID if voiding else _TURN_TO_STORE
    row = db.session.connection().execute(asked).one()
    return row[0], row[1]


def _already(statements: list[dict[str, Any]], found: list[Mentions]) -> tuple[set[UUID], set[UUID]]:
    """Which of these are stored already, the same (else StatementConflict), and which were voided before they came."""
    sids = [one.sid for one in found]
    rows = db.session.connection().execute(_ALREADY, {"sids": sids}).all()
    sent = dict(zip(sids, statements, strict=True))
    known, void_already = set(), set()
    for sid, ref, body in rows:
        if sid in sent:
            if not comparison.same(sent[sid], strictjson.parse(body)):
                raise StatementConflict(id=sid)
            known.add(sid)
        if ref in sent:
            void_already.add(ref)
    return known, void_already


def _insert(
    fresh: list[tuple[dict[str, Any], Mentions]],
    by: Credential,
    version: Version,
    now: datetime,
    void_already: set[UUID],
) -> None:
    """Write the rows, one tick apart, turn `voided` where they void, and publish."""
    vouches = authority(by)
    vouching = identity(vouches) or ""
    numbers = dictionary.ids_of({("agent", vouching)} | {key for _, about in fresh for key in _names(about)})
    stored, rows = [now + n * _TICK for n in range(len(fresh))], []
    for (one, about), at in zip(fresh, stored, strict=True):
        body = strictjson.dumps(_kept(one, at, vouches, version))
        if len(body) > MOST_CHARACTERS:
            raise BodyTooLarge(most=f"{MOST_CHARACTERS} characters a statement")
        rows.append(
            {
                "sid": about.sid,
                "stored": at,
                "timestamp": about.timestamp or at,
                "registration": about.registration,
                "verb_id": numbers["verb", about.verb],
                "authority_id": numbers["agent", vouching],
                "actor_id": numbers["agent", about.actor] if about.actor else None,
                "activity_id": numbers["activity", about.activity] if about.activity else None,
                "ref": about.ref,
                "voiding": about.voiding,
                "voided": about.sid in void_already and not about.voiding,
                "own": by.own,
                "credential_id": by.id,
                "body": body,
            }
        )
    row_of = _write(rows)
    late = [pair for pair in fresh if pair[1].sid not in row_of]
    if late:  # somebody stored these ids while we did: harmless if they say the same
        _already([one for one, _ in late], [about for _, about in late])
        fresh = [pair for pair in fresh if pair[1].sid in row_of]
    links = [
        {"name_id": numbers[key], "statement_id": row_of[about.sid], "near": near}
        for _, about in fresh
        for key, near in _links(about)
    ]
    if links:
        db.session.connection().execute(_LINK, links)
    if by.may("define"):
        _describe([about for _, about in fresh], numbers)
    touched = {about.registration for _, about in fresh} | _void([about.ref for _, about in fresh if about.voiding])
    for registration in sorted(str(one) for one in touched if one):
        events.publish(StatementsStored(registration))


def _write(rows: list[dict[str, Any]]) -> dict[UUID, int]:
    """Insert statements, in one order everywhere so that batches do not deadlock; ids that are there are left alone."""
    adding = sqlite.insert(_T) if db.is_sqlite() else postgresql.insert(_T)
    asked = adding.on_conflict_do_nothing(index_elements=["sid"]).returning(_T.c.sid, _T.c.id)
    return dict(db.session.connection().execute(asked, sorted(rows, key=lambda row: row["sid"])).all())


def _kept(one: dict[str, Any], at: datetime, vouches: dict[str, Any], version: Version) -> dict[str, Any]:
    """The statement with what the store must set (Data 2.4.7 to 2.4.10, 2.4.6.2)."""
    kept = {"id": one["id"], **comparison.with_arrays(one)}
    kept.setdefault("timestamp", rules.written(at))
    kept["stored"] = rules.written(at)
    kept["authority"] = vouches
    kept.setdefault("version", version.stamp)
    return kept


def _names(about: Mentions) -> set[dictionary.Key]:
    return {
        ("verb", about.verb),
        *(key for key, _ in _links(about)),
        *((("agent", about.actor),) if about.actor else ()),
        *((("activity", about.activity),) if about.activity else ()),
        *about.described,
    }


def _links(about: Mentions) -> list[tuple[dictionary.Key, bool]]:
    return (
        [(("agent", one), True) for one in about.near]
        + [(("agent", one), False) for one in about.far]
        + [(("activity", one), False) for one in about.activities]
    )


def _describe(found: list[Mentions], numbers: dict[dictionary.Key, int]) -> None:
    described: dict[int, list[str]] = {}
    for about in found:
        for key, value in about.described.items():
            described.setdefault(numbers[key], []).append(strictjson.dumps(value))
    dictionary.describe(described)


def _void(refs: list[UUID | None]) -> set[UUID | None]:
    """Turn `voided` of these and return their registrations; a voiding statement cannot be voided (Data 2.3.2)."""
    if not refs:
        return set()
    return set(
        db.session.scalars(
            update(Statement)
            .where(Statement.sid.in_(refs), Statement.voiding.is_(False))
            .values(voided=True)
            .returning(Statement.registration)
            .execution_options(synchronize_session=False)
        )
    )


def void(statement_id: str | UUID, actor: dict[str, Any], by: Credential = OWN) -> str:
    """Void a statement by another one, in the name of `actor`, and return the id of that one (Data 2.3.2)."""
    return store(
        [
            {
                "actor": actor,
                "verb": {"id": VOIDED, "display": {"en": "voided", "id": "membatalkan"}},
                "object": {"objectType": "StatementRef", "id": str(statement_id)},
                "timestamp": rules.written(clock.now()),
            }
        ],
        by,
    )[0]


def add_key(name: str, scopes: Sequence[str], own: bool = False) -> tuple[LrsCredential, str]:
    """A new key for `name`, and its secret, which is shown this once and never kept."""
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
    audit.note("lrs.key_added", subject=f"lrs-key:{key.key}", name=name, scopes=list(scopes), own=own)
    return key, secret


def revoke_key(key: str) -> None:
    """Let a key open nothing from now on; what it stored stays."""
    found = db.session.scalar(select(LrsCredential).where(LrsCredential.key == key))
    if found is None:
        raise NoSuchKey(key=key)
    if found.revoked_at is None:
        found.revoked_at = clock.now()
        db.session.flush()
        audit.note("lrs.key_revoked", subject=f"lrs-key:{key}")


def note_use(credential_id: int) -> None:
    """Remember that a key was used now."""
    db.session.execute(update(LrsCredential).where(LrsCredential.id == credential_id).values(last_used_at=clock.now()))
