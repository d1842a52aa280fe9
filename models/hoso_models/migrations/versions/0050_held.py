"""Dossiers under a hold are found without those that are not."""

from alembic import op

from hoso_models import migrations

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0050_held.sql"))
