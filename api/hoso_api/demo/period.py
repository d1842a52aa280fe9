"""The simulated period, up to the last office day that is over. So nothing in it lies in the future."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

import hoso_calendar as wt
from hoso_calendar.messages import say

#: Working minutes before the end in which dossiers are filed over HTTP.
HTTP_MINUTES = 240
#: How far back an office day is looked for; no holiday is as long.
LOOK_BACK = 60


class NeverOpen(ValueError):
    """No office day that is over lies between the two days."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(say("no office day between {first} and {last} is over yet", first=first, last=last))
        self.first = first
        self.last = last


@dataclass(frozen=True, slots=True)
class Period:
    """From the midnight before `first` to a closing of offices."""

    first: date
    #: The end of the simulated commands; from then on dossiers are filed over HTTP.
    http_from: datetime
    #: The closing; nothing happens after it.
    end: datetime

    @classmethod
    def before(cls, now: datetime, first: date | None, last: date, cal: wt.WorkCalendar) -> Self:
        """The period up to the last office day that is over by `now`.

        That day is not after `last`. Without a `first` day the period is a month.
        Raises NeverOpen.
        """
        days = (last - timedelta(days=back) for back in range(LOOK_BACK))
        closings = (
            _closing(day, cal) for day in days if cal.is_working(day) and (first is None or first <= day)
        )
        end = next((closing for closing in closings if closing <= now), None)
        if end is None:
            raise NeverOpen(first or last - timedelta(days=LOOK_BACK), last)
        begin = end.date() - timedelta(days=30) if first is None else first
        return cls(begin, cal.add_minutes(end, -HTTP_MINUTES), end)

    @property
    def begin(self) -> datetime:
        """The midnight with which it begins."""
        return datetime.combine(self.first, time(), self.end.tzinfo)


def _closing(day: date, cal: wt.WorkCalendar) -> datetime:
    midnight = datetime.combine(day, time(), cal.zone)
    return midnight + timedelta(minutes=cal.slots(day)[-1].end)
