"""Drafts of dossiers: what somebody has typed and attached, and not filed yet."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field

from hoso_models.tables.base import Record, defaulted, index, surrogate


class Draft(Record, table=True):
    """A draft of its owner. It is no dossier and carries no events; deleting the row erases it."""

    __tablename__ = "draft"
    __table_args__ = (
        CheckConstraint("(sealed is null) = (reference is not null)", name="sealed"),
        CheckConstraint("sealed is not null or sealed_name is null", name="sealed_name"),
        CheckConstraint("sealed is not null or file_key is null", name="file_key"),
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
    #: The key of its files, sealed by the key of the installation; null where it has had none, and once it is filed.
    file_key: bytes | None = None


class DraftFile(Record, table=True):
    """A file of a draft. Its bytes lie sealed in the store, and go with the draft, or to the dossier that it becomes."""

    __tablename__ = "draft_file"
    __table_args__ = (
        index("ix_draft_file_draft_id", "draft_id", "place", "id"),
        index("ix_draft_file_object", "object"),
        index("ix_draft_file_thumbnail", "thumbnail", where="thumbnail is not null"),
    )

    #: The id that it keeps in the dossier.
    id: UUID = Field(primary_key=True)
    draft_id: UUID = Field(foreign_key="draft.id", ondelete="CASCADE")
    #: Files are listed in this order.
    place: int
    #: In bytes, as it came.
    size: int = Field(sa_type=BigInteger)
    #: Its name and what it is, as JSON sealed by the key of the draft.
    described: bytes
    #: The SHA-256 of its sealed bytes, by which the store knows them; the same of a picture of its first page.
    object: str
    thumbnail: str | None = None
    stored_at: datetime
