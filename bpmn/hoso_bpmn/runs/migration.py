"""Migration of a running dossier to another version of its procedure.

The ids of tasks, timers and what they count stay. A state names elements, so a run moves when every element at which
one of its tokens rests is there in the new version, does the same kind of thing, and parallel branches that are open
meet in the same gateways. What lies behind the tokens does not matter, and what lies before them simply is the new
version. Nothing is guessed: an element with another id is mapped by the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import hoso_calendar as wt
from hoso_bpmn.engine import execution_context, task_specs, workflow
from hoso_bpmn.engine.workflow import BoundaryEventJoin, BoundaryEventSplit, TaskState
from hoso_bpmn.runs import state
from hoso_bpmn.runs.changes import Change
from hoso_bpmn.runs.run import resume
from hoso_bpmn.runs.specification import Specification


class Verdict(StrEnum):
    """Verdict on the migration of a run."""

    #: It moves; nothing that is open or counted changes.
    SAFE = "safe"
    #: A token rests on an element that the new version does not have; the caller says where it goes.
    NEEDS_MAPPING = "needs mapping"
    #: No mapping helps; the run stays on its version.
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Reason:
    """Obstacle to a migration; `element` is of the old version."""

    verdict: Verdict
    element: str
    message: str


@dataclass(frozen=True, slots=True)
class Migration:
    """Result of planning a migration. `state` and `change` are there only when it is safe."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    #: Variables that only the new version reads; the run has none of them yet.
    new_variables: frozenset[str]
    state: bytes | None = None
    #: Timers of boundary events that the new version adds to open activities, or takes away.
    change: Change = field(default_factory=Change)


def migrate(
    old: Specification,
    data: bytes,
    new: Specification,
    *,
    at: datetime,
    calendar: wt.WorkCalendar | execution_context.Calendars,
    mapping: Mapping[str, str] | None = None,
) -> Migration:
    """Move a state from one specification to another.

    `mapping` takes old element ids to new ones. The given state is not changed, so a dry run is the same call. Raises
    `StaleState`.
    """
    snapshot = state.load(old, data)
    moving = _Moving(old, new, mapping or {}, snapshot.workflow)
    reasons = tuple(moving.reasons())
    fresh = new.variables - old.variables
    if reasons:
        worst = (
            Verdict.BLOCKED if any(r.verdict is Verdict.BLOCKED for r in reasons) else Verdict.NEEDS_MAPPING
        )
        return Migration(worst, reasons, fresh)
    before = {timer.id for timer in resume(old, data, calendar=calendar).timers}
    with execution_context.within(
        execution_context.Moment(at, execution_context.calendars(calendar), snapshot.number)
    ) as now:
        moving.move()
        snapshot.number = now.number
    moved = state.dump(new, snapshot)
    after = {timer.id: timer for timer in resume(new, moved, calendar=calendar).timers}
    change = Change(
        timers_set=tuple(timer for key, timer in after.items() if key not in before),
        timers_dropped=tuple(sorted(before - set(after))),
    )
    return Migration(Verdict.SAFE, (), fresh, moved, change)


