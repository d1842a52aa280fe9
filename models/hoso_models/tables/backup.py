"""Backups that were taken of the installation."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from hoso_models.tables.base import Record, index


class Backup(Record, table=True):
    """A backup, and what its last rehearsal found. The backup itself lies elsewhere."""

    __tablename__ = "backup"
    __table_args__ = (
        CheckConstraint("(rehearsed_at is null) = (differences is null)", name="rehearsed"),
        index("ix_backup_taken_at", "taken_at"),
    )

    #: That of its manifest.
    id: UUID = Field(primary_key=True)
    #: The instant as of which everything in it is.
    taken_at: datetime
    #: Sealed files that its database names, and that the store had lost or damaged.
    missing: int
    damaged: int
    rehearsed_at: datetime | None = None
    #: Differences that the audit of the rehearsal found.
    differences: int | None = None
