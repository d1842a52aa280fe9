"""Filings of a draft that are under way."""

from alembic import op

from hoso_models import migrations

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0036_draft_filings.sql"))
