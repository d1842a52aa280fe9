"""Payments found by the day on which they were recorded, and by their reference."""

from alembic import op

from hoso_models import migrations

revision = "0052"
down_revision = "0051"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0052_payment_days.sql"))
