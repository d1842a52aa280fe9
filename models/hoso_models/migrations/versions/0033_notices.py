"""Lists of notices, what reached nobody, and codes that prove an address."""

from alembic import op

from hoso_models import migrations

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0033_notices.sql"))
