"""Where runs are held up, and whom tasks wait for."""

from alembic import op

from hoso_models import migrations

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0003_incident.sql"))
