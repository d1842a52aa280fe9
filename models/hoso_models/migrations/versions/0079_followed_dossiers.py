"""Indexes of running dossiers by receiving and deciding unit, and of named lanes."""

from alembic import op

from hoso_models import migrations

revision = "0079"
down_revision = "0078"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0079_followed_dossiers.sql"))
