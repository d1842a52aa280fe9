"""Disputes with the instant at which the payer paid."""

from alembic import op

from hoso_models import migrations

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0049_dispute_paid_at.sql"))
