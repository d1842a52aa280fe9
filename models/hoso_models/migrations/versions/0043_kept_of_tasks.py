"""Tasks marked by whether officers keep anything of them; a trigger deletes it."""

from alembic import op

from hoso_models import migrations

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0043_kept_of_tasks.sql"))
