"""A subject of one issuer as an officer and as a citizen."""

from alembic import op

from hoso_models import migrations

revision = "0087"
down_revision = "0086"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0087_one_realm_two_clients.sql"))
