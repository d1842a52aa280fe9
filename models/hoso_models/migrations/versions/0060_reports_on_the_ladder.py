"""Owed reports on the escalation ladder, in place of the reminders of their kinds."""

from alembic import op

from hoso_models import migrations

revision = "0060"
down_revision = "0059"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0060_reports_on_the_ladder.sql"))
