"""Acknowledgements of outages by the units that were told."""

from alembic import op

from hoso_models import migrations

revision = "0081"
down_revision = "0080"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0081_outages_acknowledged.sql"))
