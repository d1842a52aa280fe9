"""The table of rate limits."""

from alembic import op

from hoso_models import migrations

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0006_throttle.sql"))
