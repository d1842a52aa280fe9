"""Records of identity providers: people unknown here, and sign-outs that were carried out."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field

from hoso_models.tables.base import Record, defaulted, index, surrogate


class UnknownIdentity(Record, table=True):
    """A subject that a provider signed in and that is linked to nobody.

    An administrator looks who it is.
    """

    __tablename__ = "unknown_identity"
    __table_args__ = (
        UniqueConstraint("issuer", "subject", name="uq_unknown_identity_issuer_subject"),
        index("ix_unknown_identity_last_at", "last_at", "id"),
    )

    id: UUID = surrogate()
    issuer: str
    subject: str
    #: The name of the provider in the settings.
    provider: str
    #: As the provider writes it.
    name: str | None = None
    #: The value that was compared with the register; null where the provider said none.
    compared: str | None = None
    first_at: datetime
    last_at: datetime
    tries: int = defaulted(1, "1", sa_type=BigInteger)


class LogoutToken(Record, table=True):
    """A token of sign-out that was carried out: it is good once."""

    __tablename__ = "logout_token"
    __table_args__ = (index("ix_logout_token_expires_at", "expires_at"),)

    issuer: str = Field(primary_key=True)
    token_id: str = Field(primary_key=True)
    expires_at: datetime
