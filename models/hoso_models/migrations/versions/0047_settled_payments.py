"""Disputes about payments online are settled; money is given back."""

from alembic import op

from hoso_models import migrations

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0047_settled_payments.sql"))
