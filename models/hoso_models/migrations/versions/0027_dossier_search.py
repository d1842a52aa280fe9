"""Terms by which dossiers are searched, filled from applicants and dossiers."""

from alembic import op

from hoso_models import migrations

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0027_dossier_search.sql"))
