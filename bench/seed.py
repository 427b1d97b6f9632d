"""Fill a store with plausible statements, fast: a few thousand are stored by the store itself, and their rows multiplied.

So a seeded row is what the store would have written, but for id, registration and time. Indexes grow row by row as in a
store that is used, so that its size tells the truth; `quick` builds them at the end, which many millions need.
"""

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from bench import limit, mix
from lms.core import clock, db, events, migrate, process, settings
from lms.lrs import actions
from lms.lrs.credentials import OWN, Credential
from lms.lrs.events import StatementsStored
from lms.lrs.models import micros, moment

STEP = 1000
"""Microseconds between two statements."""
CHUNK = 20_000
"""Statements written at once."""
PER_REGISTRATION = 50
"""Statements of one registration, about."""
Row = Sequence[Any]


@dataclass(frozen=True)
class Copy:
    """What is different in each copy of a template."""

    template: int
    sid: UUID
    registration: UUID
    stored: int
    """Microseconds since 1970."""


@dataclass(frozen=True)
class Table:
    """A table, its columns, and which rows of it belong to a copy."""

    name: str
    columns: list[str]
    rows: Callable[[Copy], Iterable[Row]]


def copies(count: int, first: int, seed: int, kinds: int = mix.TEMPLATES) -> Iterator[Copy]:
    """`count` copies of `kinds` templates in the order of storing, the earliest at `first`; a seed gives the same ids."""
    sids, registrations = mix.fresh_ids(f"copies {seed}"), mix.fresh_ids(f"registrations {seed}")
    current: dict[int, UUID] = {}
    for n in range(count):
        template = n * 7 % kinds
        if n // kinds % PER_REGISTRATION == 0:
            current[template] = next(registrations)
        yield Copy(template, next(sids), current[template], first + n * STEP)


def first_of(count: int) -> int:
    """The microsecond at which `count` statements must begin that end a minute ago."""
    return micros(clock.now()) - 60_000_000 - count * STEP


