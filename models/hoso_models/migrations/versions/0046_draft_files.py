"""Files of drafts."""

from alembic import op

from hoso_models import migrations

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0046_draft_files.sql"))
