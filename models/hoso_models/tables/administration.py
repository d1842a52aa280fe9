"""Acts of administration: append-only events, chained for each authority."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field

from hoso_models.tables.base import Record, index, optional_document


class AdministrationChain(Record, table=True):
    """The head of an authority's chain; locked by whoever appends to it."""

    __tablename__ = "administration_chain"

    authority: str = Field(primary_key=True, foreign_key="unit.code")
    #: The number of its last event.
    number: int
    head: bytes


class AdministrationEvent(Record, table=True):
    """One act of administration. Triggers refuse every change but the erasure of its payload and salt."""

    __tablename__ = "administration_event"
    __table_args__ = (
        index("ix_administration_event_subject", "subject", "at"),
        index("ix_administration_event_at", "at", "authority", "number"),
    )

    authority: str = Field(primary_key=True, foreign_key="unit.code")
    number: int = Field(primary_key=True)
    at: datetime
    kind: str
    #: The code of a unit, or the id of the row that the act is about.
    subject: str
    actor_id: UUID = Field(foreign_key="principal.id")
    on_behalf_of: UUID | None = Field(default=None, foreign_key="principal.id")
    salt: bytes | None = None
    payload: dict[str, Any] | None = optional_document()
    #: sha256(salt ‖ canonical payload).
    digest: bytes
    previous: bytes
    hash: bytes
