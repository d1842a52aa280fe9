"""Ratings of dossiers by their applicants."""

from alembic import op

from hoso_models import migrations

revision = "0060"
down_revision = "0059"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0060_rating.sql"))
