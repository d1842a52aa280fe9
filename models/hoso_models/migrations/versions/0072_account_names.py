"""Account names beside the codes of the register."""

from alembic import op

from hoso_models import migrations

revision = "0072"
down_revision = "0071"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0072_account_names.sql"))
