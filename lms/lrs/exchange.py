"""Statements out of the store and into it as NDJSON: one a line, ids kept, to be gone on with where it stopped."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import func, select

from lms.core import db, jobs
from lms.core.errors import Problem
from lms.lrs import actions, attachments, protocol, queries, rules, search, strictjson
from lms.lrs.credentials import Credential
from lms.lrs.errors import InvalidRequest
from lms.lrs.models import Statement
from lms.lrs.multipart import Part
from lms.lrs.versions import V20, V103, Version

IMPORT = Credential(None, "import", "Import", frozenset({"all"}))
"""Who vouches for what is imported without a key: never our own word, so no credit comes of it."""
A_BATCH = 200
"""Statements that are stored in one transaction."""
_LONGEST_LINE = 64_000_000
_TAIL = 5 * actions.MOST_CHARACTERS
"""Octets at the end of an export that hold its last line: a character has at most four."""


@dataclass(frozen=True)
class Rejected:
    """A line that was not stored."""

    line: int
    """Its number, the first is 1."""
    reason: str
    text: bytes
    """The line as it stands in the file, without its end."""


@dataclass
class Outcome:
    """What an import did."""

    stored: int = 0
    known: int = 0
    """Stored before, the same."""
    rejected: int = 0


@dataclass
class _Waiting:
    """Lines that were read and are not stored yet; all of one version."""

    version: Version = V103
    statements: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    """Values with their texts."""
    lines: list[tuple[int, bytes]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)


def count() -> int:
    """How many statements there are, voided ones too."""
    return db.session.scalar(select(func.count()).select_from(Statement)) or 0


def statements(after: datetime | None = None) -> Iterator[list[str]]:
    """Pages of all statements in the order of storing, voided ones too, each as GET `exact` gives it.

    `after` is the `stored` of the last one that is not wanted again; no two statements share one.
    """
    query: search.Query | None = search.Query(since=after, ascending=True, voided_too=True)
    while query is not None:
        db.session.rollback()  # each page sees what is stored by then, and no read stays open
        found = search.page(query)
        if found.bodies:
            yield found.bodies
        query = search.next_page(query, found.last) if found.last else None


def resume_at(file: Path) -> datetime | None:
    """The cursor after the last complete line of an earlier export; a line that was cut off is taken out of the file.

    None for a new file. Raises InvalidRequest where the file's last line is not a statement of this store.
    """
    if not file.exists() or not file.stat().st_size:
        return None
    with file.open("r+b") as held:
        size = held.seek(0, 2)
        held.seek(max(0, size - _TAIL))
        tail = held.read()
        end = tail.rfind(b"\n") + 1
        whole = tail[:end].rstrip(b"\n")
        last = whole[whole.rfind(b"\n") + 1 :]
        if not last:
            held.truncate(size - len(tail) + end)
            return None
        stored = _stored_of(last)
        if stored is None:
            raise InvalidRequest(f"{file.name} does not end in a statement of this store", "export")
        held.truncate(size - len(tail) + end)
    return stored


def _stored_of(line: bytes) -> datetime | None:
    try:
        one = strictjson.parse(line, depth=strictjson.DEPTH + 2)
        kept = queries.find(UUID(one["id"]))
        return kept.stored if kept and rules.moment(one["stored"]) == kept.stored else None
    except (strictjson.NotStrict, ValueError, TypeError, KeyError):
        return None


def keep_contents(bodies: list[str], folder: Path) -> int:
    """The contents that came with these statements are files in `folder`, named by their hash; returns how many are new."""
    new = 0
    for one in attachments.of_statements(bodies):
        place = folder / one.sha2.lower()
        if not place.exists() or place.stat().st_size != one.length:
            part = place.with_suffix(".part")
            with part.open("wb") as out:
                out.writelines(one.chunks())
            part.replace(place)
            new += 1
    return new


def take_in(
    source: BinaryIO,
    by: Credential,
    reject: Callable[[Rejected], None],
    told: Callable[[int], None] = lambda _: None,
    contents: Path | None = None,
) -> Outcome:
    """Every statement of `source` is stored under its id, in the order of its lines; `stored` and authority are ours.

    A statement that is stored already is passed over, so that an import can be repeated and gone on with. A line that
    cannot be stored is handed to `reject`, and the others are stored. `told` hears how many octets were dealt with.
    `contents` is a folder with the contents of attachments, named by their hash: one that is in neither it nor at a
    fileUrl is a reason to refuse the line. Without a folder, no contents are asked for.
    """
    done, waiting = Outcome(), _Waiting()
    with jobs.held():
        for number, line in enumerate(_lines(source), 1):
            text = line.rstrip(b"\r\n")
            if text.strip():
                try:
                    statement, said, version = _read(text)
                except (Problem, ValueError) as error:
                    _reject(done, reject, number, text, str(error))
                else:
                    key = str(statement["id"]).lower()
                    if version is not waiting.version or key in waiting.ids or len(waiting.statements) >= A_BATCH:
                        _store(waiting, by, done, reject, contents)
                        waiting = _Waiting(version)
                    waiting.statements.append((statement, said))
                    waiting.lines.append((number, text))
                    waiting.ids.add(key)
            told(len(line))
        _store(waiting, by, done, reject, contents)
    return done


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; what never ends is cut, so that it is refused and not held in memory."""
    while line := source.readline(_LONGEST_LINE):
        yield line


