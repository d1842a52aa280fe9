"""Replacement of a unit in a dossier: closed, merged or moved units have successors.

Code, dates, appointments, letters and history stay as they are. Whatever is counted anew later, a restarted term for example, is
counted in the calendar of the new unit; later letters have numbers of its books.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models import DossierStatus as Status
from hoso_workflows import errors
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.decision import Decision, calendar_of, named
from hoso_workflows.lifecycle.state import State

#: Where something is left to be done.
_OPEN = (
    Status.FILED,
    Status.AWAITING_SUPPLEMENT_BEFORE,
    Status.IN_PROCESS,
    Status.AWAITING_SUPPLEMENT,
    Status.SUSPENDED,
    Status.FINANCIAL_OBLIGATION,
    Status.RESULT_READY,
)


def replace_unit(act: Decision, command: commands.ReplaceUnit) -> Iterator[Event]:
    """Put a unit in the place of another.

    Nothing happens in a dossier that does not concern that one. Raises `FormRefused`, `UnitUnknown`, and `WrongStatus` for a dossier that is closed.
    """
    _sensible(command)
    if act.run.finished:
        raise errors.WrongStatus(commands.WORDS[commands.ReplaceUnit], act.state.status, _OPEN)
    state, old, new = act.state, command.old, command.new
    parts = [part for part, unit in state.units.items() if unit == old]
    tasks = [task for task, found in state.tasks.items() if found.unit == old]
    incidents = [identity for identity, found in state.incidents.items() if found.unit == old]
    asked = [identity for identity, found in state.consultations.items() if found.unit == old]
    if not (parts or tasks or incidents or asked or _ahead(act, old)):
        return
    yield act.tell(
        Kind.UNIT_REPLACED,
        **{"from": old, "to": new},
        basis=command.basis.strip(),
        units=dict.fromkeys(parts, new),
        tasks=[{"task": str(task), "unit": new} for task in tasks],
        incidents=[{"id": identity, "unit": new} for identity in incidents],
        consultations=[{"id": str(identity), "unit": new} for identity in asked],
        calendar=act.calendar(new),
    )
    for task in _given_up(state, tasks, command.officers):
        yield act.tell(Kind.TASK_UNCLAIMED, task=str(task))


def moved(act: Decision, places: Mapping[str, str], basis: str) -> Iterator[Event]:
    """Let other units play parts of a dossier at reception; open tasks go along.

    `places`: the new unit of each part. Raises `UnitUnknown` for one without a calendar.
    """
    pairs: dict[tuple[str, str], list[str]] = {}
    for part, new in places.items():
        if (old := act.state.units[part]) != new:
            pairs.setdefault((old, new), []).append(part)
    for (old, new), parts in pairs.items():
        tasks = act.state.tasks.items() if "receiving" in parts else ()
        open_tasks = [task for task, found in tasks if found.unit == old]
        yield act.tell(
            Kind.UNIT_REPLACED,
            **{"from": old, "to": new},
            transfer=True,
            basis=basis,
            units=dict.fromkeys(parts, new),
            tasks=[{"task": str(task), "unit": new} for task in open_tasks],
            incidents=[],
            calendar=named(calendar_of(act.state.calendars, new)),
        )
        for task in open_tasks:
            if act.state.tasks[task].assignee:
                yield act.tell(Kind.TASK_UNCLAIMED, task=str(task))


def _sensible(command: commands.ReplaceUnit) -> None:
    faults = []
    if not command.basis.strip():
        faults.append(errors.Fault("basis", say("is missing")))
    if command.old == command.new:
        faults.append(errors.Fault("successor", say("{unit} cannot succeed itself", unit=command.old)))
    if faults:
        raise errors.FormRefused(faults)


def _ahead(act: Decision, old: str) -> bool:
    """True if a later step may be the unit's by its code."""
    replaced = act.state.replaced
    named = {lane.unit for lane in act.loaded.specification.lanes.values()}
    if "item" in named and old not in replaced:
        return True
    return old in {replaced.get(unit or "", unit) for unit in named}


def _given_up(state: State, tasks: list[UUID], officers: frozenset[tuple[UUID, str]]) -> Iterator[UUID]:
    """Tasks of assignees or owners without the task's role in the new unit."""
    for task in tasks:
        found = state.tasks[task]
        hands = {found.assignee, found.owner} - {None}
        if any((officer, found.role or "") not in officers for officer in hands):
            yield task
