"""Reminders of what is late, and indexes for the weeks of a unit."""

from alembic import op

from hoso_models import migrations

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0055_reminders.sql"))
