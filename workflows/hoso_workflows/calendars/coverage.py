"""Calendars in use that have no data for the next year."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from hoso_calendar.messages import say
from hoso_models.storage.database import Database
from hoso_workflows.procedures import damage

#: How long before a calendar ends somebody has to care: the notice of the days off of a year comes in December.
AHEAD = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Ending:
    """A calendar that units keep, and its last day; None where it has no text at all."""

    calendar: str
    until: date | None
    #: How many units keep it.
    kept: int
    #: True when nothing can be counted by it today.
    ended: bool

    @property
    def sentence(self) -> str:
        """The fault in words."""
        if self.until is None:
            return say(
                "{n} units keep the calendar {calendar}, which has no text",
                n=self.kept,
                calendar=self.calendar,
            )
        return say(
            "the calendar {calendar} of {n} units ends on {until}: terms that reach into {year} are refused",
            calendar=self.calendar,
            n=self.kept,
            until=self.until,
            year=self.until.year + 1,
        )


async def endings(db: Database, today: date, ahead: timedelta = AHEAD) -> list[Ending]:
    """The calendars in use that end within a time, by their ids. One that is damaged is none of them."""
    made = []
    for row in await db.rows(_KEPT):
        with suppress(damage.CalendarDamaged):
            made.append(
                (row, row.version and damage.calendar_of(row.calendar, row.version, row.documents).last)
            )
    return [
        Ending(row.calendar, until, row.kept, until is None or until < today)
        for row, until in made
        if until is None or until - today < ahead
    ]


_KEPT = """
select k.calendar, k.kept, c.version, v.documents
from (select calendar, count(*) as kept from unit group by calendar) k
left join calendar c on c.id = k.calendar left join calendar_version v on v.calendar = c.id and v.version = c.version
order by k.calendar
"""
