"""Messages of the ladder under keys that name who is told."""

from alembic import op

from hoso_models import migrations

revision = "0084"
down_revision = "0083"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0084_messages_to_each_holder.sql"))
