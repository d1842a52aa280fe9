"""Days on which a unit and those below it do not work, at once.

The days go into the calendars that these units keep. A calendar that others keep as well, or that belongs to a unit above, stays as it
is: the units get a child of it instead, which belongs to the unit.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import hoso_calendar as wt
from hoso_calendar.declarations.parser import SCHEMA
from hoso_calendar.messages import say
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors
from hoso_workflows.calendars import documents, register, revisions, rights
from hoso_workflows.calendars.revisions import Entry, Revision
from hoso_workflows.organisation import calendar_texts
from hoso_workflows.organisation.permissions.procedure_rights import Acting


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which nobody works, both included, with the decision that orders it."""

    unit: str
    first: date
    last: date
    name: str
    basis: str
    announced: date | None = None
    #: For the units below as well.
    below: bool = True

    @property
    def row(self) -> dict[str, Any]:
        """The row of a declaration."""
        days = {"date": self.first} if self.first == self.last else {"from": self.first, "to": self.last}
        announced = {"announced": self.announced} if self.announced else {}
        return {**days, "name": self.name, "basis": self.basis, **announced}


@dataclass(frozen=True, slots=True)
class Touched:
    """A calendar that a closure would write, and who keeps it then."""

    calendar: str
    #: The calendar that these units keep today; the same where it is written itself.
    present: str
    units: tuple[str, ...]


async def touched(db: Database, unit: str, *, below: bool) -> list[Touched]:
    """The calendars of which a closure of a unit makes drafts. Raises NotFound for an unknown unit."""
    rows = await db.rows(_KEPT, [unit, below])
    if not rows:
        raise errors.NotFound("unit", unit)
    return [
        Touched(row.calendar if row.theirs else _name(unit, row), row.calendar, tuple(row.units))
        for row in rows
    ]


async def enter(
    db: Database, closure: Closure, *, actor: UUID, at: datetime, operator: UUID | None = None
) -> list[Revision]:
    """Draft the closure of all units, one draft for each calendar, or none.

    Raises Forbidden, NotFound for an unknown unit, FormRefused for days that end before they begin.
    """
    if closure.last < closure.first:
        raise errors.FormRefused([errors.Fault("to", say("lies before the first day"))])
    rows = await db.rows(_KEPT, [closure.unit, closure.below])
    if not rows:
        raise errors.NotFound("unit", closure.unit)
    who: dict[str, Any] = {"actor": actor, "at": at, "operator": operator}
    async with rights.acting(db, rights.CLOSING, closure.unit, [closure.unit], **who) as (tx, _):
        found = await calendar_texts.texts(tx)
        drafts = []
        for row in rows:
            over = await _over(tx, closure, row)
            acting = await rights.entitled(tx, rights.CLOSING, over, **who)
            drafts.append(await _draft(tx, acting, closure, row, found, at))
        return drafts


async def _over(tx: Transaction, closure: Closure, row: Any) -> tuple[str | None, ...]:
    """The unit whose calendar is written, and those that are to keep it."""
    if row.theirs:
        return (row.unit_code,)
    there = await tx.rows("select unit_code from calendar where id = $1", [_name(closure.unit, row)])
    return (there[0].unit_code if there else closure.unit, *row.units)


async def _draft(
    tx: Transaction, acting: Acting, closure: Closure, row: Any, found: register.Texts, at: datetime
) -> Revision:
    if row.calendar not in found:
        raise errors.NotFound("calendar", row.calendar)
    if row.theirs:
        entry = _own(closure, row, found)
        return await revisions.entered(tx, acting, row.calendar, entry, at=at, act=rights.CLOSING)
    calendar, entry = _name(closure.unit, row), _child(closure, row, found)
    name = _named(found, row.calendar, closure.unit)
    # One of an earlier closure goes on from the text that it has.
    await register.created(tx, acting, calendar, name, closure.unit, at=at, act=rights.CLOSING)
    return await revisions.entered(tx, acting, calendar, entry, at=at, act=rights.CLOSING)


def _own(closure: Closure, row: Any, found: register.Texts) -> Entry:
    return Entry(documents.with_closure(found[row.calendar], closure.row), closure.basis)


def _child(closure: Closure, row: Any, found: register.Texts) -> Entry:
    calendar = _name(closure.unit, row)
    present = found.get(calendar)
    document = (
        documents.with_closure(present, closure.row)
        if present
        else documents.written(
            {
                "schema": SCHEMA,
                "id": calendar,
                "name": _named(found, row.calendar, closure.unit),
                "extends": row.calendar,
                "closure": [closure.row],
            }
        )
    )
    return Entry(document, closure.basis, tuple(row.units))


def _named(found: register.Texts, calendar: str, unit: str) -> str:
    """Name of a unit's child of a calendar."""
    return f"{wt.compile(found, calendar).name} – {unit}"


def _name(unit: str, row: Any) -> str:
    word = re.sub(r"[^a-z0-9]+", "-", unit.lower()).strip("-")
    return f"{row.calendar}-{word}"[:60].rstrip("-")


#: $1 unit, $2 with those below: the calendars that these units keep, the units, and whether nobody else keeps it.
_KEPT = """
with theirs as (
  select code, calendar from unit where code = $1 or $2::boolean and code = any(units_below($1))
)
select t.calendar, c.unit_code, array_agg(t.code order by t.code) as units,
  not exists (select from unit u where u.calendar = t.calendar and u.code not in (select code from theirs)) as theirs
from theirs t join calendar c on c.id = t.calendar
group by t.calendar, c.unit_code order by t.calendar
"""
