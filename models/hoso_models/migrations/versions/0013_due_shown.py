"""Tasks at reception get its due date, and an index in that order."""

from alembic import op

from hoso_models import migrations

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0013_due_shown.sql"))
