"""Runs migrations on the connection that `lms.core.migrate` hands over."""

from alembic import context

from lms.core.db import Model

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Model.metadata, render_as_batch=True, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
