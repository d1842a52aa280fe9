"""Replaced sessions compared with their successors; an index of seals."""

from alembic import op

from hoso_models import migrations

revision = "0081"
down_revision = "0079"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0081_replaced_sessions.sql"))
