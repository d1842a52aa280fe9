"""Digests of the access log's days, and the day of each line."""

from alembic import op

from hoso_models import migrations

revision = "0077"
down_revision = "0076"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0077_access_days.sql"))
