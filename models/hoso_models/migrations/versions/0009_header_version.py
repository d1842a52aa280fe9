"""The header version by which each event is chained."""

from alembic import op

from hoso_models import migrations

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0009_header_version.sql"))
