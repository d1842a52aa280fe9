"""Uploads under way, which go on where they were cut off."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Text, text
from sqlmodel import Field

from hoso_models.tables.base import Record, defaulted, index, surrogate


class Upload(Record, table=True):
    """An upload of its owner, and the pieces of it that have come. Deleting the row gives it up."""

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint("received between 0 and size", name="received"),
        CheckConstraint("(described is null) = (attachment_id is not null)", name="described"),
        CheckConstraint("num_nonnulls(dossier_id, draft_id) = 1", name="bound"),
        index("ix_upload_owner_id", "owner_id"),
        index("ix_upload_dossier_id", "dossier_id"),
        index("ix_upload_expires_at", "expires_at"),
        index("ix_upload_draft_id", "draft_id", where="draft_id is not null"),
    )

    id: UUID = surrogate()
    dossier_id: UUID | None = Field(default=None, foreign_key="dossier.id")
    #: Who sends it, and nobody else finds it.
    owner_id: UUID = Field(foreign_key="principal.id")
    #: Bytes that were announced, and those that are kept.
    size: int = Field(sa_type=BigInteger)
    received: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})
    #: Counts the requests about it: only the newest one adds bytes.
    turn: int = defaulted(0, "0")
    #: Its name and what it is, as JSON sealed by the key of the dossier or draft; null once that has the file.
    described: bytes | None = None
    #: Names of its sealed pieces in the store, in their order.
    pieces: list[str] = Field(
        default_factory=list, sa_type=ARRAY(Text), sa_column_kwargs={"server_default": text("'{}'")}
    )
    created_at: datetime
    expires_at: datetime
    #: The file that it has become.
    attachment_id: UUID | None = None
    #: In the place of a dossier, until it is filed.
    draft_id: UUID | None = Field(default=None, foreign_key="draft.id", ondelete="CASCADE")
