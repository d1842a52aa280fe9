"""Outages, maintenance, urgings, the register of documents, evaluation sheets."""

from alembic import op

from hoso_models import migrations

revision = "0059"
down_revision = "0058"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0059_coordination.sql"))
