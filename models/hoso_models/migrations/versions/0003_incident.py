"""Places of halted runs, and the kind of each task."""

from alembic import op

from hoso_models import migrations

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0003_incident.sql"))
