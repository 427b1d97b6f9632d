"""What can happen in the record store: statements are stored and voided.

Documents have their actions in `lms.lrs.documents`, keys in `lms.lrs.keys`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from lms.core import clock, db, events
from lms.core.errors import Problem
from lms.lrs import bodies, comparison, dictionary, mentions, queries, references, rows, rules, strictjson, turns
from lms.lrs.credentials import OWN, Credential
from lms.lrs.errors import BodyTooLarge, InvalidRequest, InvalidStatement, ScopeMissing, StatementConflict
from lms.lrs.events import StatementsArriving, StatementsStored
from lms.lrs.mentions import Mentions
from lms.lrs.models import micros
from lms.lrs.rows import Row
from lms.lrs.validation import VOIDED, check_statement
from lms.lrs.versions import V103, Version

MOST_STATEMENTS = 5000
"""In one batch."""
MOST_CHARACTERS = 1_000_000
"""Of one statement's JSON text."""


@dataclass(slots=True)
class Entry:
    """A statement that is valid and may be stored."""

    statement: dict[str, Any]
    """Its value, id set."""
    body: str
    """What is kept of it (`bodies.kept`)."""
    about: Mentions


@dataclass(slots=True)
class Batch:
    """Statements that are stored together, all or none."""

    entries: list[Entry]
    by: Credential
    refused: Exception | None = None
    """Why none of them was stored."""
    late: bool = False
    """Whether another batch of the same group brings one of its ids: it has to be stored after that one."""
    apart: bool = False
    """Whether it is to be stored in a transaction of its own."""
    settled: bool = False
    """Whether the group is done with it."""
    fresh: list[Entry] = field(default_factory=list)
    """Those that are not stored already."""

    @property
    def ids(self) -> list[str]:
        """The ids, in lower case."""
        return [entry.about.sid for entry in self.entries]


def store(statements: Sequence[dict[str, Any] | bytes], by: Credential = OWN) -> list[str]:
    """Store statements (JSON texts, or dicts of plain values, which stay untouched), all or none, and return their ids.

    Sending a statement twice is harmless; a different one under the same id is StatementConflict (xAPI 1.0.3
    Communication 2.1.2). Raises InvalidStatement for one that is not valid.
    """
    parsed = []
    for n, one in enumerate(statements):
        try:
            text = one.decode() if isinstance(one, bytes) else json.dumps(one, ensure_ascii=False, allow_nan=False)
            parsed.append((strictjson.parse(text), text))
        except (ValueError, TypeError, RecursionError) as error:
            raise InvalidStatement(f"[{n}]", str(error), "xAPI 1.0.3 Data 2.2") from None
    return take(parsed, by)


def take(sent: list[tuple[Any, str]], by: Credential, version: Version = V103) -> list[str]:
    """`store`, for values that `strictjson` made, each with its text."""
    batch = prepared(sent, by, version)
    if batch.entries:
        put([batch])
    if batch.refused:
        raise batch.refused
    return batch.ids


def prepared(sent: list[tuple[Any, str]], by: Credential, version: Version, single: bool = False) -> Batch:
    """A batch that may be stored; a missing id is set. Nothing is asked of the database.

    `single` only shapes the paths in messages. Voiding needs the scope `all` (Data 2.3.2). The batch is refused if
    one statement is, or if an id stands in it twice (Communication 2.1.2, 3.2).
    """
    if len(sent) > MOST_STATEMENTS:
        raise BodyTooLarge(most=f"{MOST_STATEMENTS} statements")
    entries = []
    for n, (one, text) in enumerate(sent):
        check_statement(one, "" if single else f"[{n}]", version)
        text = text.strip()
        if "id" not in one:
            given = str(uuid4())  # not version 7: clients of that age, tincan among them, know versions 1 to 5
            one, text = {"id": given, **one}, bodies.with_id(text, given)
        body = bodies.kept(one, text, version)
        if len(body) > MOST_CHARACTERS:
            raise BodyTooLarge(most=f"{MOST_CHARACTERS} characters a statement")
        about = mentions.of(one)
        if about.voiding and not by.may("all"):
            raise ScopeMissing(scope="all")
        if by.limits:
            by.limits.refuse_statement(one)
        entries.append(Entry(one, body, about))
    if len(entries) > 1 and len({entry.about.sid for entry in entries}) < len(entries):
        raise InvalidRequest("Two statements of the batch have the same id", "xAPI 1.0.3 Communication 2.1.2")
    return Batch(entries, by)


