"""Runs with an unusable state, listed among the incidents."""

from alembic import op

from hoso_models import migrations

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0014_damaged_run.sql"))
