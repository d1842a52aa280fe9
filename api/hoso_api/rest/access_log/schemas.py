"""Answers about the access log."""

from datetime import date, datetime
from uuid import UUID

from hoso_api.http.fields import Answer
from hoso_api.http.paging import NextPage


class AccessLine(Answer):
    """One read or attempt."""

    id: int
    at: datetime
    principal: UUID | None
    name: str | None
    act: str
    subject: str | None
    granted: bool
    unit: str | None
    on_behalf_of: str | None
    fields: str | None
    reason: str | None
    led_by: str | None
    count: int | None
    digest: str | None
    credential: str | None
    address: str | None


class AccessPage(Answer):
    """A part of the access log."""

    items: list[AccessLine]
    page: NextPage


class LookedAt(Answer):
    """Reads of a dossier by the officers of one unit on one day for one reason."""

    day: date
    unit: str | None
    unit_name: str | None
    reason: str | None
    times: int


class Readers(Answer):
    """The reads of one's dossier, by day and unit."""

    items: list[LookedAt]
