"""Long jobs, and the dossiers that they have looked at."""

from alembic import op

from hoso_models import migrations

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0054_jobs.sql"))
