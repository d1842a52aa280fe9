"""Jobs that move dossiers to the successors of their units, and the duty roster."""

from alembic import op

from hoso_models import migrations

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0022_rehoming.sql"))
