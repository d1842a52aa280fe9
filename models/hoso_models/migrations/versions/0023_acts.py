"""Consultations, the date of an answer, hand-overs, and reopened dossiers."""

from alembic import op

from hoso_models import migrations

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0023_acts.sql"))
