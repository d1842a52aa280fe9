"""Stretches in which the clock stands still, found in the events of existing dossiers."""

from alembic import op

from hoso_models import migrations

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0015_clock_stop.sql"))
    migrations.run(op.get_bind(), migrations.script("0015_clock_stop_filled.sql"))
