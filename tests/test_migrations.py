"""Every migration goes up and down, with data in the tables, and ends where the models are."""

import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from lms.core import db, migrate
from lms.core.db import Model
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
