"""Keep statements by the microsecond at which they were stored, their ids apart, and their texts as they were sent.

What the store sets (stored, authority) leaves the text and is added when it is read. On PostgreSQL the table is cut into
months; SQLite keeps it whole. What a statement refers to is written out in `statement_via`.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
CHUNK = 1000
LOCK = 0x6C7273
COLUMNS = "sid, timestamp, registration, actor_id, verb_id, activity_id, authority_id, voiding, voided, own, body"
TYPES = (
    "sid uuid, timestamp bigint, registration uuid, actor_id int, verb_id int, activity_id int, authority_id int, "
    "voiding boolean, voided boolean, own boolean, body text"
)
CLOCK = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
# One round trip a batch. Each statement of a plpgsql function sees what was committed before it, so that who waited for
# the lock sees what the one before them stored (READ COMMITTED); a single SQL statement would not.
FUNCTIONS = (
    f"""
    CREATE FUNCTION lrs_write(given json, first bigint, names int[], places int[], near boolean[]) RETURNS void
    LANGUAGE plpgsql AS $$
    BEGIN
        WITH rows AS MATERIALIZED (
            SELECT first + r.place - 1 AS stored, r.*
            FROM ROWS FROM (json_to_recordset(given) AS ({TYPES})) WITH ORDINALITY
                AS r ({COLUMNS}, place)
        ), taken AS (
            INSERT INTO statement_id (stored, sid) SELECT stored, sid FROM rows
        ), linked AS (
            INSERT INTO statement_link (name_id, stored, near)
            SELECT l.name, first + l.place, l.near FROM unnest(names, places, near) AS l (name, place, near)
        )
        INSERT INTO statement (stored, {COLUMNS}) SELECT stored, {COLUMNS} FROM rows;
    END $$
    """,
    f"""
    CREATE FUNCTION lrs_put(given json, ids uuid[], told bigint, dictionary int, names int[], places int[], near boolean[])
    RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE first bigint;
    BEGIN
        PERFORM pg_advisory_xact_lock({LOCK});
        IF EXISTS (SELECT FROM statement_id WHERE sid = ANY(ids)) OR EXISTS (SELECT FROM statement_ref WHERE ref = ANY(ids))
            OR coalesce((SELECT max(id) FROM lrs_name), 0) < dictionary
        THEN
            RETURN NULL;
        END IF;
        UPDATE lrs_tick SET last = greatest(last, coalesce(told, {CLOCK}) - 1) + cardinality(ids) WHERE id = 1
        RETURNING last - cardinality(ids) + 1 INTO first;
        PERFORM lrs_write(given, first, names, places, near);
        RETURN first;
    END $$
    """,
)
OLD_INDEXES = ("activity", "actor_verb", "ref", "registration", "stored")


def _known(column: str) -> dict[str, Any]:
    text = sa.text(f"{column} IS NOT NULL")
    return {"sqlite_where": text, "postgresql_where": text}


def _new_tables() -> None:
    op.create_table(
        "statement",
        sa.Column("stored", BIG, autoincrement=False, nullable=False),
        sa.Column("sid", UID, nullable=False),
        sa.Column("timestamp", BIG, nullable=True),
        sa.Column("registration", UID, nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("verb_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("voiding", sa.Boolean(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("stored", name=op.f("pk_statement")),
        postgresql_partition_by="RANGE (stored)",
    )
    if _is_postgresql():
        op.execute("CREATE TABLE statement_default PARTITION OF statement DEFAULT")
    op.create_table(
        "statement_id",
        sa.Column("sid", UID, nullable=False),
        sa.Column("stored", BIG, nullable=False),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_statement_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "statement_link",
        sa.Column("stored", BIG, autoincrement=False, nullable=False),  # the widest first: eight octets less a row
        sa.Column("name_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("near", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name_id", "stored", name=op.f("pk_statement_link")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "statement_ref",
        sa.Column("ref", UID, nullable=False),
        sa.Column("stored", BIG, autoincrement=False, nullable=False),
        sa.Column("voiding", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ref", "stored", name=op.f("pk_statement_ref")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "statement_via",
        sa.Column("name_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stored", BIG, autoincrement=False, nullable=False),
        sa.Column("source", BIG, autoincrement=False, nullable=False),
        sa.Column("near", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name_id", "stored", "source", name=op.f("pk_statement_via")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lrs_tick",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lrs_tick")),
    )
    op.create_table(
        "lrs_authority",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", UID, nullable=False),
        sa.Column("name_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lrs_authority")),
        sa.UniqueConstraint("digest", name=op.f("uq_lrs_authority_digest")),
    )
    _dictionary(sa.Integer(), UID)


def _dictionary(number: Any, uid: Any) -> None:
    op.create_table(
        "lrs_name",
        sa.Column("id", number, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", uid, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lrs_name")),
        sa.UniqueConstraint("digest", name=op.f("uq_lrs_name_digest")),
    )
    op.create_table(
        "lrs_description",
        sa.Column("id", number, nullable=False),
        sa.Column("name_id", number, nullable=False),
        sa.Column("digest", uid, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lrs_description")),
        sa.UniqueConstraint("name_id", "digest", name=op.f("uq_lrs_description_name_id_digest")),
    )


def _new_indexes() -> None:
    op.create_index("ix_statement_actor", "statement", ["actor_id", "stored", "verb_id"])
    op.create_index("ix_statement_activity", "statement", ["activity_id", "stored", "verb_id"], **_known("activity_id"))
    op.create_index("ix_statement_verb", "statement", ["verb_id", "stored"])
    op.create_index("ix_statement_authority", "statement", ["authority_id", "stored"])
    op.create_index("ix_statement_registration", "statement", ["registration", "stored"], **_known("registration"))
    op.create_index("ix_statement_via_stored", "statement_via", ["stored"])
    op.create_index("ix_statement_via_source", "statement_via", ["source"])
    op.create_index("ix_lrs_authority_name_id", "lrs_authority", ["name_id"])
    op.create_index("ix_lrs_authority_credential_id", "lrs_authority", ["credential_id"])


def _old_tables() -> None:
    op.create_table(
        "statement",
        sa.Column("id", BIG, nullable=False),
        sa.Column("sid", sa.Uuid(), nullable=False),
        sa.Column("stored", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timestamp", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registration", sa.Uuid(), nullable=True),
        sa.Column("verb_id", BIG, nullable=False),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("activity_id", BIG, nullable=True),
        sa.Column("authority_id", BIG, nullable=False),
        sa.Column("ref", sa.Uuid(), nullable=True),
        sa.Column("voiding", sa.Boolean(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint("sid", name=op.f("uq_statement_sid")),
    )
    op.create_table(
        "statement_link",
        sa.Column("name_id", BIG, autoincrement=False, nullable=False),
        sa.Column("statement_id", BIG, autoincrement=False, nullable=False),
        sa.Column("near", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name_id", "statement_id", name=op.f("pk_statement_link")),
    )
    _dictionary(BIG, sa.Uuid())


def _old_indexes() -> None:
    op.create_index("ix_statement_activity", "statement", ["activity_id"])
    op.create_index("ix_statement_actor_verb", "statement", ["actor_id", "verb_id"])
    op.create_index("ix_statement_ref", "statement", ["ref"], **_known("ref"))
    op.create_index("ix_statement_registration", "statement", ["registration"])
    op.create_index("ix_statement_stored", "statement", ["stored", "id"])


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _set_aside(constraints: dict[str, tuple[str, ...]]) -> dict[str, sa.Table]:
    """Give the tables (with their named constraints) other names, and return them as they are in the database."""
    for name, named in constraints.items():
        for one in named if _is_postgresql() else ():
            op.execute(f"ALTER TABLE {name} RENAME CONSTRAINT {one} TO {one}_aside")
        if _is_postgresql() and name in ("lrs_name", "lrs_description"):
            op.execute(f"ALTER SEQUENCE {name}_id_seq RENAME TO {name}_id_seq_aside")
        op.rename_table(name, f"{name}_aside")
    aside = sa.MetaData()
    return {name: sa.Table(f"{name}_aside", aside, autoload_with=op.get_bind()) for name in constraints}


def _tables(*names: str) -> dict[str, sa.Table]:
    here = sa.MetaData()
    return {name: sa.Table(name, here, autoload_with=op.get_bind()) for name in names}


def _chunks(asked: Any) -> Iterator[list[Any]]:
    yield from op.get_bind().execute(asked.execution_options(yield_per=CHUNK)).partitions(CHUNK)


def _add(table: sa.Table, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), CHUNK):
        op.get_bind().execute(table.insert(), rows[start : start + CHUNK])


def _micros(when: Any) -> int:
    when = datetime.fromisoformat(when) if isinstance(when, str) else when
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
    return (when - BEGIN) // timedelta(microseconds=1)


def _moment(count: int) -> datetime:
    return BEGIN + timedelta(microseconds=count)


def _uid(value: Any) -> Any:
    """A UUID for the new tables: sixteen octets on SQLite."""
    if value is None or _is_postgresql():
        return value
    return UUID(str(value)).bytes


def _uuid(value: Any) -> Any:
    """A UUID for the old tables: 32 letters on SQLite."""
    return UUID(bytes=value).hex if isinstance(value, bytes) else value


def _members(text: str) -> list[tuple[str, str]]:
    """The members of a JSON object: key, and text of the value. A text that went down to 0007 is spaced as it was sent."""
    decoder, found, at = json.JSONDecoder(parse_int=str, parse_float=str), [], _on(text, 1)
    while text[at] != "}":
        key, at = decoder.raw_decode(text, at)
        begin = _on(text, _on(text, at) + 1)
        _, end = decoder.raw_decode(text, begin)
        found.append((key, text[begin:end]))
        at = _on(text, end)
        at = _on(text, at + 1) if text[at] == "," else at
    return found


def _on(text: str, at: int) -> int:
    """Where the first character from `at` on stands that is no space."""
    while text[at] in " \t\r\n":
        at += 1
    return at


def upgrade() -> None:
    for name in OLD_INDEXES:
        op.drop_index(f"ix_statement_{name}", table_name="statement")
    old = _set_aside(
        {
            "statement": ("pk_statement", "uq_statement_sid"),
            "statement_link": ("pk_statement_link",),
            "lrs_name": ("pk_lrs_name", "uq_lrs_name_digest"),
            "lrs_description": ("pk_lrs_description", "uq_lrs_description_name_id_digest"),
        }
    )
    _new_tables()
    new = _tables("statement", "statement_id", "statement_link", "statement_ref", "statement_via", "lrs_tick")
    new |= _tables("lrs_authority", "lrs_name", "lrs_description")
    _copy_dictionary(old, new, _uid)
    places = _take_statements(old, new)
    for rows in _chunks(sa.select(old["statement_link"])):
        _add(
            new["statement_link"],
            [{"name_id": r.name_id, "stored": places[r.statement_id], "near": r.near} for r in rows],
        )
    _new_indexes()
    _write_via(new)
    op.get_bind().execute(new["lrs_tick"].insert(), {"id": 1, "last": max(places.values(), default=0)})
    for table in old.values():
        op.drop_table(table.name)
    for function in FUNCTIONS if _is_postgresql() else ():
        op.execute(function)


def _copy_dictionary(old: dict[str, sa.Table], new: dict[str, sa.Table], uid: Any) -> None:
    for name in ("lrs_name", "lrs_description"):
        for rows in _chunks(sa.select(old[name]).order_by(old[name].c.id)):
            _add(new[name], [{**row._mapping, "digest": uid(row.digest)} for row in rows])
        if _is_postgresql():
            op.execute(f"SELECT setval('{name}_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM {name}), false)")


def _take_statements(old: dict[str, sa.Table], new: dict[str, sa.Table]) -> dict[int, int]:
    """Write statements, ids, references and authorities; returns the place of each old row."""
    was, places, vouching, last = old["statement"], {}, {}, 0
    for rows in _chunks(sa.select(was).order_by(was.c.stored, was.c.id)):
        made, ids, refs = [], [], []
        for row in rows:
            last = max(last + 1, _micros(row.stored))
            places[row.id] = last
            members = dict(_members(row.body))
            text, key = members.pop("authority"), (row.credential_id, row.authority_id)
            if (*key, text) not in vouching:
                vouching[*key, text] = len(vouching) + 1
                mark = hashlib.sha256(f"{row.credential_id}\0{text}".encode()).digest()[:16]
                _add(
                    new["lrs_authority"],
                    [
                        {
                            "id": len(vouching),
                            "digest": _uid(UUID(bytes=mark)),
                            "name_id": row.authority_id,
                            "credential_id": row.credential_id,
                            "body": text,
                        }
                    ],
                )
            members.pop("stored")
            made.append(
                {
                    "stored": last,
                    "sid": _uid(row.sid),
                    "timestamp": _micros(row.timestamp),
                    "registration": _uid(row.registration),
                    "actor_id": row.actor_id,
                    "verb_id": row.verb_id,
                    "activity_id": row.activity_id,
                    "authority_id": vouching[*key, text],
                    "voiding": row.voiding,
                    "voided": row.voided,
                    "own": row.own,
                    "body": "{" + ",".join(f"{json.dumps(name)}:{value}" for name, value in members.items()) + "}",
                }
            )
            ids.append({"sid": _uid(row.sid), "stored": last})
            if row.ref is not None:
                refs.append({"ref": _uid(row.ref), "stored": last, "voiding": row.voiding})
        _add(new["statement"], made)
        _add(new["statement_id"], ids)
        _add(new["statement_ref"], refs)
    if _is_postgresql():
        op.execute("SELECT setval('lrs_authority_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM lrs_authority), false)")
    return places


def _write_via(new: dict[str, sa.Table]) -> None:
    """Every statement that refers, by whatever chain, is found by the names of those that it refers to."""
    ref, ids = new["statement_ref"], new["statement_id"]
    asked = sa.select(ref.c.stored, ids.c.stored).join_from(ref, ids, ids.c.sid == ref.c.ref)
    towards = {by: to for by, to in op.get_bind().execute(asked) if by != to}
    rows = []
    for first in towards:
        seen, at = {first}, towards.get(first)
        while at is not None and at not in seen:
            rows += [
                {"name_id": name, "stored": first, "source": at, "near": near} for name, near in _names(new, at).items()
            ]
            seen.add(at)
            at = towards.get(at)
    _add(new["statement_via"], rows)


def _names(new: dict[str, sa.Table], place: int) -> dict[int, bool]:
    statement, link, vouch = new["statement"], new["statement_link"], new["lrs_authority"]
    asked = sa.select(link.c.name_id, link.c.near).where(link.c.stored == place)
    found = {row.name_id: bool(row.near) for row in op.get_bind().execute(asked)}
    row = op.get_bind().execute(sa.select(statement).where(statement.c.stored == place)).one()
    found |= {one: True for one in (row.verb_id, row.actor_id, row.activity_id) if one is not None}
    by = op.get_bind().scalar(sa.select(vouch.c.name_id).where(vouch.c.id == row.authority_id))
    found.setdefault(by, False)
    return found


def downgrade() -> None:
    bind = op.get_bind()
    for name in ("lrs_put", "lrs_write") if _is_postgresql() else ():
        op.execute(f"DROP FUNCTION {name}")
    for name in ("actor", "activity", "verb", "authority", "registration"):
        op.drop_index(f"ix_statement_{name}", table_name="statement")
    for name in ("statement_via", "lrs_tick"):
        op.drop_table(name)
    new = _set_aside(
        {
            "statement": ("pk_statement",),
            "statement_id": (),
            "statement_link": ("pk_statement_link",),
            "statement_ref": (),
            "lrs_authority": (),
            "lrs_name": ("pk_lrs_name", "uq_lrs_name_digest"),
            "lrs_description": ("pk_lrs_description", "uq_lrs_description_name_id_digest"),
        }
    )
    _old_tables()
    old = _tables("statement", "statement_link", "lrs_name", "lrs_description")
    _copy_dictionary(new, old, lambda value: _uuid(value))
    vouching = {row.id: row for row in bind.execute(sa.select(new["lrs_authority"]))}
    refs = {row.stored: _uuid(row.ref) for row in bind.execute(sa.select(new["statement_ref"]))}
    places: dict[int, int] = {}
    for rows in _chunks(sa.select(new["statement"]).order_by(new["statement"].c.stored)):
        made = []
        for row in rows:
            places[row.stored] = len(places) + 1
            by, at = vouching[row.authority_id], _moment(row.stored)
            happened = _moment(row.timestamp) if row.timestamp is not None else at
            written = f"{at:%Y-%m-%dT%H:%M:%S.%fZ}"
            timestamp = f',"timestamp":"{written}"' if row.timestamp is None else ""
            made.append(
                {
                    "id": places[row.stored],
                    "sid": _uuid(row.sid),
                    "stored": at,
                    "timestamp": happened,
                    "registration": _uuid(row.registration),
                    "verb_id": row.verb_id,
                    "actor_id": row.actor_id,
                    "activity_id": row.activity_id,
                    "authority_id": by.name_id,
                    "ref": refs.get(row.stored),
                    "voiding": row.voiding,
                    "voided": row.voided,
                    "own": row.own,
                    "credential_id": by.credential_id,
                    "body": f'{row.body[:-1]}{timestamp},"stored":"{written}","authority":{by.body}}}',
                }
            )
        _add(old["statement"], made)
    for rows in _chunks(sa.select(new["statement_link"])):
        _add(
            old["statement_link"],
            [{"name_id": r.name_id, "statement_id": places[r.stored], "near": r.near} for r in rows],
        )
    if _is_postgresql():
        op.execute("SELECT setval('statement_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM statement), false)")
    _old_indexes()
    for table in new.values():
        op.drop_table(table.name)
