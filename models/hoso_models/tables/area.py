"""Administrative areas: provinces, communes, and what there was before them."""

from datetime import date

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from hoso_models.tables.base import Record, index


class Area(Record, table=True):
    """An administrative area, in a tree with validity. A merged area names its successor."""

    __tablename__ = "area"
    __table_args__ = (
        CheckConstraint("valid_to is null or valid_from <= valid_to", name="period"),
        index("ix_area_parent_code", "parent_code", where="parent_code is not null"),
    )

    #: As the General Statistics Office gives it: "42" for a province, five digits for a commune.
    code: str = Field(primary_key=True)
    name: str
    #: A code of a list with validity, not an enum: levels are abolished by law.
    kind: str
    parent_code: str | None = Field(default=None, foreign_key="area.code")
    valid_from: date
    #: The last day on which it exists.
    valid_to: date | None = None
    successor_code: str | None = Field(default=None, foreign_key="area.code")
