"""Every migration goes up and down, with data in the tables, and ends where the models are."""

import hashlib
import json
import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, MetaData, Table, text

from lms.core import db, migrate
from lms.core.db import Model
from lms.lrs import queries as statements
from lms.lrs import search
from tests.factories import Factories


def is_month(table: str) -> bool:
    """Whether it is a part of the table of statements, which PostgreSQL keeps by month."""
    return re.fullmatch(r"statement_(default|[0-9]{4}_[0-9]{2})", table) is not None


def test_the_schema_is_what_the_models_say(app):
    engine = db.session.get_bind()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [
            d
            for d in compare_metadata(context, Model.metadata)
            if d[0] != "remove_index" and not (d[0] == "remove_table" and is_month(d[1].name))
        ]
    assert differences == []
    assert migrate.revision(engine) == migrate.head()


def test_every_migration_is_numbered_and_told_in_a_sentence():
    from alembic.script import ScriptDirectory

    scripts = list(ScriptDirectory.from_config(migrate._config()).walk_revisions())
    numbers = sorted(s.revision for s in scripts)
    assert numbers == [f"{n:04d}" for n in range(1, len(scripts) + 1)]
    assert [s.revision for s in scripts if not s.doc.strip().endswith(".")] == []


def test_down_to_nothing_and_up_again_step_by_step(app, a: Factories):
    a.person()
    a.course()
    db.session.remove()
    engine = db.session.get_bind()
    steps = [f"{n:04d}" for n in range(int(migrate.head() or 0), 0, -1)]
    for step in [*steps[1:], "base"]:
        migrate.run(engine, step)
    with engine.connect() as connection:
        left = connection.dialect.get_table_names(connection)
    assert set(left) <= {"alembic_version"}
    for step in reversed(steps):
        migrate.run(engine, step)
    assert migrate.revision(engine) == migrate.head()


def test_a_newer_schema_keeps_what_was_there(app, a: Factories):
    ana = a.person(name="Ana Lestari")
    engine = db.session.get_bind()
    before, number = str(ana.uuid), ana.employments[0].number
    db.session.remove()
    last = int(migrate.head() or 0)
    if last < 3:
        pytest.fail("there should be migrations after the people's")
    migrate.run(engine, "0002")
    migrate.run(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM person")).scalar_one() == "Ana Lestari"
    from lms.people import queries

    assert str(queries.find_by_login(number).uuid) == before


NAMES = {
    "verb": "http://adlnet.gov/expapi/verbs/answered",
    "activity": "https://a.example/q",
    "agent": "mbox mailto:a@b.co",
}
TEXTS = [
    '{"id":"%s","actor":{"mbox":"mailto:a@b.co"},"verb":{"id":"http://adlnet.gov/expapi/verbs/answered"},'
    '"object":{"id":"https://a.example/q"},"result":{"score":{"raw":0.10}},"timestamp":"2026-03-09T00:00:00.000000Z",'
    '"stored":"2026-03-09T00:00:00.000000Z","authority":{"mbox":"mailto:store@b.co"},"version":"1.0.0"}',
    '{"id":"%s","actor":{"mbox":"mailto:a@b.co"},"verb":{"id":"http://adlnet.gov/expapi/verbs/answered"},'
    '"object":{"objectType":"StatementRef","id":"{ref}"},"stored":"2026-03-09T00:00:00.000001Z",'
    '"authority":{"mbox":"mailto:store@b.co"},"version":"1.0.0","timestamp":"2026-03-09T00:00:00.000001Z"}',
]


def test_statements_of_before_are_found_and_read_as_they_were(app, a: Factories):
    """What was stored at 0007 has the same text at the newest schema, down again, and up again; references find it too."""
    engine, sids = db.engine(), [uuid.UUID(int=n) for n in (1, 2)]
    bodies = [(text % sid).replace("{ref}", str(sids[0])) for text, sid in zip(TEXTS, sids, strict=True)]
    db.session.remove()
    migrate.run(engine, "0007")
    keep_as_of_0007(engine, sids, bodies)
    for _ in range(2):
        migrate.run(engine)
        found = [statements.find(sid).body for sid in sids]
        assert found == [json.loads(body) for body in bodies]
        texts = search.page(search.Query(verb=NAMES["verb"], ascending=True)).bodies
        assert '"raw":0.10}' in texts[0] and len(texts) == 2
        assert len(search.page(search.Query(activity=NAMES["activity"])).bodies) == 2, "the reference is found with it"
        db.session.remove()
        migrate.run(engine, "0007")
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT body FROM statement ORDER BY stored, id")).scalars().all()
    assert [json.loads(body) for body in kept] == [json.loads(body) for body in bodies]


def keep_as_of_0007(engine: Engine, sids: list[uuid.UUID], bodies: list[str]) -> None:
    """Two statements, the second of which refers to the first, as that schema kept them."""
    there, at = MetaData(), datetime(2026, 3, 9)  # noqa: DTZ001
    at = at.replace(tzinfo=UTC) if engine.dialect.name == "postgresql" else at
    uid = (lambda one: one) if engine.dialect.name == "postgresql" else (lambda one: one.hex)
    name, statement = (Table(table, there, autoload_with=engine) for table in ("lrs_name", "statement"))
    with engine.begin() as connection:
        for n, (kind, said) in enumerate(NAMES.items(), 1):
            mark = uuid.UUID(bytes=hashlib.sha256(f"{kind}\0{said}".encode()).digest()[:16])
            connection.execute(name.insert(), {"id": n, "kind": kind, "digest": uid(mark), "text": said})
        for n, (sid, body) in enumerate(zip(sids, bodies, strict=True)):
            values = {"id": n + 1, "sid": uid(sid), "stored": at + timedelta(microseconds=n), "timestamp": at}
            values |= {"verb_id": 1, "actor_id": 3, "activity_id": None if n else 2, "authority_id": 3, "own": True}
            values |= {"ref": uid(sids[0]) if n else None, "voiding": False, "voided": False, "body": body}
            connection.execute(statement.insert(), values)
