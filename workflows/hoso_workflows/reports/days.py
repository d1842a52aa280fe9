"""Daily figures of a unit: dossiers accepted, resolved and open."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.reports.forms import accounting
from hoso_workflows.reports.forms.accounting import Accounted, Scope

#: The most days that are shown at once.
MOST = 31
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a unit with those below it."""

    day: date
    #: Accepted on it, and those of them filed online.
    received: int
    online: int
    #: Those whose result became ready on it, and the late ones among them.
    resolved: int
    late: int
    #: Open at its end, or now for the day that runs; and those of them over their limit.
    open: int
    overdue: int


async def of_unit(db: Database, unit: str, last: date, number: int, *, at: datetime) -> tuple[Day, ...]:
    """The days up to `last`, which has begun by `at`; at most `MOST`. Each is counted as the forms are. Raises BadPeriod."""
    days = [last - _DAY * back for back in range(min(number, MOST) - 1, -1, -1)]
    return tuple([await _counted(db, unit, day, at) for day in days if _begun(day, at)])


def _begun(day: date, at: datetime) -> bool:
    return datetime.combine(day, time(), localtime.ZONE) <= at


async def _counted(db: Database, unit: str, day: date, at: datetime) -> Day:
    found = Accounted.sum(await accounting.account(db, Scope(day, day, unit), at=at))
    return Day(day, found.new, found.online, found.resolved, found.late, found.open, found.open_overdue)
