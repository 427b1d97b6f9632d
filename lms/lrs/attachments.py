"""The contents of attachments: each kept once by its octets, and found again by the statement with which it came.

A content is given back with the statements that brought it and with no others: whoever merely names a hash in a
statement of their own does not get the file.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from lms.core import db, storage
from lms.lrs import rules, signatures
from lms.lrs.errors import InvalidRequest, InvalidStatement
from lms.lrs.models import Attachment
from lms.lrs.multipart import Part
from lms.lrs.shapes import join
from lms.lrs.validation import SIGNATURE, check_statement
from lms.lrs.versions import Version

log = structlog.get_logger()
CLAUSE = "xAPI 1.0.3 Communication 1.5.2"
HASH = "x-experience-api-hash"
ENCODING = "content-transfer-encoding"
_CHUNK = 1 << 16
_HASHES = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}
"""The SHA-2 functions by the length of their hex digest."""


@dataclass(frozen=True)
class Brought:
    """A content that came with a statement."""

    statement: int
    """Which one of the request, from 0."""
    sha2: str
    """The hash by which the statement names it, in the statement's own letters."""
    content_type: str
    """As the statement says."""
    part: Part


@dataclass(frozen=True)
class Kept:
    """A content as it is given back."""

    sha2: str
    content_type: str
    length: int
    place: Path
    """The file."""

    def chunks(self) -> Iterator[bytes]:
        """The octets, a little at a time."""
        with self.place.open("rb") as source:
            while chunk := source.read(_CHUNK):
                yield chunk


def check(statements: Sequence[Any], parts: Sequence[Part], version: Version, single: bool) -> list[Brought]:
    """What the parts of a request bring to its statements; every attachment has its content or a fileUrl.

    Raises InvalidRequest for a part that is wrong or belongs to no attachment, InvalidStatement for a statement that
    is not valid or lacks a content, and for a signature that is not one (Communication 1.5.1, 1.5.2; Data 2.6).
    Statements without attachments cost nothing here where no parts came: `actions.prepared` looks at them.
    """
    by_hash = _by_hash(parts)
    found: list[Brought] = []
    for n, one in enumerate(statements):
        if parts or _may_have_some(one):
            path = "" if single else f"[{n}]"
            check_statement(one, path, version)
            found += _brought_to(n, one, path, by_hash, version)
    orphans = by_hash.keys() - {one.sha2.lower() for one in found}
    if orphans:
        raise InvalidRequest(
            f"A part belongs to no attachment of the statements: {sorted(orphans)[0]}", f"{CLAUSE}, Data 2.4.11"
        )
    _check_types(found)
    return found


def keep(brought: Sequence[Brought]) -> dict[str, str]:
    """The contents are in files, durably; returns the storage's digests by sha2 in lower case.

    To be called before the transaction that stores the statements: a file without a row harms nobody.
    """
    digests: dict[str, str] = {}
    for one in brought:
        name = one.sha2.lower()
        if name not in digests:
            digests[name] = storage.put(bytes(one.part.content))  # one copy at a time
    return digests


def note(ids: Sequence[str], brought: Sequence[Brought], digests: dict[str, str]) -> None:
    """The stored statements `ids` have their contents from now on; what they had already stays."""
    rows = {
        (ids[one.statement], one.sha2): {
            "sid": UUID(ids[one.statement]),
            "sha2": one.sha2,
            "digest": digests[one.sha2.lower()],
            "content_type": one.content_type,
            "length": len(one.part.content),
        }
        for one in brought
    }
    if rows:
        dialect: Any = sqlite if db.is_sqlite() else postgresql
        adding = dialect.insert(Attachment.__table__).on_conflict_do_nothing(index_elements=["sid", "sha2"])
        db.session.connection().execute(adding, [rows[key] for key in sorted(rows)])


