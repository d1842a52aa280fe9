"""Indexes and functions that keep queries fast on old data."""

from alembic import op

from hoso_models import migrations

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0011_growth.sql"))
