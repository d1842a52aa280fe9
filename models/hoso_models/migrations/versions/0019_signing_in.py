"""Ways in of a person: identities, factors, invitations, attempts and sessions; scopes of tokens."""

from alembic import op

from hoso_models import migrations

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    migrations.run(op.get_bind(), migrations.script("0019_signing_in.sql"))
