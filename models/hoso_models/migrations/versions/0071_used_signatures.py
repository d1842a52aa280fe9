"""Signatures that were used, each good once."""

from alembic import op

from hoso_models import migrations

revision = "0071"
down_revision = "0070"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0071_used_signatures.sql"))
