"""Functions by which the application reaches tables that it does not own."""

from alembic import op

from hoso_models import migrations

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0010_doors.sql"))
