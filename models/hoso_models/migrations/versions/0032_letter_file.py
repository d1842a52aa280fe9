"""Signed PDFs of letters."""

from alembic import op

from hoso_models import migrations

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0032_letter_file.sql"))
