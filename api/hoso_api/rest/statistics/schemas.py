"""Answers of the public statistics."""

from pydantic import AwareDatetime

from hoso_api.http.fields import Answer


class ServedFigures(Answer):
    """Figures of a year."""

    online: int
    online_resolved: int
    online_on_time: int
    #: Percent of the results online in time, with one decimal; null without results.
    on_time: str | None
    received: int
    #: Ratings that are shown.
    ratings: int
    #: True where ratings are left out, because they are too few.
    few: bool
    #: Percent that is content with the whole, and with each part of it; null without ratings that are shown.
    satisfaction: str | None
    convenience: str | None
    timeliness: str | None
    attitude: str | None


class ServedLine(ServedFigures):
    """The figures of one procedure."""

    procedure: str
    procedure_name: str
    field: str


class PublicStatistics(Answer):
    """The statistics of services of a year, as they were counted at most an hour ago."""

    year: int
    counted_at: AwareDatetime
    #: Fewer ratings than these are not shown.
    fewest_ratings: int
    lines: list[ServedLine]
    total: ServedFigures
