"""The register as acts: events of administration, contact points, offices that wait for a second person."""

from alembic import op

from hoso_models import migrations

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0016_register.sql"))
