"""Seals of the house's rows, in one chain for the installation."""

from alembic import op

from hoso_models import migrations

revision = "0076"
down_revision = "0075"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0076_row_seals.sql"))
