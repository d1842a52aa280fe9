"""Receivers of webhooks, their secrets and messages; a message that nobody needs any more."""

from alembic import op

from hoso_models import migrations

revision = "0057"
down_revision = "0056"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0057_delivery.sql"))
