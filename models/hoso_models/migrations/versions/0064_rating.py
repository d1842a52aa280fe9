"""Ratings of dossiers by their applicants."""

from alembic import op

from hoso_models import migrations

revision = "0064"
down_revision = "0063"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0064_rating.sql"))
