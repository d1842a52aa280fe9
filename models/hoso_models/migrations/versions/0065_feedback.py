"""Feedback of anybody and proposals of agencies, with their answers."""

from alembic import op

from hoso_models import migrations

revision = "0065"
down_revision = "0064"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0065_feedback.sql"))
