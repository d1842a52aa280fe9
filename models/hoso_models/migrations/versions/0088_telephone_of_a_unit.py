"""A unit has a telephone number, for those who ask it about their dossiers."""

from alembic import op

from hoso_models import migrations

revision = "0088"
down_revision = "0087"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0088_telephone_of_a_unit.sql"))
