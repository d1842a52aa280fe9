"""Names of applicants in drafts, sealed apart for lists."""

from alembic import op

from hoso_models import migrations

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0039_draft_names.sql"))
