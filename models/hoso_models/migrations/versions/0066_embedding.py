"""Sites through which dossiers come in, and sites that show the catalogue."""

from alembic import op

from hoso_models import migrations

revision = "0066"
down_revision = "0065"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0066_embedding.sql"))
