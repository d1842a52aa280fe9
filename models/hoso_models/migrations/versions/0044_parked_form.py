"""Forms that came after the end of their session."""

from alembic import op

from hoso_models import migrations

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0044_parked_form.sql"))
