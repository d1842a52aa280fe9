"""Delegated tasks, and units whose tasks are assigned by load."""

from alembic import op

from hoso_models import migrations

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0034_task_hands.sql"))
