"""Sessions compared with the lines of the access log that tell of them."""

from alembic import op

from hoso_models import migrations

revision = "0078"
down_revision = "0077"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0078_proved_sessions.sql"))
