"""The surplus of a fee, for the list of what was paid too much."""

from alembic import op

from hoso_models import migrations

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0037_surpluses.sql"))
