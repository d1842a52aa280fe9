"""Ends of sessions compared with their lines in the access log."""

from alembic import op

from hoso_models import migrations

revision = "0083"
down_revision = "0082"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0083_ended_sessions.sql"))
