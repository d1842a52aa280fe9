"""Open tasks with what their dossiers are found by."""

from alembic import op

from hoso_models import migrations

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0048_found_by.sql"))
