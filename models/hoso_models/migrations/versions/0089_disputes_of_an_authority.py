"""The currency, the merchant and the authority of a payment in dispute."""

from alembic import op

from hoso_models import migrations

revision = "0089"
down_revision = "0088"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0089_disputes_of_an_authority.sql"))
