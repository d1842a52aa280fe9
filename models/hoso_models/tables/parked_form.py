"""Forms of pages that came after the end of their session."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from hoso_models.tables.base import Record, index, surrogate


class ParkedForm(Record, table=True):
    """A form that came after the end of its session. Deleting the row forgets it."""

    __tablename__ = "parked_form"
    __table_args__ = (
        index("ux_parked_form_secret_sha256", "secret_sha256", unique=True),
        index("ix_parked_form_principal_id", "principal_id"),
        index("ix_parked_form_expires_at", "expires_at"),
    )

    id: UUID = surrogate()
    #: Of the secret that the browser holds.
    secret_sha256: bytes
    #: Whose session it was; nobody else is shown the form.
    principal_id: UUID = Field(foreign_key="principal.id")
    #: The address of the page with the form.
    path: str
    #: The fields, sealed by the key of the installation.
    sealed: bytes
    expires_at: datetime
