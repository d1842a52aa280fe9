"""Messages set aside, mail servers away, escalations withdrawn after a clock ran ahead."""

from alembic import op

from hoso_models import migrations

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0012_delivery.sql"))
