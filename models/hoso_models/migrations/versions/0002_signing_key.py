"""The keys by which partners sign their calls."""

from alembic import op

from hoso_models import migrations

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0002_signing_key.sql"))
