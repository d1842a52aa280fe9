"""Open tasks carry the dates of their dossier, and which one to work by."""

from alembic import op

from hoso_models import migrations

revision = "0080"
down_revision = "0079"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0080_date_to_work_by.sql"))
