"""Audiences of procedures, by which the catalogue is narrowed."""

from alembic import op

from hoso_models import migrations

revision = "0068"
down_revision = "0067"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0068_audiences.sql"))
