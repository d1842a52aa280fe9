"""Alembic's entry point. It runs on the connection, and in the transaction, that `migrations` hands over."""

from alembic import context

from hoso_models import Record
from hoso_models.migrations import comparison

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Record.metadata,
    include_name=comparison.include_name,
)
context.run_migrations()
