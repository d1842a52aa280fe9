"""Columns of the access log that tell of reads."""

from alembic import op

from hoso_models import migrations

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0020_access_log_reads.sql"))
