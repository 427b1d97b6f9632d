"""The schema's history: numbered migrations, run up and down."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from lms.core.paths import shipped


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    config.set_main_option("path_separator", "os")
    return config


def run(engine: Engine, to: str = "head") -> None:
    """Bring the schema to revision `to`: `head`, `base`, or a number such as `0003`."""
    config = _config()
    with engine.connect() as connection, _tables_may_be_swapped(connection):
        config.attributes["connection"] = connection
        if to == "base" or (to != "head" and _number(revision(engine)) > _number(to)):
            command.downgrade(config, to)
        else:
            command.upgrade(config, to)
        connection.commit()


@contextmanager
def _tables_may_be_swapped(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, which its foreign keys would refuse half-way; PRAGMA works outside a transaction only."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.dbapi_connection
    raw.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
    try:
        yield
    finally:
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


def _number(name: str | None) -> int:
    return int(name or 0)


def revision(engine: Engine) -> str | None:
    """The revision that the database is at; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The newest revision that this code knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()
