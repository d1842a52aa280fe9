"""Index of escalations told lately."""

from alembic import op

from hoso_models import migrations

revision = "0053"
down_revision = "0052"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0053_escalations_told.sql"))
