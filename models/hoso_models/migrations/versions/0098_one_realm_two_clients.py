"""A subject of one issuer as an officer and as a citizen, each by a client of its own."""

from alembic import op

from hoso_models import migrations

revision = "0098"
down_revision = "0090"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0098_one_realm_two_clients.sql"))
