"""Requests for a supplement that tell no date are found by the sweep."""

from alembic import op

from hoso_models import migrations

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0029_undated_answers.sql"))
