"""The head of the receiving unit as a recipient of the ladder."""

from alembic import op

from hoso_models import migrations

revision = "0085"
down_revision = "0084"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0085_head_of_the_receiving_unit.sql"))
