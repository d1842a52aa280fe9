"""Numbers by which a provider has identified somebody."""

from alembic import op

from hoso_models import migrations

revision = "0069"
down_revision = "0068"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0069_identifiers.sql"))
