"""Portals of other authorities, the statuses told to them, their answers."""

from alembic import op

from hoso_models import migrations

revision = "0063"
down_revision = "0062"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0063_portals.sql"))
