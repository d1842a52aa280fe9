"""Files of dossiers, and the keys that seal them."""

from alembic import op

from hoso_models import migrations

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0028_attachments.sql"))
