"""All tables of the first release."""

from alembic import op

from hoso_models import migrations

revision = "0001"
down_revision = None


def upgrade() -> None:
    for script in ("0001_register.sql", "0001_dossier.sql", "0001_event.sql"):
        migrations.run(op.get_bind(), migrations.script(script))
