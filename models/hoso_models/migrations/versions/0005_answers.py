"""Officers' answers to the forms of their steps."""

from alembic import op

from hoso_models import migrations

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0005_answers.sql"))
