"""Holds, erased dossiers, and lists of destruction."""

from alembic import op

from hoso_models import migrations

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0031_destruction.sql"))
