"""Backups that were taken, and what their rehearsals found."""

from alembic import op

from hoso_models import migrations

revision = "0073"
down_revision = "0072"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0073_backups.sql"))
