"""Offices that an operator proposed, confirmed by the person on whose word it was."""

from alembic import op

from hoso_models import migrations

revision = "0090"
down_revision = "0089"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0090_second_person_of_an_operator.sql"))
