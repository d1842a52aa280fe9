"""Dossiers walked through real procedures in memory: commands in, events and states out, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import hoso_bpmn
import hoso_calendar as wt
from hoso_bpmn.package import package
from hoso_workflows.clock.clock import Clock
from hoso_workflows.events import Event
from hoso_workflows.lifecycle import transitions
from hoso_workflows.lifecycle.commands import Accept, Actor, Command, Complete, Reopen, Result
from hoso_workflows.lifecycle.drafts import Codes, Number, Series
from hoso_workflows.lifecycle.transitions import OpenTask, State
from support.builders.histories import local

#: Công chức 1 · Trung tâm Phục vụ hành chính công
DESK = Actor(UUID(int=1))
#: Chuyên viên 1 · Sở Tư pháp
OFFICER = Actor(UUID(int=2))
UNITS = {"receiving": "H27.1", "handling": "H27.2", "deciding": "H27.3"}
CALENDARS = dict.fromkeys(UNITS.values(), wt.load("ha-tinh"))
CODE = "000.00.16.H27-260302-0001"


def loaded(code: str = "1.014464", **policy: object) -> hoso_bpmn.Loaded:
    """A bundled procedure, with other switches in its policy if given."""
    found = hoso_bpmn.load(package.bundled(code))
    policies = {**found.case.policy_text, **policy}
    return replace(found, case=found.case.model_copy(update={"policy_text": policies}))


def numbered(series: Series) -> Number:
    """The first code of that day, and the first letter of each book."""
    return CODE if isinstance(series, Codes) else 1


class Walk:
    """One dossier: what happened to it, where it stands, and the engine behind it."""

    def __init__(
        self,
        case: hoso_bpmn.Loaded | None = None,
        at: str = "2026-03-02 08:00",
        variables: Mapping[str, Any] | None = None,
        **filing: Any,
    ) -> None:
        self.loaded = case or loaded()
        papers = tuple(part.code for part in self.loaded.case.components if part.required)
        given: dict[str, Any] = {
            "units": UNITS,
            "calendars": CALENDARS,
            "channel": "desk",
            "components": papers,
            **filing,
        }
        filed = transitions.Filing(
            reference="r-1",
            loaded=self.loaded,
            version=1,
            applicant=UUID(int=9),
            form_sha256="0" * 64,
            variables=variables or {},
            **given,
        )
        self.events, self.run = transitions.file(filed, local(at), DESK)
        self.calendars = given["calendars"]

    @property
    def state(self) -> State:
        """Folded from the whole history, with an engine that is resumed from its bytes, as a server does."""
        lanes = transitions.calendar_of_lane(self.loaded, UNITS, self.calendars)
        run = hoso_bpmn.resume(self.loaded.specification, self.run.dump(), calendar=lanes)
        kept = {(each.id, each.version): each for each in self.calendars.values()}
        return replace(
            transitions.fold(self.events),
            run=run,
            loaded=self.loaded,
            calendars=self.calendars,
            clock=Clock(kept).after(self.events),
        )

    def does(
        self, command: Command, at: str | datetime = "2026-03-02 09:00", actor: Actor = OFFICER
    ) -> list[Event]:
        """The events of one command; state and engine move on together, or neither."""
        state = self.state
        at = local(at) if isinstance(at, str) else at
        if isinstance(command, Reopen):
            state = transitions.begun_anew(state, at, {})
        events = transitions.decide(state, command, at, actor, numbered)
        assert state.run is not None
        self.events, self.run = (*self.events, *events), state.run
        return list(events)

    def accept(self, at: str = "2026-03-02 09:00") -> list[Event]:
        return self.does(Accept(self.task[0]), at, DESK)

    def complete(
        self, at: str | datetime = "2026-03-02 10:00", outcome: str | None = None, **said: Any
    ) -> list[Event]:
        """Complete the only open task; what it decides is granted unless something else is said."""
        task, found = self.task
        if found.milestone == "result" and outcome is None:
            said = {"result": Result.GRANTED, **said}
        return self.does(Complete(task, outcome, **said), at)

    @property
    def task(self) -> tuple[UUID, OpenTask]:
        """The only open task."""
        ((task, found),) = transitions.fold(self.events).tasks.items()
        return task, found
