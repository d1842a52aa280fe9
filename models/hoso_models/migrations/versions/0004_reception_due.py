"""An index of the tasks at reception, over all units, the longest waiting first."""

from alembic import op

from hoso_models import migrations

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0004_reception_due.sql"))
