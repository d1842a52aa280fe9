"""Assignment of tasks that an act has opened, by rule.

A step that opens again goes to who completed it before; else, where its unit has chosen so, to who has the fewest open tasks.
Who is absent that day gets nothing.
Reception's own step is never assigned by rule: whoever stands at the desk takes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.dossiers.resolution import sql
from hoso_workflows.events import Event, Kind
from hoso_workflows.lifecycle.state import State
from hoso_workflows.organisation.permissions import Rights
from hoso_workflows.procedures.reference_data import ReferenceData


@dataclass(frozen=True, slots=True)
class Assigned:
    """Events of assignments, and the rights by which they hold."""

    events: tuple[Event, ...] = ()
    #: Who got a task, with the rights that the save compares.
    others: tuple[tuple[UUID, Any], ...] = ()


_NONE = Assigned()


@dataclass(frozen=True, slots=True)
class Assigner:
    """The rules of assignment over a database."""

    db: Database
    reference_data: ReferenceData

    async def assigned(self, before: State, decided: Sequence[Event], at: datetime) -> Assigned:
        """The assignments of the tasks that a decision has opened.

        The loads are read before the save and not compared by it: two acts at once may give to the same officer. Rights are.
        """
        opened = [
            event
            for event in decided
            if event.kind is Kind.TASK_OPENED and event.payload.get("milestone") != "accept"
        ]
        if not opened:
            return _NONE
        by_load = await self.reference_data.units_by_load()
        events: list[Event] = []
        others: dict[UUID, Any] = {}
        for event in opened:
            barred = _barred(before, decided, event)
            found = await self._former(before, event, barred, at)
            back = _came_back(before, decided, event) if found else None
            if found is None and event.payload["unit"] in by_load:
                found = await self._least_loaded(event, barred, list(others), at)
            if found is not None:
                others[found[0]] = found[1]
                events.append(_claimed(event, found[0], back))
        return Assigned(tuple(events), tuple(others.items()))

    async def _former(
        self, before: State, event: Event, barred: frozenset[UUID], at: datetime
    ) -> tuple[UUID, Any] | None:
        """The officer who completed the step before, if they may and are there."""
        payload = event.payload
        former = before.completed_by.get(payload["element"])
        if former is None or former in barred:
            return None
        day = localtime.local_date(at)
        row = await self.db.row(sql.RIGHTS, [former, day, at])
        if row is None or row.rights is None:
            return None
        if await self.db.row(sql.ABSENCE, [former, payload["unit"], payload["role"], day, at]):
            return None
        plays = Rights.of(former, row.rights).own().find(payload["unit"], payload["role"])
        return (former, row.rights) if plays and payload["role"] else None

    async def _least_loaded(
        self, event: Event, barred: frozenset[UUID], given: list[UUID], at: datetime
    ) -> tuple[UUID, Any] | None:
        payload = event.payload
        asked = [payload["unit"], payload["role"], localtime.local_date(at), at, list(barred), given]
        row = await self.db.row(sql.LEAST_LOADED, asked)
        return (row.id, row.rights) if row else None


def _claimed(opened: Event, assignee: UUID, back: Mapping[str, str | None] | None) -> Event:
    payload = {"task": opened.payload["task"], "assignee": str(assignee)}
    return replace(
        opened,
        kind=Kind.TASK_CLAIMED,
        payload=payload if back is None else {**payload, "came_back": back},
        automatic=True,
    )


def _came_back(before: State, decided: Sequence[Event], opened: Event) -> dict[str, str | None] | None:
    """Step that sends a task back to its former officer, with its outcome.

    None where nobody else has acted between: the next turn of a step that repeats itself is no return.
    """
    for event in decided:
        payload = event.payload
        if event.kind is not Kind.TASK_CLOSED or payload["by"] != "completed":
            continue
        element, former = opened.payload["element"], before.completed_by.get(opened.payload["element"])
        if payload["element"] != element and former not in {event.actor, event.on_behalf_of}:
            sender = before.tasks[UUID(payload["task"])].name
            return {"step": opened.payload["name"], "sender": sender, "outcome": payload["outcome"]}
    return None


def _barred(before: State, decided: Sequence[Event], opened: Event) -> frozenset[UUID]:
    """People who may not sign, where the policy wants four eyes."""
    loaded = before.loaded
    four_eyes = loaded is not None and loaded.case.policy_text.get("four_eyes") is True
    if not four_eyes or opened.payload.get("milestone") != "result":
        return frozenset()
    preparing = (
        person
        for event in decided
        if event.kind is Kind.TASK_CLOSED and event.payload["by"] == "completed"
        for person in (event.actor, event.on_behalf_of)
        if person is not None
    )
    return before.preparers.union(preparing)
