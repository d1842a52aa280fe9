"""Letters with the instant of their signature, and indexes of what waits for one."""

from alembic import op

from hoso_models import migrations

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0045_waiting_signatures.sql"))
