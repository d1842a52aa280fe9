"""Files that are signed, found by their digest."""

from alembic import op

from hoso_models import migrations

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0042_signed_results.sql"))