def put(batches: list[Batch]) -> None:
    """Store batches in the open transaction. A batch that may not be stored says why in `refused`, and the others are."""
    seen: set[str] = set()
    for batch in batches:
        batch.late = not seen.isdisjoint(batch.ids)
        seen.update(batch.ids)
    turn = turns.take(list(seen))
    dictionary.trust_until(turn.highest_name)
    _sort_out(batches, turn.known)
    accepted = [batch for batch in batches if batch.fresh and not (batch.refused or batch.late)]
    fresh = [(entry, batch.by) for batch in accepted for entry in batch.fresh]
    if not fresh:
        return
    rows.write(_rows(accepted), turn.first)
    _describe(accepted)
    touched = {entry.about.registration for entry, by in fresh if by.own}
    touched |= references.follow([(entry.about, at) for at, (entry, _) in enumerate(fresh, turn.first)], turn.referring)
    for registration in sorted(one for one in touched if one):
        events.publish(StatementsStored(registration))


def put_at_once(batches: list[Batch]) -> bool:
    """Store and commit batches in one round trip, where that can be: on PostgreSQL, when nothing follows from them.

    False, and nothing is stored, where some of it is known, refers, is referred to, is our own word, or is refused by
    the gate; `put` sorts that out.
    """
    if db.is_sqlite() or any(batch.by.own or any(entry.about.ref for entry in batch.entries) for batch in batches):
        return False
    sids = [sid for batch in batches for sid in batch.ids]
    if len(set(sids)) < len(sids):
        return False
    try:
        for batch in batches:
            batch.fresh = batch.entries
            events.ask(StatementsArriving([entry.statement for entry in batch.entries], batch.by))
    except Problem:
        return False
    made = _rows(batches)  # new names and descriptions are committed before: by themselves they say nothing
    _describe(batches)
    return rows.put(made, micros(clock.now()) if clock.is_told() else None, dictionary.highest())


def _rows(batches: list[Batch]) -> list[Row]:
    """The rows of what is fresh, with numbers for all names."""
    numbers = dictionary.ids_of({key for batch in batches for entry in batch.fresh for key in entry.about.names()})
    made = []
    for batch in batches:
        vouching = dictionary.vouching(batch.by)
        for entry in batch.fresh:
            about = entry.about
            made.append(
                Row(
                    about.sid,
                    about.timestamp,
                    about.registration,
                    numbers[about.actor] if about.actor else None,
                    numbers[about.verb],
                    numbers[about.activity] if about.activity else None,
                    vouching,
                    about.voiding,
                    batch.by.own,
                    entry.body,
                    [(numbers[key], near) for key, near in about.links.items()],
                )
            )
    return made


def _describe(batches: list[Batch]) -> None:
    defining = [batch for batch in batches if batch.by.may("define")]
    dictionary.describe([one for batch in defining for entry in batch.fresh for one in entry.about.described.items()])


def _sort_out(batches: list[Batch], known: dict[str, int]) -> None:
    """Find what is stored already, the same (else StatementConflict), and ask the gate about the rest."""
    there = queries.bodies_at(known.values()) if known else {}
    for batch in batches:
        try:
            batch.fresh = []
            for entry in batch.entries:
                if entry.about.sid not in known:
                    batch.fresh.append(entry)
                elif not comparison.same(entry.statement, _parsed(there[known[entry.about.sid]])):
                    raise StatementConflict(id=entry.about.sid)
            if batch.fresh:
                events.ask(StatementsArriving([entry.statement for entry in batch.fresh], batch.by))
        except Problem as problem:
            batch.refused = problem


def _parsed(text: str) -> dict[str, Any]:
    return strictjson.parse(text, depth=strictjson.DEPTH + 2)


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
