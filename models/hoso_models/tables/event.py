"""Events of dossiers: append-only, and hash-chained by their writer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, SmallInteger
from sqlmodel import Field

from hoso_models.tables.base import Record, defaulted, optional_document


class DossierEvent(Record, table=True):
    """One event. Triggers refuse every change but the erasure of its payload and salt; `digest` stays."""

    __tablename__ = "dossier_event"
    __table_args__ = (
        Index("ix_dossier_event_at", "at", postgresql_using="brin"),
        {"postgresql_partition_by": "RANGE (at)"},
    )

    dossier_id: UUID = Field(primary_key=True, foreign_key="dossier.id")
    seq: int = Field(primary_key=True)
    #: Part of the key because the table is partitioned by month.
    at: datetime = Field(primary_key=True)
    kind: str
    actor_id: UUID = Field(foreign_key="principal.id")
    on_behalf_of: UUID | None = Field(default=None, foreign_key="principal.id")
    #: No human decided this.
    automatic: bool = defaulted(value=False, literal="false")
    salt: bytes | None = None
    payload: dict[str, Any] | None = optional_document()
    #: sha256(salt ‖ canonical payload).
    digest: bytes
    #: The hash before it in the chain.
    previous: bytes
    hash: bytes
    #: Which fields of the event the hash covers, and how: 1 for all that were written before there was a choice.
    header_version: int = defaulted(value=1, literal="1", sa_type=SmallInteger)
