"""Duty roster of a month on its page, and entering it."""

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from hoso_api.pages.desk import desks, queue
from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.pages.shared.visit import Visit
from hoso_api.translation.vietnamese import spoken
from hoso_workflows.organisation import duty_roster
from hoso_workflows.organisation.duty_roster import DutyDay, Entry, OnDuty
from hoso_workflows.organisation.permissions import table
from hoso_workflows.procedures import reference_data

ADDRESS = f"{queue.ADDRESS}/truc"
READ, ENTER = "get_duty_roster", "enter_duty_roster"
MONTH = "thang"
#: Fields of the form, as its page names them.
DAYS, MAIN, BACKUP = "ngay", "truc-chinh", "du-phong"
_DAY = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Month:
    """A month by its first day."""

    first: date

    @classmethod
    def of(cls, text: str, today: date) -> "Month":
        """The month in words as `2026-03`; today's for a text that is none."""
        written = _MONTH.fullmatch(text)
        return cls(date(int(written[1]), int(written[2]), 1) if written else today.replace(day=1))

    @property
    def last(self) -> date:
        """Its last day."""
        return self.first.replace(day=calendar.monthrange(self.first.year, self.first.month)[1])

    @property
    def before(self) -> "Month":
        """The month before."""
        return Month((self.first - timedelta(days=1)).replace(day=1))

    @property
    def after(self) -> "Month":
        """The month after."""
        return Month(self.last + timedelta(days=1))

    @property
    def word(self) -> str:
        """The month as an address says it."""
        return f"{self.first:%Y-%m}"

    @property
    def name(self) -> str:
        """The month as people write it."""
        return f"{self.first:%m/%Y}"


async def roster(visit: Visit, unit: str, month: Month) -> tuple[DutyDay, ...]:
    """The working days of a month with who is on duty. Raises CalendarEnds."""
    found = await reference_data.calendar_of(visit.service.reference_data, unit)
    return await duty_roster.roster(visit.service.db, found, unit, month.first, month.last, at=visit.at)


async def enter(visit: Visit, unit: str, entries: Sequence[Entry]) -> None:
    """Enter places on the roster, all or none. Raises what `duty_roster.enter` raises."""
    found = await reference_data.calendar_of(visit.service.reference_data, unit)
    await duty_roster.enter(visit.service.db, found, unit, entries, actor=visit.principal, at=visit.at)


def enters(visit: Visit, unit: str) -> bool:
    """True for a reader who may enter who is on duty in a unit."""
    return unit in table.units(ENTER, visit.rights)


def entered(form: Form) -> list[Entry]:
    """The places of a form: the ticked days, each with the same officers. Raises Stopped."""
    days = [_day(form, text) for text in form.texts(DAYS)]
    if not days:
        raise Stopped(form, [Fault(spoken("Đánh dấu ít nhất một ngày."), DAYS)])
    return duty_roster.places([(day, _person(form, MAIN), _person(form, BACKUP)) for day in days])


def _day(form: Form, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Stopped(form, [Fault(spoken("Đánh dấu ít nhất một ngày."), DAYS)]) from None


def _person(form: Form, field: str) -> UUID | None:
    text = form.text(field)
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Stopped(form, [Fault(spoken("Chọn một người của đơn vị."), field)]) from None


def written(text: str) -> str:
    """A sentence with its days as people write them."""
    return _DAY.sub(r"\3/\2/\1", text)


def copied(before: Sequence[DutyDay], now: Sequence[DutyDay], today: date) -> list[Entry]:
    """The places of a month as in the month before.

    A day is as that of the same weekday, counted from the beginning of its month.
    """
    known = {_place(each.day): each for each in before}
    taken = [
        (each.day, _id(known[_place(each.day)].main), _id(known[_place(each.day)].backup))
        for each in now
        if each.day >= today and _place(each.day) in known
    ]
    return [each for each in duty_roster.places(taken) if each.principal is not None]


def _id(officer: OnDuty | None) -> UUID | None:
    return officer.id if officer and officer.available else None


def _place(day: date) -> tuple[int, int]:
    """The weekday, and which of the month's it is."""
    return day.weekday(), (day.day - 1) // 7


def uncovered(days: Sequence[DutyDay], today: date) -> Iterator[date]:
    """Days to come on which nobody is on duty."""
    return (each.day for each in days if each.day >= today and not each.covered)


async def units(visit: Visit) -> dict[str, str]:
    """Names of the units whose roster the reader may read, by code."""
    return dict(await desks.readable(visit, READ))
