"""The register of what was given to third parties."""

from alembic import op

from hoso_models import migrations

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0024_disclosure.sql"))
