"""Areas, competence by field, case and area, authorities, and openings."""

from alembic import op

from hoso_models import migrations

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0017_area.sql"))
