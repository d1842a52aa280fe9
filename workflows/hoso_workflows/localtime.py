"""Local time of Vietnam: its zone, local dates, and local ISO 8601.

Dates of roles, competences and codes are local dates; instants are stored in UTC.
"""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def local_date(at: datetime) -> date:
    """The date in Vietnam at an instant."""
    return at.astimezone(ZONE).date()


def begins(day: date) -> datetime:
    """The first instant of a local day."""
    return datetime.combine(day, time(), ZONE)


def isoformat(instant: datetime | None) -> str | None:
    """ISO 8601 in Vietnam's local time, or None for None."""
    return None if instant is None else instant.astimezone(ZONE).isoformat()
