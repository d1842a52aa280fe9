"""Ratings of dossiers by their applicants."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from hoso_models.tables.base import Record, described, enum_field, index, one_of


@described("How content somebody is.")
class Satisfaction(StrEnum):
    """Levels of a rating."""

    #: Rất hài lòng.
    VERY_SATISFIED = "very_satisfied"
    #: Hài lòng.
    SATISFIED = "satisfied"
    #: Chưa hài lòng.
    UNSATISFIED = "unsatisfied"


#: How long a rating is changed after it was first given.
CHANGEABLE = timedelta(days=7)
#: What is rated, each by a level.
RATED = ("overall", "convenience", "timeliness", "attitude")


class Rating(Record, table=True):
    """The rating of a dossier that has a result. It is changed for some days, and nobody reads whose it is."""

    __tablename__ = "rating"
    __table_args__ = (
        *(one_of(each, Satisfaction) for each in RATED),
        index("ix_rating_given_at", "given_at"),
    )

    dossier_id: UUID = Field(primary_key=True, foreign_key="dossier.id")
    overall: Satisfaction = enum_field(Satisfaction)
    convenience: Satisfaction = enum_field(Satisfaction)
    timeliness: Satisfaction = enum_field(Satisfaction)
    attitude: Satisfaction = enum_field(Satisfaction)
    #: In the applicant's own words; erased with the dossier.
    comment: str | None = None
    given_at: datetime
    #: When it was last changed; null where it stands as it was given.
    changed_at: datetime | None = None
    given_by: UUID = Field(foreign_key="principal.id")
