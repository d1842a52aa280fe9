"""Fees that are assessed and reduced; payments with receipts."""

from alembic import op

from hoso_models import migrations

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0030_payments.sql"))
