"""Versions of working calendars, by which dates were counted."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from hoso_models.tables.base import Record, document, surrogate


class CalendarVersion(Record, table=True):
    """One version of a calendar, with the documents it was compiled from.

    So every date can be counted again for ever.
    """

    __tablename__ = "calendar_version"
    __table_args__ = (UniqueConstraint("calendar", "version"),)

    id: UUID = surrogate()
    calendar: str
    version: str
    #: TOML text by calendar id: the calendar and its parents.
    documents: dict[str, Any] = document()
    as_of: date | None = None
    created_at: datetime
    created_by: UUID | None = Field(default=None, foreign_key="principal.id")
