"""Obligations to report, submissions with frozen figures, and targets of the share filed online."""

from alembic import op

from hoso_models import migrations

revision = "0058"
down_revision = "0057"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0058_report_obligations.sql"))
