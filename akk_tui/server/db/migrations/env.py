"""Alembic's entry: migrates on the connection that :func:`akk_tui.server.db.schema.migrate` hands over."""

from alembic import context

from akk_tui.server.db.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=context.config.attributes["connection"].dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
