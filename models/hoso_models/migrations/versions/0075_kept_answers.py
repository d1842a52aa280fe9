"""Kept answers found by their dossier; damaged files."""

from alembic import op

from hoso_models import migrations

revision = "0075"
down_revision = "0073"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0075_kept_answers.sql"))