class _Moving:
    def __init__(
        self, old: Specification, new: Specification, mapping: Mapping[str, str], workflow: workflow.Workflow
    ) -> None:
        self.old = old
        self.new = new
        self.mapping = mapping
        self.workflow = workflow

    def reasons(self) -> Iterator[Reason]:
        for process, target in self._processes():
            scope, _, body = process.spec.name.partition("#")
            if target is not None and _accompanied(process.spec) == _accompanied(target):
                yield from self._process(process, target, scope)
            elif target is not None:
                yield Reason(Verdict.BLOCKED, scope, "event sub-processes accompany it in one version only")
            elif not body:  # of which the process around it has spoken
                yield Reason(Verdict.NEEDS_MAPPING, scope, "the sub-process is not in the new version")

    def _process(self, process: Any, target: task_specs.ProcessSpec, scope: str) -> Iterator[Reason]:
        for task in _tokens(process):
            yield from self._token(task.task_spec, target)
        if _branches(process) > 1 and not self._meet(process, target):
            yield Reason(
                Verdict.BLOCKED,
                scope,
                "parallel branches are open, and the gateways where they meet have changed",
            )

    def _token(self, before: Any, target: task_specs.ProcessSpec) -> Iterator[Reason]:
        after = target.task_specs.get(self._name(before.name))
        element = before.bpmn_id or before.name.partition("#")[0]
        goes_along = isinstance(before, task_specs.BoundaryEvent | BoundaryEventJoin)  # with its event
        if not goes_along and element not in self.mapping and (other := self._called_otherwise(element)):
            yield Reason(Verdict.NEEDS_MAPPING, element, f"{element} is a step of {other}")
        elif after is None:
            if not goes_along:
                yield Reason(Verdict.NEEDS_MAPPING, element, f"{element} is not in the new version")
        elif not goes_along and not self._alike(before, after):
            yield Reason(Verdict.BLOCKED, element, f"{element} is something else in the new version")
        elif isinstance(before, task_specs.EventGateway) and (
            [*map(self._name, before._outputs)],
            _awaits(before),
        ) != (after._outputs, _awaits(after)):
            yield Reason(Verdict.BLOCKED, element, f"{element} waits for other events in the new version")

    def _meet(self, process: Any, target: task_specs.ProcessSpec) -> bool:
        """True when branches meet in the same join as before.

        A branch whose token has not arrived may have become longer.
        """
        before, after = _joins(process.spec, self._name), _joins(target, str)
        tokens = (task for task in _tokens(process) if task.parent is not None)
        arrived = {(self._name(t.task_spec.name), self._name(t.parent.task_spec.name)) for t in tokens}
        return before.keys() == after.keys() and all(
            not any((join, source) in arrived for source in sources - after[join])
            and _lengthened(target, join, sources - after[join], after[join] - sources)
            for join, sources in before.items()
        )

    def _alike(self, before: Any, after: Any) -> bool:
        """True when both elements do the same kind of thing.

        The awaited events of an event gateway are compared too.
        """
        return (
            type(before) is type(after)
            and _external(self.old, before) == _external(self.new, after)
            and (isinstance(before, task_specs.EventGateway) or _awaits(before) == _awaits(after))
        )

    def _processes(self) -> Iterator[tuple[Any, task_specs.ProcessSpec | None]]:
        yield self.workflow, self.new.parsed.spec
        for subprocess in self.workflow.subprocesses.values():
            yield subprocess, self.new.parsed.subprocesses.get(self._name(subprocess.spec.name))

    def _called_otherwise(self, element: str) -> str | None:
        """Procedure around an element where the new version calls another one.

        Another case of it counts as well. Ids such as `Tiep_nhan` are alike in many procedures; that two steps have
        the same one does not make them the same.
        """
        for call in (around for around in _around(element) if around in self.old.calls and around != element):
            before, after = self.old.calls[call], self.new.calls.get(self._name(call))
            if after is not None and (before.code, before.case) != (after.code, after.case):
                return f"{before.code} ({before.case}), and {after.code} ({after.case}) is called there now"
        return None

    def _name(self, name: str) -> str:
        """New name of an engine element.

        It is the mapped id with the engine's suffix (`#split`, `#each`). A call that is mapped takes along what
        stands in it and is not mapped itself.
        """
        identity, mark, rest = name.partition("#")
        for around in _around(identity):
            if around in self.mapping:
                return self.mapping[around] + identity.removeprefix(around) + mark + rest
        return name

    def move(self) -> None:
        """Move every task to the new version; only without reasons against it."""
        for process, target in list(self._processes()):
            former = process.spec
            process.spec = target
            for task in list(process.tasks.values()):
                self._move(process, task)
            for task in [task for task in _tokens(process) if _guardable(task)]:
                self._guard(task, former)
            for task in list(_tokens(process)):
                task.task_spec._predict_hook(task)
            process.tasks = {task.id: task for task in workflow.walk(process.task_tree)}  # parents first
        self.workflow.subprocess_specs = self.new.parsed.subprocesses

    def _move(self, process: Any, task: Any) -> None:
        if task.id not in process.tasks:
            return
        spec = process.spec.task_specs.get(self._name(task.task_spec.name))
        if task._state < TaskState.WAITING or (
            task._state & workflow.ACTIVE and not self._stays(task.task_spec, spec)
        ):
            process._remove_task(task.id)  # only predicted, or a boundary event that is no more
            return
        task.task_spec = spec or process.spec.start
        slots = task.internal_data.get("timers")
        if slots:
            task.internal_data["timers"] = {self._name(element): slot for element, slot in slots.items()}

    def _stays(self, before: Any, after: Any) -> bool:
        if isinstance(before, task_specs.BoundaryEvent):
            return (
                after is not None
                and [*map(self._name, before._inputs)] == after._inputs
                and _awaits(before) == _awaits(after)
            )
        return after is not None

    def _guard(self, task: Any, former: task_specs.ProcessSpec) -> None:
        """Put boundary events around an open activity as the new version draws them."""
        split = task.workflow.spec.task_specs.get(f"{task.task_spec.name}#split")
        if split is None:
            return
        known = {
            self._name(event)
            for name, spec in former.task_specs.items()
            if self._name(name) == split.name
            for event in spec._outputs
            if self._stays(former.task_specs[event], task.workflow.spec.task_specs.get(self._name(event)))
        }
        if not isinstance(task.parent.task_spec, BoundaryEventSplit):
            _put_between(task, split)
        for name in split._outputs:
            if name != task.task_spec.name and name not in known:
                event = task.parent._add_child(task.workflow.spec.task_specs[name], TaskState.WAITING)
                event.task_spec._update(event)


