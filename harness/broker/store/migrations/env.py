"""Run migrations on the connection that is handed in, in its transaction."""

from __future__ import annotations

from alembic import context

from harness.broker.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()
