"""Bodies and answers about outages, their recipients and planned maintenance."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from hoso_api.http.fields import FIRST_DAY, LAST_DAY, Answer, Body, Instant, Key, Name, Text
from hoso_api.http.paging import NextPage

Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]


class OutageReport(Body):
    """A service that fails: what, where, since when."""

    unit: Key
    service: Name
    description: Text
    began_at: Instant
    noticed_at: Instant | None = None


class OutageNews(Body):
    """News of an outage, or that it is mended."""

    text: Text
    resolves: bool = False


class OutageAnnouncement(Body):
    """Words for anybody about an outage; empty ones take it back."""

    announcement: Text


class OutageAcknowledgement(Body):
    """The unit that says that it knows of an outage."""

    unit: Key


class OutageRecipientTold(Answer):
    """A recipient that was told of an outage."""

    unit: str
    unit_name: str
    role: str | None
    basis: str
    at: AwareDatetime
    people: int
    acknowledged_at: AwareDatetime | None
    acknowledged_by: str | None


class OutageUpdate(Answer):
    """News of an outage."""

    number: int
    at: AwareDatetime
    by: str
    text: str
    resolves: bool


class Outage(Answer):
    """An outage with its recipients and news."""

    id: UUID
    unit: str
    unit_name: str
    service: str
    description: str
    began_at: AwareDatetime
    noticed_at: AwareDatetime
    reported_at: AwareDatetime
    reported_by: str
    announcement: str | None
    resolved_at: AwareDatetime | None
    told: list[OutageRecipientTold]
    reached: int
    unacknowledged: bool
    updates: list[OutageUpdate]
    minutes_from_beginning: int
    minutes_from_noticing: int
    minutes_lasted: int | None


class Outages(Answer):
    """Outages, the newest first."""

    items: list[Outage]
    page: NextPage


class OutageRecipientEntry(Body):
    """A unit that is told of the outages of others."""

    scope: Key
    unit: Key
    role: Key | None = None
    basis: Name
    valid_from: Day
    valid_to: Day | None = None


class OutageRecipientEnd(Body):
    """The last day of a recipient."""

    last_day: Day


class OutageRecipient(Answer):
    """A recipient of outages."""

    id: UUID
    scope: str
    scope_name: str
    unit: str
    unit_name: str
    role: str | None
    basis: str
    valid_from: date
    valid_to: date | None


class OutageRecipients(Answer):
    """Recipients of outages, by the units whose outages they are told of."""

    items: list[OutageRecipient]


class MaintenancePlan(Body):
    """Planned maintenance of a service."""

    unit: Key
    service: Name
    announcement: Text
    starts_at: Instant
    ends_at: Instant
    urgency: Text = ""


class Maintenance(Answer):
    """Maintenance that was announced."""

    id: UUID
    unit: str
    unit_name: str
    service: str
    announcement: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    announced_at: AwareDatetime
    announced_by: str
    required_days: int
    given_days: int
    basis: str
    urgency: str | None
    told: int
    cancelled_at: AwareDatetime | None


class MaintenanceList(Answer):
    """Maintenance that is not over, the next one first."""

    items: list[Maintenance]


class Announcement(Answer):
    """An announcement of maintenance, or of an outage that lasts."""

    unit_name: str
    service: str
    announcement: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime | None


class Announcements(Answer):
    """Announcements for anybody, by their beginning."""

    items: list[Announcement]
