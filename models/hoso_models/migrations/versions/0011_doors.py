"""The doors through which the application reaches what it does not own."""

from alembic import op

from hoso_models import migrations

revision = "0011"
down_revision = "0005"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0011_doors.sql"))
