"""The database's own driver, without SQLAlchemy's layers above it: for the few statements that every request runs.

Inside a transaction they run on its connection. Outside, each has a connection of the pool for itself and commits nothing,
so that a read on PostgreSQL is one message there and one back. What the driver raises comes as SQLAlchemy's errors.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from lms.core import db

MOST_AT_ONCE = 500
"""UUIDs in one query of SQLite, which takes 32,766 parameters; plans of one size are kept."""
Given = Sequence[Any] | dict[str, Any]


@contextmanager
def connection() -> Iterator[Any]:
    """The driver's connection: of the open transaction, else one that commits by itself."""
    dialect = db.engine().dialect
    base = dialect.dbapi.Error  # type: ignore[union-attr]
    try:
        if db.in_transaction():
            yield db.session.connection().connection.driver_connection
            return
        pooled = db.engine().raw_connection()
        try:
            raw: Any = pooled.driver_connection
            if dialect.name != "sqlite":
                raw.autocommit = True
            yield raw
        finally:
            if dialect.name != "sqlite" and not raw.closed:
                raw.autocommit = False
            pooled.close()
    except base as error:
        raise DBAPIError.instance(None, None, error, base, dialect=dialect) from error


def rows(asked: str, given: Given = ()) -> list[tuple[Any, ...]]:
    """What one query finds. Its parameters are marked as the driver wants them."""
    with connection() as raw:
        return list(raw.execute(asked, given).fetchall())


def among(asked: str, uuids: Iterable[UUID]) -> list[tuple[Any, ...]]:
    """The rows of a query that ends with the name of its first column, where that is one of `uuids`."""
    some = list(uuids)
    if not db.is_sqlite():
        return rows(f"{asked} = ANY(%s::uuid[])", ("{" + ",".join(map(str, some)) + "}",))
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(some), MOST_AT_ONCE):
        part = [one.bytes for one in some[start : start + MOST_AT_ONCE]]
        marks = ",".join("?" * len(part))
        found += ((UUID(bytes=first), *rest) for first, *rest in rows(f"{asked} IN ({marks})", part))
    return found


def write(asked: str, many: Sequence[Sequence[Any]]) -> None:
    """Run one statement, its parameters marked {}, for each of `many`; a UUID is given as one."""
    sqlite = db.is_sqlite()
    if sqlite:
        many = [[one.bytes if isinstance(one, UUID) else one for one in row] for row in many]
    with connection() as raw:
        cursor = raw.cursor()
        cursor.executemany(asked.replace("{}", "?" if sqlite else "%s"), many)
        cursor.close()
