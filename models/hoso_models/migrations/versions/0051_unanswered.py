"""Dossiers whose applicants wait for an answer of the desk."""

from alembic import op

from hoso_models import migrations

revision = "0051"
down_revision = "0050"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0051_unanswered.sql"))
