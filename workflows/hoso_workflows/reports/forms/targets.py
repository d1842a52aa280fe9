"""Share of dossiers filed online in a year, against the target of that year.

Targets come from the yearly plan of administrative reform: each is entered with its basis, and the newest one of a unit and year
holds. A unit without one has that of the nearest unit above it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import administration, permissions
from hoso_workflows.organisation.permissions import ASSIGNERS, COORDINATOR, table
from hoso_workflows.reports.forms.accounting import Line, Scope, account
from hoso_workflows.vocabulary import either

SET = "set_online_target"


@dataclass(frozen=True, slots=True)
class Target:
    """The least share of dossiers that a unit should get online in a year."""

    unit: str
    year: int
    #: From 0 to 100.
    percent: int
    basis: str
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class OnlineShare:
    """Dossiers that a unit accepted in a year, with those filed online."""

    unit: str
    unit_name: str
    online: int
    received: int
    #: None where nobody has set one.
    target: Target | None

    @property
    def share(self) -> str:
        """Percent with one decimal, rounded down; empty where nothing was received."""
        if not self.received:
            return ""
        tenths = 1000 * self.online // self.received
        return f"{tenths // 10},{tenths % 10}"

    @property
    def met(self) -> bool | None:
        """True where the target is reached; None where there is none, or nothing was received."""
        if self.target is None or not self.received:
            return None
        return 100 * self.online >= self.target.percent * self.received


async def enter(
    db: Database,
    unit: str,
    year: int,
    percent: int,
    basis: str,
    *,
    actor: UUID,
    at: datetime,
    operator: UUID | None = None,
) -> Target:
    """Set the target of a unit for a year. The newest one holds; earlier ones stay to be read.

    Raises Forbidden, NotFound, FormRefused.
    """
    _sensible(year, percent, basis)
    await permissions.existing_unit(db, unit)
    async with db.transaction() as tx:
        rights = await permissions.held(tx, actor, at)
        if unit not in table.units(SET, rights.own() if operator else rights):
            needed = either((ASSIGNERS[0], COORDINATOR))
            raise errors.Forbidden(actor, table.ACTS[SET].says, needed, unit)
        author = Actor(operator or actor, actor if operator else None)
        await tx.rows(_ENTER, [unit, year, percent, basis.strip(), author.principal, at])
        said = {"year": year, "percent": percent, "basis": basis.strip()}
        await administration.record_of(tx, unit, "online_target_set", unit, author, at, **said)
    return Target(unit, year, percent, basis.strip(), at)


def _sensible(year: int, percent: int, basis: str) -> None:
    faults = []
    if not 2000 <= year <= 2999:
        faults.append(errors.Fault("year", say("name a year with four digits")))
    if not 0 <= percent <= 100:
        faults.append(errors.Fault("percent", say("name a percentage between 0 and 100")))
    if not basis.strip():
        faults.append(errors.Fault("basis", say("name the decision or the plan that sets it")))
    if faults:
        raise errors.FormRefused(faults)


async def shares(
    db: Database | Transaction, unit: str | None, day: date, *, at: datetime
) -> tuple[OnlineShare, ...]:
    """The shares of handling units from 1 January to `day`, each against its target."""
    begin = day.replace(month=1, day=1)
    lines = await account(db, Scope(begin, day, unit), at=at)
    return await of_lines(db, lines, day.year, at=at)


async def of_lines(
    db: Database | Transaction, lines: tuple[Line, ...], year: int, *, at: datetime
) -> tuple[OnlineShare, ...]:
    """The shares of the units in these lines. Targets are those known at the instant."""
    units = dict.fromkeys(each.unit for each in lines)
    rows = {row.asked: row for row in await db.rows(_TARGETS, [list(units), year, at])}
    return tuple(_share([each for each in lines if each.unit == unit], rows.get(unit)) for unit in units)


def _share(lines: list[Line], row: Any) -> OnlineShare:
    target = Target(row.unit, row.year, row.percent, row.basis, row.entered_at) if row else None
    online, new = sum(each.online for each in lines), sum(each.new for each in lines)
    return OnlineShare(lines[0].unit, lines[0].unit_name, online, new, target)


_ENTER = """
insert into online_target (unit_code, year, percent, basis, entered_by, entered_at) values ($1, $2, $3, $4, $5, $6)
"""
#: $1 units, $2 year, $3 instant: of each unit the target of the nearest one upwards that has one.
_TARGETS = """
with recursive up (asked, code, parent, height) as (
  select u.code, u.code, u.parent_code, 0 from unit u where u.code = any($1::text[])
  union
  select up.asked, u.code, u.parent_code, up.height + 1 from up join unit u on u.code = up.parent
)
select distinct on (up.asked) up.asked, t.unit_code as unit, t.year, t.percent, t.basis, t.entered_at
from up join online_target t on t.unit_code = up.code and t.year = $2 and t.entered_at <= $3
order by up.asked, up.height, t.entered_at desc
"""
