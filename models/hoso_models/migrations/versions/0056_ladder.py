"""The escalation ladder as data, and escalations of consultations and supplements."""

from alembic import op

from hoso_models import migrations

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0056_ladder.sql"))
