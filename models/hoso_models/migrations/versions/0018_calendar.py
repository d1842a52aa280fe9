"""Calendars with their owners, their revisions, and the dossiers that each moves."""

from alembic import op

from hoso_models import migrations

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0018_calendar.sql"))
