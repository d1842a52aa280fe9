"""The catalogue of procedures: versions, drafts, search, service levels, agencies' systems."""

from alembic import op

from hoso_models import migrations

revision = "0062"
down_revision = "0061"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0062_catalogue.sql"))
