"""Filings of a draft that are under way."""

from alembic import op

from hoso_models import migrations

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0038_draft_filings.sql"))
