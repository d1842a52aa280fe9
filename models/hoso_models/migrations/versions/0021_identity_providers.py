"""People of a provider whom nobody knows here; tokens of sign-out that were used."""

from alembic import op

from hoso_models import migrations

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0021_identity_providers.sql"))
