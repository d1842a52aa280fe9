"""Hours of mails that wait for a digest, or for an office to open.

Working time is that of the unit that keeps the reader's record, for an applicant that of the desk that receives the dossier.
Where nobody knows it, the mail goes out at once: nothing is kept back for a calendar that is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import hoso_calendar as wt
from hoso_workflows import localtime

#: What somebody has to hear while it can still be done in time: of officers an apology before the term ends among it, of
#: applicants what asks something of them. Rungs of the ladder that an authority adds are urgent; the first ones of a step, at
#: reception and of owed reports are not, nor is a day of the roster that is further ahead.
URGENT = (
    *("escalation.", "reminder.", "duty.uncovered"),
    *("applicant.supplement_asked", "applicant.obligation_set", "applicant.fee_assessed"),
)
PATIENT = (
    *("escalation.step_due", "escalation.step_unclaimed", "escalation.reception_waits"),
    *("escalation.report_due", "escalation.report_late", "escalation.report_awaited"),
    *("escalation.report_late_agency", "escalation.report_late_coordinator", "duty.uncovered_ahead"),
)
#: Before topics that never wait: whose account it is has to hear of it now.
NEVER = "account."
#: Before topics of dossiers of one's own.
OWN = "applicant."
#: Local times from which and until which nobody is told; over midnight where the first is the later one.
Hours = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Holding:
    """Calendars and hours that decide how long mails wait."""

    #: By unit.
    calendars: Mapping[str, wt.WorkCalendar] = field(default_factory=dict)
    #: Local times from which and until which applicants are not told who have chosen no others; None for none.
    applicants: Hours | None = None


def held_until(row: Any, holding: Holding, at: datetime) -> datetime | None:
    """The instant until which a claimed message waits; None for now."""
    if row.topic.startswith(NEVER) or row.address is None:
        return None
    until = _working_until(row, row.topic, holding, at, digest=row.digest)
    if not row.topic.startswith(OWN):
        return until
    return _later(until, applicants_until(_hours(row, holding), at))


def gateway_until(row: Any, topic: str, holding: Holding, at: datetime) -> datetime | None:
    """The instant until which a gateway does not tell an applicant; None for now.

    `topic` is that of the mail about the same. Each message goes out by itself: there is no digest.
    """
    until = _working_until(row, topic, holding, at, digest=False)
    return _later(until, applicants_until(_hours(row, holding), at))


def _working_until(row: Any, topic: str, holding: Holding, at: datetime, *, digest: bool) -> datetime | None:
    """The opening for which a message waits by its reader's wish."""
    calendar = holding.calendars.get(row.unit_code or "")
    if calendar is None or (row.urgent_at_once and urgent(topic)):
        return None
    try:
        until = opening(row, calendar) if digest else _open(calendar, at) if row.quiet else at
    except wt.MissingCalendarData:
        return None
    return until if until > at else None


def _hours(row: Any, holding: Holding) -> Hours | None:
    """An applicant's own hours, else those of the installation."""
    return holding.applicants if row.quiet_from is None else (row.quiet_from, row.quiet_until)


def _later(*waits: datetime | None) -> datetime | None:
    return max((each for each in waits if each is not None), default=None)


def urgent(topic: str) -> bool:
    """True for what passes quiet hours where its reader wants it so."""
    return topic.startswith(URGENT) and topic not in PATIENT


def in_digest(row: Any, holding: Holding) -> bool:
    """True for a message that goes out with others."""
    at_once = row.urgent_at_once and urgent(row.topic)
    known = (row.unit_code or "") in holding.calendars
    aside = row.topic.startswith(NEVER)
    return bool(row.digest and row.address and known and not at_once and not aside)


def opening(row: Any, calendar: wt.WorkCalendar) -> datetime:
    """The first opening of a working day after a message was written.

    At that its digest goes out.
    """
    local = calendar.local(row.created_at)
    day: date = local.date()
    minute, slots = local.hour * 60 + local.minute, calendar.slots(day)
    if not slots or minute >= slots[0][0]:
        day = calendar.next_working(day + timedelta(days=1))
    return _instant(day, calendar.slots(day)[0][0])


def applicants_until(hours: Hours | None, at: datetime) -> datetime | None:
    """The end of the quiet hours of applicants, None outside of them.

    Nothing lies within two times that are the same.
    """
    if hours is None:
        return None
    begin, end = hours
    local = at.astimezone(localtime.ZONE)
    now = local.time()
    over_midnight = begin > end
    if not (now >= begin or now < end if over_midnight else begin <= now < end):
        return None
    day = local.date() + timedelta(days=1 if over_midnight and now >= begin else 0)
    return datetime.combine(day, end, localtime.ZONE)


def _open(calendar: wt.WorkCalendar, at: datetime) -> datetime:
    """The instant itself in working time, else the next opening."""
    local = calendar.local(at)
    day: date = local.date()
    minute = local.hour * 60 + local.minute
    for begin, end in calendar.slots(day):
        if minute < end:
            return max(at, _instant(day, begin))
    day = calendar.next_working(day + timedelta(days=1))
    return _instant(day, calendar.slots(day)[0][0])


def _instant(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), localtime.ZONE)
