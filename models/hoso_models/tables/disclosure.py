"""The register of what was given to third parties."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field

from hoso_models.tables.base import Record, index, listing


class Disclosure(Record, table=True):
    """Data of a dossier given to a third party, projected from the dossier's events."""

    __tablename__ = "disclosure"
    __table_args__ = (
        index("ix_disclosure_unit_code", "unit_code", "disclosed_at", "id"),
        index("ix_disclosure_disclosed_at", "disclosed_at", "id"),
        index("ix_disclosure_dossier_id", "dossier_id"),
    )

    id: UUID = Field(primary_key=True)
    dossier_id: UUID = Field(foreign_key="dossier.id")
    #: The unit that handled the dossier then, and answers for what was given.
    unit_code: str = Field(foreign_key="unit.code")
    recipient: str
    basis: str
    purpose: str
    #: Kinds of data that were given, never their values.
    data: list[Any] = listing()
    decision: str
    disclosed_at: datetime
    disclosed_by: UUID = Field(foreign_key="principal.id")
