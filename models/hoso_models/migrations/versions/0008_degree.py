"""The degree of a dossier, for whoever looks its code up."""

from alembic import op

from hoso_models import migrations

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0008_degree.sql"))
