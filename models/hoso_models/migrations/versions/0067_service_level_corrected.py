"""Service levels that were entered wrongly, and corrected before anything else followed from them."""

from alembic import op

from hoso_models import migrations

revision = "0067"
down_revision = "0066"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0067_service_level_corrected.sql"))
