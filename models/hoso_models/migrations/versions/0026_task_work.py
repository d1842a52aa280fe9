"""Priorities of tasks, and what officers keep of tasks for themselves."""

from alembic import op

from hoso_models import migrations

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0026_task_work.sql"))
