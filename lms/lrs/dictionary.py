"""Names to numbers and back: the ids of verbs, activities and agents in `lrs_name`."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from lms.core import db
from lms.lrs.models import Description, Name

MOST = 50_000
"""Ids, and likewise descriptions, that a process remembers of one database."""


@dataclass
class _Known:
    """What a process remembers of one database; only what is committed."""

    ids: dict[UUID, int] = field(default_factory=dict)
    described: set[tuple[int, UUID]] = field(default_factory=set)
    highest: int = 0

    def learn(self, ids: dict[UUID, int]) -> None:
        """Remember ids."""
        if len(self.ids) + len(ids) > MOST:
            self.ids = {}
        self.ids.update(ids)
        self.highest = max(self.highest, *ids.values())

    def learn_described(self, marks: set[tuple[int, UUID]]) -> None:
        """Remember descriptions."""
        if len(self.described) + len(marks) > MOST:
            self.described = set()
        self.described |= marks


_known: WeakKeyDictionary[Any, _Known] = WeakKeyDictionary()
"""By engine."""

Key = tuple[str, str]
"""A kind (verb, activity, agent) and a text."""


def digest(*parts: str) -> UUID:
    """128 bits of the SHA-256 over `parts`; a NUL, which no valid text holds, keeps them apart."""
    return UUID(bytes=hashlib.sha256("\0".join(parts).encode()).digest()[:16])


def newest() -> Any:
    """The highest id in the dictionary, as a scalar subquery for `trust_until`."""
    return select(func.max(Name.id)).scalar_subquery()


def trust_until(highest: int | None) -> None:
    """Forget what is remembered if the table ends before it: it was emptied, or restored from a copy, meanwhile."""
    known = _known.get(db.session.get_bind())
    if known and known.highest > (highest or 0):
        del _known[db.session.get_bind()]


def ids_of(keys: Iterable[Key]) -> dict[Key, int]:
    """The ids of all `keys`; new ones are added, in one order everywhere, so that batches do not deadlock."""
    wanted = {key: digest(*key) for key in keys}
    known = _known.setdefault(db.session.get_bind(), _Known())
    found = {mark: at for mark in wanted.values() if (at := known.ids.get(mark)) is not None}
    unknown = {mark: key for key, mark in wanted.items() if mark not in found}
    if unknown:
        fresh = _find(unknown)
        missing = sorted(unknown.keys() - fresh.keys())
        if missing:
            add_new(
                Name,
                [{"kind": unknown[mark][0], "digest": mark, "text": unknown[mark][1]} for mark in missing],
                ["digest"],
            )
            fresh |= _find(missing)
        found |= fresh
        db.after_commit(lambda: known.learn(fresh))
    return {key: found[mark] for key, mark in wanted.items()}


def find_id(kind: str, text: str) -> int | None:
    """The id of one name, if any statement ever named it."""
    return db.session.scalar(select(Name.id).where(Name.digest == digest(kind, text)))


def describe(described: dict[int, list[str]]) -> None:
    """Keep descriptions (JSON texts) by name id; one that is kept already is left alone, no row is ever changed."""
    known = _known.setdefault(db.session.get_bind(), _Known())
    bodies = {(name, digest(body)): body for name, some in described.items() for body in some}
    marks = bodies.keys() - known.described
    if not marks:
        return
    asked = select(Description.name_id, Description.digest)
    asked = asked.where(Description.name_id.in_({name for name, _ in marks}))
    kept = {(row.name_id, row.digest) for row in db.session.execute(asked)}
    rows = [{"name_id": name, "digest": mark, "body": bodies[name, mark]} for name, mark in sorted(marks - kept)]
    if rows:
        add_new(Description, rows, ["name_id", "digest"])
    db.after_commit(lambda: known.learn_described(marks))


def add_new(model: type[db.Model], rows: list[dict[str, Any]], unique: list[str]) -> None:
    """Insert the rows whose `unique` columns are not there yet; leave the others alone."""
    dialect: Any = sqlite if db.is_sqlite() else postgresql
    db.session.connection().execute(dialect.insert(model.__table__).on_conflict_do_nothing(index_elements=unique), rows)


def _find(marks: Iterable[UUID]) -> dict[UUID, int]:
    return dict(db.session.execute(select(Name.digest, Name.id).where(Name.digest.in_(list(marks)))).all())
