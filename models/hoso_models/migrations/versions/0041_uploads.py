"""Uploads that go on where they were cut off."""

from alembic import op

from hoso_models import migrations

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0041_uploads.sql"))