def of_statements(bodies: Sequence[str]) -> list[Kept]:
    """The contents that came with these statements (JSON texts), each hash once, in the order of the statements.

    A file that is missing from the storage is passed over, and the log says so.
    """
    order = {UUID(json.loads(body)["id"]): n for n, body in enumerate(bodies) if '"attachments"' in body}
    if not order:
        return []
    rows = db.session.execute(
        select(Attachment.sid, Attachment.sha2, Attachment.digest, Attachment.content_type, Attachment.length).where(
            Attachment.sid.in_(order)
        )
    ).all()
    found: dict[str, Kept] = {}
    for row in sorted(rows, key=lambda row: (order[row.sid], row.sha2)):
        place = storage.path(row.digest)
        if place.is_file() and place.stat().st_size == row.length:
            found.setdefault(row.sha2, Kept(row.sha2, row.content_type, row.length, place))
        else:
            log.error("attachment content missing", statement=str(row.sid), digest=row.digest)
    return list(found.values())


def stored_files() -> set[str]:
    """The storage's digests of all contents that came with a statement."""
    return set(db.session.scalars(select(Attachment.digest).distinct()))


def _may_have_some(statement: Any) -> bool:
    """Whether an unchecked statement, or its SubStatement, says anything of attachments."""
    if not isinstance(statement, dict):
        return False
    thing = statement.get("object")
    return "attachments" in statement or (isinstance(thing, dict) and "attachments" in thing)


def _of(statement: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """The attachments of a valid statement and of its SubStatement: path, object, whether it is the statement's own."""
    for n, one in enumerate(statement.get("attachments", ())):
        yield f"{join(path, 'attachments')}[{n}]", one, True
    if statement["object"].get("objectType") == "SubStatement":
        for n, one in enumerate(statement["object"].get("attachments", ())):
            yield f"{join(path, 'object.attachments')}[{n}]", one, False


def _by_hash(parts: Sequence[Part]) -> dict[str, Part]:
    found: dict[str, Part] = {}
    for n, part in enumerate(parts, 1):
        name = part.headers.get(HASH, "").lower()
        if not rules.is_sha2(name):
            raise InvalidRequest(
                f"Part {n} after the statements needs the header X-Experience-API-Hash with a SHA-2 in hex", CLAUSE
            )
        if part.headers.get(ENCODING, "").lower() != "binary":
            raise InvalidRequest(f"Part {n} after the statements needs Content-Transfer-Encoding: binary", CLAUSE)
        if name in found:
            raise InvalidRequest(f"Two parts have the hash {name}: one copy is enough for all statements", CLAUSE)
        if hashlib.new(_HASHES[len(name)], part.content).hexdigest() != name:
            raise InvalidRequest(f"The octets of part {n} after the statements do not have the hash {name}", CLAUSE)
        length = part.headers.get("content-length")
        if length is not None and length != str(len(part.content)):
            raise InvalidRequest(f"Part {n} after the statements is not as long as its Content-Length says", CLAUSE)
        found[name] = part
    return found


def _brought_to(
    n: int, statement: dict[str, Any], path: str, by_hash: dict[str, Part], version: Version
) -> Iterator[Brought]:
    for at, one, own in _of(statement, path):
        part = by_hash.get(one["sha2"].lower())
        if part is None:
            if "fileUrl" not in one:
                raise InvalidStatement(at, "has neither a fileUrl nor a part with its content", CLAUSE)
            continue
        if part.headers.get("content-length", str(one["length"])) != str(one["length"]):
            raise InvalidStatement(join(at, "length"), "is not what the part's Content-Length says", CLAUSE)
        if one["usageType"] == SIGNATURE:
            signatures.check(bytes(part.content), statement if own else None, at, version)
        yield Brought(n, one["sha2"], one["contentType"], part)


def _check_types(found: Sequence[Brought]) -> None:
    """A part is of a type that an attachment with its hash names; parameters of a media type may differ.

    The standard's own example has `text/plain; charset=ascii` in the statement and `text/plain` in the part.
    """
    said: dict[str, set[str]] = {}
    for one in found:
        said.setdefault(one.sha2.lower(), set()).add(_essence(one.content_type))
    for one in found:
        given = one.part.headers.get("content-type")
        if given is not None and _essence(given) not in said[one.sha2.lower()]:
            raise InvalidRequest(
                f"The Content-Type of the part with the hash {one.sha2} is not the attachment's contentType", CLAUSE
            )


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()