def _read(text: bytes) -> tuple[dict[str, Any], str, Version]:
    """A statement with its text, and the version by whose rules it is to be one; raises ValueError and Problem."""
    said = text.removeprefix(b"\xef\xbb\xbf").decode()
    statement = strictjson.parse(said, depth=strictjson.DEPTH + 2)
    if not isinstance(statement, dict) or "id" not in statement:
        raise InvalidRequest("A line must be a statement with an id, by which a second import knows it again", "import")
    stamp = statement.get("version", "")
    return statement, said, V20 if isinstance(stamp, str) and stamp.startswith("2.") else V103


def _store(
    waiting: _Waiting, by: Credential, done: Outcome, reject: Callable[[Rejected], None], contents: Path | None
) -> None:
    """The batch is stored; where one of it is refused, each by itself."""
    if not waiting.statements:
        return
    try:
        fresh = _write(waiting.statements, by, waiting.version, contents)
    except Problem:
        for statement, (number, text) in zip(waiting.statements, waiting.lines, strict=True):
            try:
                fresh = _write([statement], by, waiting.version, contents)
            except Problem as problem:
                _reject(done, reject, number, text, str(problem))
            else:
                done.stored, done.known = done.stored + fresh, done.known + 1 - fresh
        return
    done.stored, done.known = done.stored + fresh, done.known + len(waiting.statements) - fresh


def _write(some: list[tuple[dict[str, Any], str]], by: Credential, version: Version, contents: Path | None) -> int:
    """How many of these were new."""
    batch = actions.prepared(some, by, version, single=len(some) == 1)
    brought, digests = [], {}
    if contents is not None:
        values = [entry.statement for entry in batch.entries]
        brought = attachments.check(values, _parts(values, contents), version, single=len(some) == 1)
        digests = attachments.keep(brought)

    def do() -> int:
        actions.put([batch])
        if batch.refused:
            raise batch.refused
        attachments.note(batch.ids, brought, digests)
        return len(batch.fresh)

    return protocol.writing(do)


def _parts(statements: list[dict[str, Any]], contents: Path) -> list[Part]:
    """The contents in the folder that these valid statements name."""
    named = set()
    for one in statements:
        for holder in (one, one["object"]):
            named |= {attachment["sha2"].lower() for attachment in holder.get("attachments", ())}
    places = {name: contents / name for name in sorted(named)}
    return [
        Part({attachments.HASH: name, attachments.ENCODING: "binary"}, memoryview(place.read_bytes()))
        for name, place in places.items()
        if place.is_file()
    ]


def _reject(done: Outcome, reject: Callable[[Rejected], None], number: int, text: bytes, reason: str) -> None:
    done.rejected += 1
    reject(Rejected(number, " ".join(reason.split()), text))


def reason_line(one: Rejected) -> bytes:
    """A rejected line's number and reason as a line of JSON."""
    return json.dumps({"line": one.line, "reason": one.reason}, ensure_ascii=False).encode() + b"\n"
