"""The bare path: the same server, Flask, a JSON parser, one insert and a durable commit, and nothing else.

What a store does beyond this (keys, rules, dictionary, order, conflicts) is what the ratios in `bench.store` show.
`raw` is the limit below the limit: the driver alone, without HTTP and without SQLAlchemy.
"""

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID
from zlib import crc32

import psycopg
from flask import Flask, Response, request
from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    create_engine,
    event,
    insert,
    select,
)

from bench import mix

DATABASE = "BENCH_DATABASE"
"""The environment variable with the address of the bare path's database."""
BARE = Table(
    "bare",
    MetaData(),
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("sid", Uuid, nullable=False, unique=True),
    Column("stored", BigInteger, nullable=False),
    Column("actor_id", BigInteger, nullable=False),
    Column("verb_id", BigInteger, nullable=False),
    Column("activity_id", BigInteger, nullable=False),
    Column("registration", Uuid),
    Column("body", Text, nullable=False),
    Index("ix_bare_actor_verb", "actor_id", "verb_id", "id"),
    Index("ix_bare_activity", "activity_id", "id"),
    Index("ix_bare_registration", "registration", "id"),
)
"""A statement's row: the columns and indexes that a store cannot do without, under one table."""
_INSERT = insert(BARE).inline()
_ONE = select(BARE.c.body)
_SOME = select(BARE.c.body).order_by(BARE.c.id.desc()).limit(50)


def make_engine(url: str) -> Engine:
    """An engine with durable commits, and nothing else that costs."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=10)
    engine = create_engine(url, connect_args={"timeout": 15})

    @event.listens_for(engine, "connect")
    def prepare(connection, _):
        for pragma in ("journal_mode=WAL", "busy_timeout=15000", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def number(text: str) -> int:
    """A dictionary's number for the price of nothing."""
    return crc32(text.encode())


def row(statement: dict[str, Any], body: str) -> dict[str, Any]:
    """The row of a statement, which must be one of `bench.mix`."""
    return {
        "sid": UUID(statement["id"]),
        "stored": time.time_ns() // 1000,
        "actor_id": number(statement["actor"]["account"]["name"]),
        "verb_id": number(statement["verb"]["id"]),
        "activity_id": number(statement["object"]["id"]),
        "registration": UUID(statement["context"]["registration"]),
        "body": body,
    }


def create() -> Flask:
    """The application that the server loads."""
    engine = make_engine(os.environ[DATABASE])
    app = Flask("bare")

    @app.post("/statements")
    def post():
        text = request.get_data()
        sent = json.loads(text)
        if isinstance(sent, list):
            rows: Any = [row(one, json.dumps(one)) for one in sent]
        else:
            sent, rows = [sent], row(sent, text.decode())
        with engine.begin() as connection:
            connection.execute(_INSERT, rows)
        return _answer(json.dumps([one["id"] for one in sent]))

    @app.get("/statement")
    def one():
        with engine.connect() as connection:
            body = connection.execute(_ONE.where(BARE.c.sid == UUID(request.args["id"]))).scalar_one()
        return _answer(body)

    @app.get("/statements")
    def some():
        of = (BARE.c.actor_id == int(request.args["actor"]), BARE.c.verb_id == int(request.args["verb"]))
        with engine.connect() as connection:
            bodies = connection.execute(_SOME.where(*of)).scalars().all()
        return _answer(f'{{"statements":[{",".join(bodies)}]}}')

    return app


def _answer(text: str) -> Response:
    return Response(text, content_type="application/json")


def raw(url: str, size: int, seconds: float) -> float:
    """Rows a second that the driver alone inserts into the bare table, `size` to a durable commit."""
    some = mix.statements() if size == 1 else mix.batches(size)
    names = [column.name for column in BARE.c if column.name != "id"]
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000"):
            connection.execute(f"PRAGMA {pragma}")
        asked = f"INSERT INTO bare ({','.join(names)}) VALUES ({','.join('?' * len(names))})"  # noqa: S608

        def write(rows):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(asked, rows)
            connection.execute("COMMIT")

        taken = _timed(write, _rows(some, lambda value: value.hex if isinstance(value, UUID) else value), seconds)
        connection.close()
        return taken * size
    with psycopg.connect(url.replace("+psycopg", "")) as connected:
        sql = f"INSERT INTO bare ({','.join(names)}) VALUES ({','.join(['%s'] * len(names))})"  # noqa: S608

        def put(rows):
            with connected.cursor() as cursor:
                cursor.executemany(sql, rows)
            connected.commit()

        return _timed(put, _rows(some, lambda value: value), seconds) * size


def _rows(some: Iterator[bytes], plain: Callable[[Any], Any]) -> Iterator[list[tuple]]:
    for text in some:
        sent = json.loads(text)
        every = sent if isinstance(sent, list) else [sent]
        yield [tuple(plain(value) for value in row(one, json.dumps(one)).values()) for one in every]


def _timed(write: Callable[[list[tuple]], None], rows: Iterator[list[tuple]], seconds: float) -> float:
    """Commits a second; making the rows does not count."""
    taken, done = 0.0, 0
    while taken < seconds:
        some = next(rows)
        began = time.perf_counter()
        write(some)
        taken += time.perf_counter() - began
        done += 1
    return done / taken
