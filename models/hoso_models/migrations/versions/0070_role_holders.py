"""Roles and substitutions, held to who may have them."""

from alembic import op

from hoso_models import migrations

revision = "0070"
down_revision = "0069"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0070_role_holders.sql"))
