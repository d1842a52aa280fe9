"""Components (papers) of a dossier, and the files received or made for them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import Field

from hoso_models.tables.base import Record, defaulted, enum_field, index, one_of, surrogate


class Component(Record, table=True):
    """A paper that the procedure asks for, and whether it is there."""

    __tablename__ = "component"

    dossier_id: UUID = Field(primary_key=True, foreign_key="dossier.id")
    code: str = Field(primary_key=True)
    name: str
    originals: int = defaulted(value=0, literal="0")
    copies: int = defaulted(value=0, literal="0")
    required: bool
    received: bool = defaulted(value=False, literal="false")
    note: str | None = None


class Phase(StrEnum):
    """Moment at which a file joined the dossier."""

    #: Handed in when it was filed.
    FILING = "filing"
    #: Handed in as a supplement.
    SUPPLEMENT = "supplement"
    #: Made or received while it was handled.
    HANDLING = "handling"
    #: The result, or part of it.
    RESULT = "result"


class Attachment(Record, table=True):
    """A file, found by the digest of its content."""

    __tablename__ = "attachment"
    __table_args__ = (one_of("phase", Phase), index("ix_attachment_dossier_id", "dossier_id"))

    id: UUID = surrogate()
    dossier_id: UUID = Field(foreign_key="dossier.id")
    component_code: str | None = None
    file_name: str
    media_type: str
    size: int = Field(sa_type=BigInteger)
    sha256: str
    stored_at: datetime
    stored_by: UUID = Field(foreign_key="principal.id")
    phase: Phase = enum_field(Phase)
