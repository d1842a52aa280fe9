"""Feedback of anybody and proposals of agencies, with their answers."""

from alembic import op

from hoso_models import migrations

revision = "0061"
down_revision = "0060"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0061_feedback.sql"))
