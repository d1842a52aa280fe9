"""Drafts of dossiers: what somebody has typed and not filed yet."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from hoso_models.tables.base import Record, defaulted, index, surrogate


class Draft(Record, table=True):
    """A draft of its owner. It is no dossier and carries no events; deleting the row erases it."""

    __tablename__ = "draft"
    __table_args__ = (
        CheckConstraint("(sealed is null) = (reference is not null)", name="sealed"),
        CheckConstraint("sealed is not null or sealed_name is null", name="sealed_name"),
        index("ix_draft_owner_id", "owner_id", "created_at", "id"),
        index("ix_draft_expires_at", "expires_at"),
    )

    id: UUID = surrogate()
    #: The person who files, or the officer who fills it in for somebody at the counter.
    owner_id: UUID = Field(foreign_key="principal.id")
    procedure_code: str
    version: int = defaulted(1, "1")
    #: What was typed, as JSON sealed by the key of the installation; null once it is filed.
    sealed: bytes | None = None
    created_at: datetime
    #: When it was last changed.
    updated_at: datetime
    expires_at: datetime
    #: When its filing was begun, the last one of several; null again where all were refused.
    filing_at: datetime | None = None
    #: Of the dossier that it has become.
    reference: str | None = None
    #: Filings that are under way, or have died under way.
    filings: int = defaulted(0, "0")
    #: The applicant's name in it, sealed apart for lists; null where none was typed, and once it is filed.
    sealed_name: bytes | None = None
