"""Drafts of dossiers."""

from alembic import op

from hoso_models import migrations

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0025_draft.sql"))
