"""Owners of procedures, principals acted for, operators, and the units below one."""

from alembic import op

from hoso_models import migrations

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0007_procedure_owner.sql"))
