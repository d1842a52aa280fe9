"""Payments online: orders at a gateway, and disputes."""

from alembic import op

from hoso_models import migrations

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0040_payment_order.sql"))
