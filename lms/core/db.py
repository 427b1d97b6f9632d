"""The database: one session, one way to write. SQLAlchemy's session is the unit of work."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar, Token
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Date, DateTime, Engine, MetaData, Text, Uuid, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, scoped_session, sessionmaker
from sqlalchemy.types import TypeDecorator

from lms.core import writers

REST_SECONDS = 5
"""A connection that rested for longer is asked whether it is alive before it is used."""


class UtcDateTime(TypeDecorator):
    """A moment. Stored as UTC; a naive value is refused, since nobody knows what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a zone: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Model(DeclarativeBase):
    """A table. Every table names its retention class: `__retention__` says how long its rows are kept, and why."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime,
        date: Date,
        UUID: Uuid,
        str: Text,
        dict: JSON,
        list: JSON,
        dict[str, Any]: JSON,
        list[str]: JSON,
    }

    def __repr__(self):
        return f"<{type(self).__name__} {self.__dict__.get('id')}>"


_scope: ContextVar[object | None] = ContextVar("scope", default=None)
_writing: ContextVar[bool] = ContextVar("writing", default=False)
_after: ContextVar[list[Callable[[], None]] | None] = ContextVar("after", default=None)

_engine: list[Engine] = []
session = scoped_session(sessionmaker(expire_on_commit=False), scopefunc=lambda: _scope.get() or threading.get_ident())


def make_engine(url: str) -> Engine:
    """An engine for `url`, set up as Asah needs it: SQLite in WAL with durable commits, PostgreSQL with bounded waits."""
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": 15})

        @event.listens_for(engine, "connect")
        def prepare(connection, _):
            connection.isolation_level = None  # we say BEGIN ourselves
            for pragma in ("journal_mode=WAL", "busy_timeout=15000", "foreign_keys=ON", "synchronous=FULL"):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def begin(connection):
            # A read that turns into a write fails at once with "database is locked", whatever the timeout:
            # who means to write says so first.
            connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")

        return engine
    engine = create_engine(
        url,
        pool_size=10,
        max_overflow=10,
        connect_args={"options": "-c lock_timeout=5s -c idle_in_transaction_session_timeout=30s -c timezone=UTC"},
    )

    @event.listens_for(engine, "checkin")
    def rest(_, record):
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def wake(connection, record, _):
        # A connection that rested may be dead; asking one that was just used would cost a round trip a request.
        if time.monotonic() - record.info.get("rests_since", 0) > REST_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise DisconnectionError from error

    return engine


def connect(engine: Engine) -> None:
    """Let the session speak to `engine`."""
    session.remove()
    session.configure(bind=engine)
    _engine[:] = [engine]


def engine() -> Engine:
    """The engine that the session speaks to."""
    return _engine[0]


@contextmanager
def scope() -> Iterator[None]:
    """A session of its own for what happens inside: a request, a job."""
    token = open_scope()
    try:
        yield
    finally:
        close_scope(token)


def open_scope() -> Token[object | None]:
    """`scope` for who cannot write `with`: what it returns is for `close_scope`."""
    return _scope.set(object())


def close_scope(token: Token[object | None]) -> None:
    """The end of what `open_scope` began."""
    session.remove()
    _scope.reset(token)


@contextmanager
def transaction(later: list[Callable[[], None]] | None = None) -> Iterator[None]:
    """All of what is inside is committed, or nothing. Belongs into entry points (views, commands, jobs), never into actions.

    The read that went on before is ended first, so what was loaded is read again inside, and on SQLite who writes waits for
    their turn and takes the lock at the start. What `after_commit` was told runs once the commit is durable, or is the
    caller's who gives `later`.
    """
    if _writing.get():
        raise RuntimeError("a transaction is open already: only the entry point commits")
    session.rollback()
    session.expire_all()  # a rollback forgets nothing where no read was under way, and a stale row loses an update
    writing, after = _writing.set(True), _after.set([])
    todo: list[Callable[[], None]] = []
    try:
        with _turn():
            try:
                session.connection()
                yield
                session.commit()
                todo = _after.get() or []
            except BaseException:
                session.rollback()
                raise
    finally:
        _writing.reset(writing)
        _after.reset(after)
    if later is not None:
        later.extend(todo)
        return
    for do in todo:
        do()


def _turn() -> AbstractContextManager[None]:
    queue = writers.queue_of(engine().url.database) if is_sqlite() else None
    return queue.turn() if queue else nullcontext()


def let_go() -> None:
    """End the read that goes on, if one does, and give its connection back."""
    if session.registry.has():
        session.rollback()


def after_commit(do: Callable[[], None]) -> None:
    """Call `do` once the open transaction is committed; a transaction that fails forgets it."""
    waiting = _after.get()
    if waiting is None:
        raise RuntimeError("no transaction is open")
    waiting.append(do)


def in_transaction() -> bool:
    """Whether `transaction()` is open here."""
    return _writing.get()


def is_sqlite() -> bool:
    """Whether the session speaks to SQLite."""
    return engine().dialect.name == "sqlite"
