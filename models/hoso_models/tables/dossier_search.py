"""Terms by which dossiers are searched."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from hoso_models.tables.base import Record, index


class DossierSearch(Record, table=True):
    """The terms by which a dossier is searched.

    They are written when it is filed, rectified or moved to another unit; no step of its handling writes here.
    """

    __tablename__ = "dossier_search"
    __table_args__ = (
        index("ix_dossier_search_newest", "filed_at", "dossier_id"),
        # Written through: a list of what is pending would be read by every search.
        Index(
            "ix_dossier_search_terms",
            "units",
            "terms",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
    )

    dossier_id: UUID = Field(primary_key=True, foreign_key="dossier.id")
    filed_at: datetime
    #: Those that receive, handle and decide it, in this order.
    units: list[str] = Field(sa_type=ARRAY(Text))
    #: The words of the applicant's name, folded; behind them `procedure/` with the code of its procedure.
    terms: list[str] = Field(sa_type=ARRAY(Text))
