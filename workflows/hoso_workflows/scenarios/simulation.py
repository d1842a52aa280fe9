"""Simulation of one dossier in memory, command by command, as in the service.

Timers fire at the instant at which they are due, whatever is done next; the engine is dumped and resumed for each act.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID, uuid5

import hoso_bpmn
import hoso_calendar as wt
from hoso_bpmn import text_safety
from hoso_bpmn.runs.specification import Loaded
from hoso_workflows import errors
from hoso_workflows.clock.due_dates import Dates
from hoso_workflows.events import Event
from hoso_workflows.lifecycle import commands, transitions, validation
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.lifecycle.projection import Projection
from hoso_workflows.lifecycle.state import OpenTask, State
from hoso_workflows.scenarios import steps
from hoso_workflows.scenarios.scenario_file import Action, Given, When

#: In a simulation each part of a dossier has a unit of the same name.
UNITS = {part: part for part in ("receiving", "handling", "deciding")}
#: Timers that may fire between two steps; an endless repetition reaches it.
MAX_FIRINGS = 1_000
_NAMES = UUID("3bd3cc3c-97ad-4f0e-9dbd-0f0f5a0f8b52")


class StepNotOpen(LookupError):
    """A scenario acts at a step without an open task, or with several alike."""

    def __init__(self, wanted: str, open_steps: tuple[str, ...]) -> None:
        #: As in `task of Ky in handling`.
        self.wanted = wanted
        self.open_steps = open_steps
        super().__init__(f"not exactly one {wanted} is open; open: {', '.join(open_steps) or 'none'}")


@dataclass(slots=True)
class Simulation:
    """A dossier in simulation."""

    loaded: Loaded
    given: Given
    #: Calendar by unit: every part, and every unit that `given` names.
    calendars: Mapping[str, wt.WorkCalendar]
    projection: Projection = field(init=False)
    #: The dates after the newest event.
    dates: Dates = field(init=False)
    #: The events of the newest step, those of the timers that fired before it included.
    new_events: tuple[Event, ...] = ()
    #: Flows that were chosen by the labels of gateways.
    chosen: set[str] = field(default_factory=set)
    _run: bytes = field(init=False)

    @property
    def state(self) -> State:
        """The state of the dossier without its engine."""
        return self.projection.state

    @property
    def run(self) -> hoso_bpmn.Run:
        """The engine, resumed from its bytes as a server does."""
        lanes = transitions.calendar_of_lane(self.loaded, UNITS, self.calendars)
        return hoso_bpmn.resume(self.loaded.specification, self._run, calendar=lanes)

    def run_step(self, step: When) -> None:
        """Advance the time to the step and carry it out.

        Raises a `Refusal` when the rules do not allow it, `StepNotOpen` where it acts at nothing that is open; then
        only time has passed.
        """
        at, self.new_events = self.instant(step.at), ()
        if step.do is Action.FILE:
            self._file(step, at)
            return
        self._elapse(at)
        if step.do is not Action.WAIT:
            actor = self._actor(step)
            self._decide(self._with_result(_COMMANDS[step.do](self, step), at, actor), at, actor)
            self._note_choice(step)

    def instant(self, local: datetime) -> datetime:
        """A local date and time of the scenario as an instant."""
        return local.replace(tzinfo=self.calendars["handling"].zone)

    def task(self, step: When) -> tuple[UUID, OpenTask]:
        """The open task that the step acts at. Raises `StepNotOpen`."""
        fitting = [
            (identity, task)
            for identity, task in self.state.tasks.items()
            if text_safety.text(task.element) == step.step and step.unit in (None, task.unit)
        ]
        if len(fitting) != 1:
            raise StepNotOpen(f"task of {self._place(step)}", self._open_steps())
        return fitting[0]

    def incident(self, step: When) -> str:
        """The id of the open incident that the step is about. Raises `StepNotOpen`."""
        found = [
            identity
            for identity, held in self.state.incidents.items()
            if text_safety.text(held.element) == step.step and step.unit in (None, held.unit)
        ]
        if len(found) != 1:
            elements = sorted(held.element for held in self.state.incidents.values())
            raise StepNotOpen(f"incident at {self._place(step)}", tuple(map(self.shown, elements)))
        return found[0]

    def reception(self) -> UUID:
        """The task at which the dossier is accepted or refused. Raises `StepNotOpen`."""
        found = [identity for identity, task in self.state.tasks.items() if task.milestone == "accept"]
        if not found:
            raise StepNotOpen("task of the acceptance", self._open_steps())
        return found[0]

    def _open_steps(self) -> tuple[str, ...]:
        return tuple(map(self.shown, sorted(task.element for task in self.state.tasks.values())))

    def shown(self, element: str) -> str:
        """An element as a reader of the diagram knows it."""
        return steps.shown(self.loaded.specification, element)

    def _place(self, step: When) -> str:
        return " in ".join(filter(None, (self.shown(step.step or ""), step.unit)))

    def _file(self, step: When, at: datetime) -> None:
        given, case = self.given, self.loaded.case
        required = tuple(component.code for component in case.components if component.required)
        components = required if given.components is None else given.components
        faults = list(validation.filing(self.loaded, given.channel, given.form, components))
        if faults:
            raise errors.FormRefused(faults)
        names = self.loaded.specification.variables
        filed = transitions.Filing(
            reference="scenario",
            loaded=self.loaded,
            version=0,
            channel=given.channel,
            units=UNITS,
            calendars=self.calendars,
            applicant=_person("applicant"),
            form_sha256="",
            components=components,
            variables={name: value for name, value in given.form.items() if name in names},
        )
        self.new_events, run = transitions.file(filed, at, Actor(_person(step.by or "")))
        versions = {(kept.id, kept.version): kept for kept in self.calendars.values()}
        self.projection = Projection.of(self.new_events, versions)
        self.dates = self.projection.clock.dates()
        self._run = run.dump()

    def _elapse(self, until: datetime) -> None:
        """Fire due timers up to an instant. While a supplement is awaited they wait, and fire when it has come."""
        for _ in range(MAX_FIRINGS):
            due = min((timer.due for timer in self.run.timers), default=None)
            if due is None or due > until:
                return
            try:
                self._decide(commands.Advance(), due, Actor(_person("system"), automatic=True))
            except errors.WrongStatus:
                return

    def _with_result(self, command: commands.Command, at: datetime, actor: Actor) -> commands.Command:
        """The command, with a signed file where the procedure gives signed results."""
        wanted = isinstance(command, commands.Complete) and command.result
        if not wanted or self.loaded.case.policy_text.get("result") != "signed":
            return command
        assert isinstance(command, commands.Complete)  # noqa: S101 - it has a result
        identity = uuid5(_NAMES, f"result {len(self.state.files)}")
        file = commands.StoredFile(
            identity, "result.pdf", "application/pdf", 0, "", "", None, None, "not_scanned", signed=True
        )
        self._decide(commands.AttachInternally(file), at, actor)
        return replace(command, attachments=(identity,))

    def _decide(self, command: commands.Command, at: datetime, actor: Actor) -> None:
        run = self.run
        state = replace(
            self.state,
            run=run,
            loaded=self.loaded,
            calendars=self.calendars,
            clock=self.projection.clock,
        )
        new_events = transitions.decide(state, command, at, actor)
        self.projection = self.projection.after(new_events)
        self.new_events += new_events
        self.dates = self.projection.clock.dates()
        self._run = run.dump()

    def _actor(self, step: When) -> Actor:
        if step.by is None and step.do in _AT_TASKS:
            _, task = self.task(step)
            return Actor(task.assignee or _person(""))
        return Actor(_person(step.by or ""))

    def _note_choice(self, step: When) -> None:
        routes = self.loaded.specification.choices.get(step.step or "", {})
        if step.do is Action.COMPLETE:
            self.chosen.update(routes.get(step.outcome or "", {}).values())


def names(*steps: When) -> dict[UUID, str]:
    """Names of the principals that act in the steps, by id."""
    return {_person(step.by): step.by for step in steps if step.by}


def _person(name: str) -> UUID:
    return uuid5(_NAMES, name)


def _accept(simulation: Simulation, step: When) -> commands.Command:
    return commands.Accept(
        simulation.reception(), step.note or "", step.values or {}, bool(step.confirm_missing)
    )


def _complete(simulation: Simulation, step: When) -> commands.Command:
    task, _ = simulation.task(step)
    return commands.Complete(
        task,
        step.outcome,
        variables=step.values or {},
        result=step.result,
        reason=step.reason or "",
        note=step.note or "",
    )


def _ask_supplement(_: Simulation, step: When) -> commands.Command:
    return commands.AskSupplement(step.reason or "", step.items or (), step.justification or "")


def _send(_: Simulation, step: When) -> commands.Command:
    return commands.Send(step.message or "", step.values or {}, step.item)


def _retry(simulation: Simulation, step: When) -> commands.Command:
    return commands.Retry(simulation.incident(step), step.values or {})


#: Without `by` whoever has claimed the task does these.
_AT_TASKS = (Action.CLAIM, Action.UNCLAIM, Action.COMPLETE, Action.FAIL)
_COMMANDS: Mapping[Action, Callable[[Simulation, When], commands.Command]] = {
    Action.ACCEPT: _accept,
    Action.REFUSE: lambda simulation, step: commands.Refuse(simulation.reception(), step.reason or ""),
    Action.PROPOSE_SUPPLEMENT: lambda _, step: commands.ProposeSupplement(
        step.reason or "", step.items or ()
    ),
    Action.ASK_SUPPLEMENT: _ask_supplement,
    Action.RECEIVE_SUPPLEMENT: lambda _, step: commands.ReceiveSupplement(
        step.note or "", step.components or ()
    ),
    Action.CLAIM: lambda simulation, step: commands.Claim(simulation.task(step)[0]),
    Action.UNCLAIM: lambda simulation, step: commands.Unclaim(simulation.task(step)[0]),
    Action.COMPLETE: _complete,
    Action.FAIL: lambda simulation, step: commands.Fail(simulation.task(step)[0], step.reason or ""),
    Action.SEND: _send,
    Action.RETRY: _retry,
    Action.WITHDRAW: lambda _, step: commands.Withdraw(step.reason or ""),
    Action.RETURN_SUPPLEMENT: lambda _, step: commands.ReturnSupplement(step.reason or "", step.items or ()),
    Action.CLOSE_UNANSWERED: lambda _, step: commands.CloseUnanswered(step.note or ""),
    Action.SUSPEND: lambda _, step: commands.Suspend(step.reason or "", step.basis or ""),
    Action.END_SUSPENSION: lambda _, step: commands.EndSuspension(step.reason or ""),
    Action.EXTEND: lambda _, step: commands.Extend(step.term or "", step.reason or "", step.basis or ""),
    Action.REAPPOINT: lambda _, step: commands.Reappoint(step.due or date.max, step.reason or ""),
    Action.SET_OBLIGATION: lambda _, step: commands.SetObligation(
        step.reason or "", step.basis or "", step.amount
    ),
    Action.MEET_OBLIGATION: lambda _, step: commands.MeetObligation(step.proof or ""),
    Action.STOP: lambda _, step: commands.Stop(step.reason or "", step.basis or ""),
    Action.ASSESS_FEE: lambda _, step: commands.AssessFee(
        step.fee or 0, step.quantity, step.quantities or (), step.amount, step.basis or ""
    ),
    Action.EXEMPT_FEE: lambda _, step: commands.ExemptFee(step.fee or 0, step.basis or "", step.amount),
    Action.RECORD_PAYMENT: lambda _, step: commands.RecordPayment(step.fee or 0, step.amount or 0),
    Action.HAND_OVER: lambda _, step: commands.HandOver(
        note=step.note or "", outcome=step.outcome, variables=step.values or {}
    ),
}
