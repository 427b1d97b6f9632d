"""Names to numbers and back: verbs, activities and agents in `lrs_name`, who vouches in `lrs_authority`.

A process remembers what it has seen committed; nothing in these tables is ever changed, so that stays true. Rows are
added in one order everywhere and left alone where they are: two who add the same neither disturb nor lock each other.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import select

from lms.core import db
from lms.lrs import driver, strictjson
from lms.lrs.actors import identity
from lms.lrs.credentials import Credential, authority
from lms.lrs.mentions import Key
from lms.lrs.models import Authority

MOST = 50_000
"""Names, and likewise descriptions, that a process remembers of one database."""
_ADD_NAME = "INSERT INTO lrs_name (kind, digest, text) VALUES ({}, {}, {}) ON CONFLICT DO NOTHING"
_ADD_AUTHORITY = (
    "INSERT INTO lrs_authority (digest, name_id, credential_id, body) VALUES ({}, {}, {}, {}) ON CONFLICT DO NOTHING"
)
_ADD_DESCRIPTION = "INSERT INTO lrs_description (name_id, digest, body) VALUES ({}, {}, {}) ON CONFLICT DO NOTHING"
LONGEST = 500
"""Characters of a name that is worth remembering."""


@dataclass
class _Known:
    """What a process remembers of one database; only what is committed."""

    ids: dict[Key, int] = field(default_factory=dict)
    described: dict[Key, dict[str, Any]] = field(default_factory=dict)
    """The last description of each name that is known to be kept."""
    vouching: dict[tuple[int | None, str], int] = field(default_factory=dict)
    """Authorities by key and text."""
    texts: dict[int, str] = field(default_factory=dict)
    """The texts of authorities."""
    highest: int = 0
    begun: bool = False
    """Whether the newest of what is kept was read: a process that starts need not ask for each name."""

    def begin(self) -> None:
        """Read the newest names and descriptions, which are the likeliest to come again."""
        self.begun = True
        asked = "SELECT kind, text, id FROM lrs_name ORDER BY id DESC LIMIT 20000"
        if found := {(kind, text): at for kind, text, at in driver.rows(asked)}:
            self.learn(found)
        asked = (
            "SELECT n.kind, n.text, d.body FROM (SELECT name_id, body, id FROM lrs_description ORDER BY id DESC LIMIT 4000) d "
            "JOIN lrs_name n ON n.id = d.name_id ORDER BY d.id"
        )
        self.learn_described({(kind, text): strictjson.parse(body) for kind, text, body in driver.rows(asked)})

    def learn(self, ids: dict[Key, int]) -> None:
        """Remember names."""
        if len(self.ids) + len(ids) > MOST:
            self.ids = {}
        self.ids.update((key, at) for key, at in ids.items() if len(key[1]) <= LONGEST)
        self.highest = max(self.highest, *ids.values())

    def learn_described(self, described: dict[Key, dict[str, Any]]) -> None:
        """Remember descriptions."""
        if len(self.described) + len(described) > MOST // 10:
            self.described = {}
        self.described.update(described)


_known: WeakKeyDictionary[Any, _Known] = WeakKeyDictionary()
"""By engine."""


def _here() -> _Known:
    return _known.setdefault(db.engine(), _Known())


def digest(*parts: str) -> UUID:
    """128 bits of the SHA-256 over `parts`; a NUL, which no valid text holds, keeps them apart."""
    return UUID(bytes=hashlib.sha256("\0".join(parts).encode()).digest()[:16])


def trust_until(highest: int | None) -> None:
    """Forget what is remembered if the table ends before it: it was emptied, or restored from a copy, meanwhile."""
    if _here().highest > (highest or 0):
        del _known[db.engine()]


def ids_of(keys: Iterable[Key]) -> dict[Key, int]:
    """The numbers of all `keys`; new ones are added."""
    known = _here()
    if not known.begun:
        known.begin()
    remembered, found, unknown = known.ids, {}, {}
    for key in keys:
        at = remembered.get(key)
        if at is None:
            unknown[digest(*key)] = key
        else:
            found[key] = at
    if unknown:
        fresh = _find(unknown)
        rows = [(kind, mark, text) for mark, (kind, text) in sorted(unknown.items()) if (kind, text) not in fresh]
        if rows:
            driver.write(_ADD_NAME, rows)
            fresh = _find(unknown)
        found |= fresh
        _once_committed(lambda: known.learn(fresh))
    return found


def highest() -> int:
    """The highest number that this process remembers; 0 for none."""
    return _here().highest


def _once_committed(do: Callable[[], None]) -> None:
    """Now, or when the open transaction is committed."""
    if db.in_transaction():
        db.after_commit(do)
    else:
        do()


def _find(marks: dict[UUID, Key]) -> dict[Key, int]:
    return {marks[mark]: at for mark, at in driver.among("SELECT digest, id FROM lrs_name WHERE digest", marks)}


def find_id(kind: str, text: str) -> int | None:
    """The number of one name, if any statement ever named it."""
    known = _here()
    if not known.begun:
        known.begin()
    key = (kind, text)
    at = known.ids.get(key)
    if at is None:
        found = _find({digest(*key): key})
        if found and not db.in_transaction():
            known.learn(found)
        at = found.get(key)
    return at


def vouching(by: Credential) -> int:
    """The number of the authority that the store writes for `by` (Data 2.4.9)."""
    agent = authority(by)
    text = json.dumps(agent, ensure_ascii=False, separators=(",", ":"))
    key_id = None if by.limits else by.id  # all launches share one authority: the registration tells which it was
    known, key = _here(), (key_id, text)
    found = known.vouching.get(key)
    if found is None:
        mark, who = digest(str(key_id), text), ("agent", identity(agent) or "")
        driver.write(_ADD_AUTHORITY, [(mark, ids_of([who])[who], key_id, text)])
        found = made = driver.among("SELECT digest, id FROM lrs_authority WHERE digest", [mark])[0][1]
        _once_committed(lambda: known.vouching.__setitem__(key, made))
    return found


def authority_texts(numbers: set[int]) -> dict[int, str]:
    """The JSON texts of authorities, by number."""
    texts = _here().texts
    if missing := numbers - texts.keys():
        read = {row.id: row.body for row in db.session.scalars(select(Authority).where(Authority.id.in_(missing)))}
        if db.in_transaction():  # it may be rolled back
            return texts | read
        texts.update(read)
    return texts


def authorities(agent: int | None = None, credential: int | None = None) -> list[int]:
    """The numbers of the authorities that are an agent's (its number), or a key's."""
    column, wanted = ("name_id", agent) if credential is None else ("credential_id", credential)
    return [row[0] for row in driver.rows(f"SELECT id FROM lrs_authority WHERE {column} = {int(wanted or -1)}")]  # noqa: S608


def describe(described: list[tuple[Key, dict[str, Any]]]) -> None:
    """Keep descriptions of names; one that is kept already is left alone, no row is ever changed."""
    known = _here()
    fresh = {}
    for key, value in described:
        if known.described.get(key) != value:
            text = strictjson.dumps(value)
            fresh[digest(*key, text)] = (key, text)
    if not fresh:
        return
    numbers = ids_of({key for key, _ in fresh.values()})
    rows = sorted((numbers[key], digest(text), text) for key, text in fresh.values())
    driver.write(_ADD_DESCRIPTION, rows)
    latest = dict(described)
    _once_committed(lambda: known.learn_described(latest))
