"""Calendars that get a new version by a revision, and units that keep another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import hoso_calendar as wt
from hoso_calendar.messages import say
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors
from hoso_workflows.calendars import findings, register
from hoso_workflows.calendars.findings import Severity
from hoso_workflows.calendars.refusals import CalendarRefused
from hoso_workflows.calendars.revisions import Revision
from hoso_workflows.clock.clock import Clock
from hoso_workflows.lifecycle.decision import named
from hoso_workflows.organisation import calendar_texts
from hoso_workflows.procedures import damage

#: The version of a calendar before and after; the calendar of a unit before and after.
Pair = tuple[str | None, str]


@dataclass(frozen=True, slots=True)
class Counted:
    """The calendars by which a dossier is counted. None for a term that does not run."""

    term: wt.WorkCalendar | None
    reception: wt.WorkCalendar | None
    #: Of the open steps, by task.
    steps: Mapping[UUID, wt.WorkCalendar]

    @classmethod
    def by(cls, clock: Clock) -> Counted:
        """Those of a clock."""
        term, reception = clock.count, clock.receiving
        return cls(
            term=term.calendar if term and not clock.ended else None,
            reception=reception.calendar if reception and not term else None,
            steps={task: step.calendar for task, step in clock.steps.items()},
        )

    def calendars(self) -> Iterator[wt.WorkCalendar]:
        """Each of them, as often as it counts."""
        yield from (each for each in (self.term, self.reception) if each)
        yield from self.steps.values()


@dataclass(frozen=True, slots=True)
class Change:
    """Every calendar and unit that counts otherwise after a revision."""

    #: The revision, as the events name it.
    name: str
    basis: str
    #: The new versions of the calendar and of all that extend it.
    calendars: Mapping[str, wt.WorkCalendar]
    #: Texts of a new version and its parents, by calendar.
    documents: Mapping[str, Mapping[str, str]]
    #: The calendar that a unit keeps from now on, and the id of the one before.
    units: Mapping[str, tuple[str, wt.WorkCalendar]]
    versions: Mapping[str, Pair]

    @property
    def base(self) -> dict[str, Any]:
        """Everything that a preview relies on; JSON-safe."""
        units = {unit: [before, after.id] for unit, (before, after) in self.units.items()}
        return {"versions": {name: list(pair) for name, pair in self.versions.items()}, "units": units}

    def payloads(self, counted: Counted, units: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """Payloads of the events by which a dossier goes on after the change.

        `units` are those that play `receiving` and `handling`, and those of its open tasks by the tasks' ids.
        """
        for calendar in self.calendars.values():
            if any(_outdates(calendar, each) for each in counted.calendars()):
                yield self._payload(calendar)
        for calendar in {after.id: after for _, after in self.units.values()}.values():
            counts = self._counts(calendar, counted, units)
            if counts["term"] or counts["reception"] or counts["tasks"]:
                yield {**self._payload(calendar), "counts": counts}

    def _payload(self, calendar: wt.WorkCalendar) -> dict[str, Any]:
        return {"calendar": named(calendar), "revision": self.name, "basis": self.basis}

    def _counts(
        self, calendar: wt.WorkCalendar, counted: Counted, units: Mapping[str, str]
    ) -> dict[str, Any]:
        """The counts of the units that keep the calendar from now on."""

        def concerned(unit: str, by: wt.WorkCalendar | None) -> bool:
            before, after = self.units.get(unit, ("", None))
            return after is not None and after.id == calendar.id and by is not None and by.id == before

        tasks = [str(task) for task, by in counted.steps.items() if concerned(units.get(str(task), ""), by)]
        return {
            "term": concerned(units["handling"], counted.term),
            "reception": concerned(units["receiving"], counted.reception),
            "tasks": tasks,
        }


def _outdates(calendar: wt.WorkCalendar, counted: wt.WorkCalendar) -> bool:
    return calendar.id == counted.id and calendar.version != counted.version


async def of(asked: Database | Transaction, revision: Revision, today: date) -> Change:
    """The change that a revision would be now. Raises CalendarRefused for a text with errors."""
    found = await calendar_texts.texts(asked)
    after, concerned = dict(found), []
    if revision.document is not None:
        document = revision.document.encode()
        _refuse(found, revision.calendar, document, today)
        after[revision.calendar] = document
        concerned = [revision.calendar, *register.children(after, revision.calendar)]
    elif revision.calendar not in found:
        raise CalendarRefused.of("document", say("it has no text yet"), revision.calendar)
    stored = {row.id: row.version for row in await asked.rows("select id, version from calendar")}
    compiled = {name: wt.compile(after, name) for name in concerned if name in stored}
    changed = {name: cal for name, cal in compiled.items() if cal.version != stored[name]}
    kept = wt.compile(after, revision.calendar)
    return Change(
        name=f"{revision.calendar}/{revision.number}",
        basis=revision.basis,
        calendars=changed,
        documents={name: register.lineage(after, name) for name in changed},
        units={unit: (before, kept) for unit, before in await _units(asked, revision)},
        versions={name: (stored[name], cal.version) for name, cal in changed.items()},
    )


def _refuse(found: register.Texts, calendar: str, document: bytes, today: date) -> None:
    faults = [
        wt.Problem(each.calendar, each.place, each.line, each.message)
        for each in findings.find(found, calendar, document, today)
        if each.severity is Severity.ERROR
    ]
    if faults:
        raise CalendarRefused(faults)


async def _units(asked: Database | Transaction, revision: Revision) -> list[tuple[str, str]]:
    """The units that are to keep the calendar, with the one that they keep.

    Those of the draft, and those that were entered below them since and keep the calendar of the one above.
    """
    rows = await asked.rows(_UNITS, [list(revision.units), revision.entered_at])
    if missing := set(revision.units) - {row.code for row in rows}:
        raise errors.NotFound("unit", min(missing))
    return [(row.code, row.calendar) for row in rows if row.calendar != revision.calendar]


async def concerned_units(asked: Database | Transaction, change: Change) -> list[str]:
    """The units whose dossiers may be counted otherwise."""
    sql = "select code from unit where calendar = any($1::text[]) order by code"
    rows = await asked.rows(sql, [list(change.calendars)])
    return sorted({row.code for row in rows} | set(change.units))


async def begun(asked: Database | Transaction, revision: Revision) -> Change:
    """The change of a revision that is being applied, from its stored versions."""
    base: Mapping[str, Any] = revision.base or {"versions": {}, "units": {}}
    calendars = {
        name: await damage.stored_calendar(asked, name, pair[1]) for name, pair in base["versions"].items()
    }
    kept = [name for _, name in base["units"].values()]
    current = {row.id: row.version for row in await asked.rows("select id, version from calendar")}
    after = {
        name: calendars.get(name) or await damage.stored_calendar(asked, name, current[name]) for name in kept
    }
    return Change(
        name=f"{revision.calendar}/{revision.number}",
        basis=revision.basis,
        calendars=calendars,
        documents={},
        units={unit: (before, after[name]) for unit, (before, name) in base["units"].items()},
        versions={name: (pair[0], pair[1]) for name, pair in base["versions"].items()},
    )


#: $1 units, $2 since when a unit below them was entered that follows.
_UNITS = """
with recursive kept as (
  select code, calendar from unit where code = any($1::text[])
  union
  select u.code, u.calendar from unit u join kept k on u.parent_code = k.code and u.calendar = k.calendar
  where exists (select from administration_event e where e.subject = u.code and e.kind = 'unit_entered' and e.at >= $2)
)
select code, calendar from kept order by code
"""
