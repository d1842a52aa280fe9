"""Lists of destruction that were drawn up in the name of an absent administrator."""

from alembic import op

from hoso_models import migrations

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0035_destruction_for.sql"))
