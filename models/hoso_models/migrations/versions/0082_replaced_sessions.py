"""Replaced sessions compared with their successors; an index of seals."""

from alembic import op

from hoso_models import migrations

revision = "0082"
down_revision = "0081"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0082_replaced_sessions.sql"))