def _around(identity: str) -> Iterator[str]:
    """The element itself, the call in which it stands, the call around that one."""
    while identity:
        yield identity
        identity = identity.rpartition("/")[0]


def _tokens(process: Any) -> Iterator[Any]:
    return (task for task in list(process.tasks.values()) if task._state & workflow.ACTIVE)


def _guardable(task: Any) -> bool:
    return not task.triggered and not isinstance(task.task_spec, task_specs.BoundaryEvent | BoundaryEventJoin)


def _branches(process: Any) -> int:
    """Number of tokens. Boundary events and the instances of one activity are not counted."""
    return sum(_guardable(task) for task in _tokens(process))


def _joins(spec: task_specs.ProcessSpec, name: Callable[[str], str]) -> dict[str, set[str]]:
    gateways = (task_specs.ParallelGateway, task_specs.InclusiveGateway)
    joins = [
        task for task in spec.task_specs.values() if isinstance(task, gateways) and len(task._inputs) > 1
    ]
    return {name(task.name): {name(source) for source in task._inputs} for task in joins}


def _lengthened(spec: task_specs.ProcessSpec, join: str, before: set[str], after: set[str]) -> bool:
    """True when each branch that ended before the join has a new end."""
    ends = [_reached(spec, source, join) & after for source in before]
    return all(len(end) == 1 for end in ends) and len(after) == len(before) == len(set().union(*ends))


def _reached(spec: task_specs.ProcessSpec, source: str, join: str) -> set[str]:
    """Elements from here to the join, without those behind it. Empty where the element is gone."""
    reached: set[str] = set()
    waiting = [source] if source in spec.task_specs else []
    while waiting:
        name = waiting.pop()
        if name not in reached and name != join:
            reached.add(name)
            waiting += spec.task_specs[name]._outputs
    return reached


def _external(specification: Specification, spec: Any) -> bool:
    """True where a service call is awaited. User tasks and manual tasks are alike to a person."""
    step = specification.steps.get(spec.bpmn_id)
    return step is not None and step.kind == "external"


def _accompanied(spec: task_specs.ProcessSpec) -> bool:
    return any(name.endswith(task_specs.BODY) for name in spec.task_specs)


def _awaits(spec: Any) -> list[type]:
    """Kinds of trigger that an event awaits. A running timer is of no use to a message."""
    definition = getattr(spec, "event_definition", None)
    return [type(one) for one in getattr(definition, "event_definitions", (definition,))]


def _put_between(task: Any, split: Any) -> None:
    parent = task.parent
    between = workflow.Task(task.workflow, split, parent, TaskState.COMPLETED)
    between.data = dict(parent.data)
    parent._children.remove(task.id)
    between._children.append(task.id)
    task._parent = between.id
