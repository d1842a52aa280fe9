"""Results not ready at the appointed hour, as a subject of the ladder."""

from alembic import op

from hoso_models import migrations

revision = "0086"
down_revision = "0085"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0086_results_at_the_appointed_hour.sql"))