def fill(
    count: int,
    first: int,
    by: Credential = OWN,
    quick: bool = False,
    templates: Sequence[mix.Template] | None = None,
    seed: int = 7,
) -> list[str]:
    """Add `count` statements to the store that the session speaks to, stored from `first` on; return some of their ids.

    Nothing may be stored at `first` or later. One of each template goes through the store.
    """
    some = (templates or mix.templates())[:count]
    sids = mix.fresh_ids(f"really {seed}")
    with clock.at(moment(first)), db.transaction():
        ids = actions.store([one.with_id(next(sids)) for one in some], by)
    rest, after = count - len(some), first + len(some) * STEP
    if rest:
        engine = db.engine()
        with db.scope(), engine.connect() as connection:
            tables = _tables(connection, len(some))
        db.session.remove()
        ids += _write(engine, tables, copies(rest, after, seed, len(some)), quick, max(1, rest // 5000))
        with engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE lrs_tick SET last = {after + rest * STEP}")
    return ids


def fill_bare(engine: Engine, count: int, first: int, quick: bool = False, seed: int = 7) -> list[str]:
    """The same for the bare path's table."""
    columns = [column.name for column in limit.BARE.c if column.name != "id"]
    plain = (lambda value: value.hex) if engine.dialect.name == "sqlite" else _as_it_is
    known = [
        (
            limit.number(mix.agent(one.agent)["account"]["name"]),
            limit.number(mix.verb(one.verb)),
            limit.number(mix.activity(one.activity)),
        )
        for one in mix.templates()
    ]
    mark = str(UUID(int=0))
    bodies = [_Body(one.with_id(UUID(int=0)).decode(), mark) for one in mix.templates()]

    def rows(copy: Copy) -> list[Row]:
        body = bodies[copy.template].of(copy)
        return [(plain(copy.sid), copy.stored, *known[copy.template], plain(copy.registration), body)]

    return _write(engine, [Table("bare", columns, rows)], copies(count, first, seed), quick, max(1, count // 5000))


class _Body:
    """A statement's text in which its id and its registration are places to be filled."""

    def __init__(self, text: str, sid: str, registration: str = ""):
        made = text.replace("%", "%%").replace(sid, "%(sid)s")
        self.pattern = made.replace(registration, "%(registration)s") if registration else made

    def of(self, copy: Copy) -> str:
        """The text of a copy."""
        return self.pattern % {"sid": copy.sid, "registration": copy.registration}


def _tables(connection: Connection, kinds: int) -> list[Table]:
    """How copies are made of the rows that were stored last, one for each template."""
    found = connection.exec_driver_sql(f"SELECT * FROM statement ORDER BY stored DESC LIMIT {kinds}")  # noqa: S608
    columns, rows = list(found.keys()), [list(row) for row in found][::-1]
    stored, sid, registration, body = (columns.index(one) for one in ("stored", "sid", "registration", "body"))
    as_uuid = _octets if connection.dialect.name == "sqlite" else _as_it_is
    bodies = [_Body(row[body], str(_uuid(row[sid])), str(_uuid(row[registration]))) for row in rows]
    found = connection.exec_driver_sql(f"SELECT * FROM statement_link WHERE stored >= {rows[0][stored]}")  # noqa: S608
    link_columns = list(found.keys())
    at = link_columns.index("stored")
    linked: dict[int, list[list[Any]]] = {row[stored]: [] for row in rows}
    for link in found:
        linked[link[at]].append(list(link))
    links_of = [linked[row[stored]] for row in rows]

    def statements(copy: Copy) -> list[Row]:
        row = rows[copy.template].copy()
        row[sid], row[registration] = as_uuid(copy.sid), as_uuid(copy.registration)
        row[stored], row[body] = copy.stored, bodies[copy.template].of(copy)
        return [row]

    def links(copy: Copy) -> Iterable[Row]:
        made = [row.copy() for row in links_of[copy.template]]
        for row in made:
            row[at] = copy.stored
        return made

    return [
        Table("statement_id", ["sid", "stored"], lambda copy: [(as_uuid(copy.sid), copy.stored)]),
        Table("statement", columns, statements),
        Table("statement_link", link_columns, links),
    ]


def _octets(value: UUID) -> bytes:
    return value.bytes


def _as_it_is(value: UUID) -> UUID:
    return value


def _uuid(value: Any) -> UUID:
    return UUID(bytes=value) if isinstance(value, bytes) else value


def _write(engine: Engine, tables: list[Table], some: Iterator[Copy], quick: bool, every: int) -> list[str]:
    """Write the rows of all copies, a chunk of each table to a transaction; the id of each `every`th copy."""
    ids: list[str] = []
    names = [table.name for table in tables]
    dropped = _drop_indexes(engine, names) if quick else []
    raw = engine.raw_connection()
    driver: Any = raw.driver_connection
    put = _into_sqlite if engine.dialect.name == "sqlite" else _into_postgresql
    if engine.dialect.name == "sqlite":
        driver.execute("PRAGMA synchronous=OFF")
        driver.execute("PRAGMA cache_size=-2000000")
    while chunk := list(islice(some, CHUNK)):
        rows: list[list[Row]] = [[] for _ in tables]
        ids += [str(copy.sid) for copy in chunk[::every]]
        for copy in chunk:
            for made, table in zip(rows, tables, strict=True):
                made.extend(table.rows(copy))
        put(driver, tables, rows)
    for sql in dropped:
        driver.execute(sql)
    if engine.dialect.name == "sqlite":
        driver.execute("ANALYZE")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        driver.commit()
        driver.autocommit = True
        for name in names:
            driver.execute(f"VACUUM (ANALYZE) {name}")
        driver.execute("CHECKPOINT")
    raw.invalidate()  # a connection with these settings serves nobody else
    return ids


def _into_sqlite(connection: Any, tables: list[Table], rows: list[list[Row]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for table, some in zip(tables, rows, strict=True):
        places = ",".join("?" * len(table.columns))
        sql = f"INSERT INTO {table.name} ({','.join(table.columns)}) VALUES ({places})"  # noqa: S608
        connection.executemany(sql, some)
    connection.execute("COMMIT")


def _into_postgresql(connection: Any, tables: list[Table], rows: list[list[Row]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        for table, some in zip(tables, rows, strict=True):
            with cursor.copy(f"COPY {table.name} ({','.join(table.columns)}) FROM STDIN") as copy:  # noqa: S608
                for row in some:
                    copy.write_row(row)
    connection.commit()


def _drop_indexes(engine: Engine, names: list[str]) -> list[str]:
    """Drop the indexes of these tables that no constraint needs; the statements that make them again."""
    found: list[tuple[str, str]] = []
    asked = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = '{}'"
    if engine.dialect.name != "sqlite":
        asked = (
            "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "WHERE i.indrelid = '{}'::regclass "
            "AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid)"
        )
    with engine.begin() as connection:
        for name in names:
            found += [(row[0], row[1]) for row in connection.exec_driver_sql(asked.format(name))]
        for index, _ in found:
            connection.exec_driver_sql(f"DROP INDEX {index}")
    return [sql.replace(" ON ONLY ", " ON ") for _, sql in found]  # ONLY would leave the months without


def ready(url: str, folder: Path) -> None:
    """Let the session of this process speak to the store at `url`, at the newest migration."""
    process.boot(settings.Settings(data_dir=folder, database_url=url))
    events.connect({}, {}, {}, {StatementsStored})
    migrate.run(db.engine())


def main() -> None:
    """`python -m bench.seed URL COUNT`."""
    parser = argparse.ArgumentParser(prog="python -m bench.seed", description=__doc__)
    parser.add_argument("url", help="of the database")
    parser.add_argument("count", type=int)
    parser.add_argument("--quick", action="store_true", help="build the indexes at the end")
    given = parser.parse_args()
    began = time.perf_counter()
    ready(given.url, Path("var"))
    fill(given.count, first_of(given.count), quick=given.quick)
    print(f"{given.count} statements in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
