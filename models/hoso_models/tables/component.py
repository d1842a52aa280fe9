"""Components (papers) of a dossier."""

from uuid import UUID

from sqlmodel import Field

from hoso_models.tables.base import Record, defaulted


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
