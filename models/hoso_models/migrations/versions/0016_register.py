"""Events of administration, contact points, and proposals of offices."""

from alembic import op

from hoso_models import migrations

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0016_register.sql"))
