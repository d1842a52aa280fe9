"""Task specs of the BPMN elements: SpiffWorkflow's behaviour with its errors corrected.

Joins count tokens per incoming flow and merge what each branch *changed*; in SpiffWorkflow an earlier round of a loop
counts for a later one, and a branch that did not touch a variable overwrites one that did.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask, SimpleBpmnTask
from SpiffWorkflow.bpmn.specs.event_definitions import ErrorEventDefinition, TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import (
    BoundaryEventMixin,
    BpmnSpecMixin,
    EndEventMixin,
    EventBasedGatewayMixin,
    IntermediateCatchEventMixin,
    IntermediateThrowEventMixin,
    StartEventMixin,
    SubWorkflowTaskMixin,
)
from SpiffWorkflow.specs.MultiChoice import MultiChoice
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.util.task import TaskState

from hoso_bpmn import errors, expressions
from hoso_bpmn.engine import dmn, propagation, timers
from hoso_bpmn.engine import workflow as engine

BODY = propagation.BODY


class HumanTask(BpmnSpecMixin):
    """User task or service task. A service task waits for a signed call or a person."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **attributes: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **attributes)
        self.manual = True


class RuleTask(BpmnSpecMixin):
    """Business rule task: a decision table whose answers become variables."""

    def __init__(self, wf_spec: Any, bpmn_id: str, table: dmn.Table, **attributes: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **attributes)
        self.table = table

    def _run_hook(self, my_task: Any) -> bool:
        my_task.data.update(self.table.decide(my_task.data))
        return True


class Chosen:
    """Condition of a flow that the nearest decision before the gateway chooses."""

    def __init__(self, gateway: str, flow: str) -> None:
        self.gateway = gateway
        self.flow = flow

    def _matches(self, task: Any) -> bool:
        decider = task.parent
        while decider is not None:
            route = decider.internal_data.get("route")
            if route is not None:
                return bool(route.get(self.gateway) == self.flow)
            decider = decider.parent
        return False


class Holds:
    """Condition of a flow: an expression over the variables of the token."""

    def __init__(self, expression: expressions.Expression) -> None:
        self.expression = expression

    def _matches(self, task: Any) -> bool:
        return bool(self.expression.evaluate(task.data))


class _Join(BpmnTaskSpec):
    """Several tokens become one, and their changes are merged in the order of arrival."""

    def _update_hook(self, my_task: Any) -> bool:
        if my_task._state != TaskState.WAITING:
            my_task._set_state(TaskState.WAITING)
            my_task.data = dict(my_task.parent.data)
        waiting = (task for task in _tokens(my_task.workflow) if task.task_spec is self)
        arrived = [task for task in waiting if task._state == TaskState.WAITING]
        joined, goes_on = self._join(my_task, sorted(arrived, key=lambda task: task.last_state_change))
        if len(joined) > 1:
            my_task.data = _merged(joined)
            for task in joined:
                if task is not my_task:
                    task.workflow._remove_task(task.id)
        return goes_on

    @abstractmethod
    def _join(self, my_task: Any, arrived: list[Any]) -> tuple[list[Any], bool]:
        """The arrivals that become one token, `my_task`, and whether it goes on."""

    def _one_per_flow(self, my_task: Any, arrived: Iterable[Any]) -> dict[str, Any]:
        first: dict[str, Any] = {my_task.parent.task_spec.name: my_task}
        for task in arrived:
            first.setdefault(task.parent.task_spec.name, task)
        return first


def _tokens(workflow: Any) -> Iterator[Any]:
    """Tasks that hold a token, also those just passed on and not yet arrived."""
    for task in list(workflow.tasks.values()):
        passed_on = (
            task._state == TaskState.FUTURE
            and task.parent is not None
            and task.parent._state == TaskState.COMPLETED
        )
        if passed_on or task._state & engine.ACTIVE:
            yield task


def _merged(tasks: list[Any]) -> dict[str, Any]:
    base = _common(tasks).data
    merged = dict(base)
    for task in sorted(tasks, key=lambda task: task.last_state_change):
        merged.update(
            (key, value) for key, value in task.data.items() if key not in base or base[key] != value
        )
    return merged


def _common(tasks: list[Any]) -> Any:
    """The last task that all of them come from."""
    lines = [_line(task) for task in tasks]
    shared = [
        generation[0]
        for generation in zip(*lines, strict=False)
        if len({task.id for task in generation}) == 1
    ]
    return shared[-1]


def _line(task: Any) -> list[Any]:
    line = []
    while (task := task.parent) is not None:
        line.append(task)
    return line[::-1]


class EndJoin(_Join):
    """Join of end events: waits until no other token is left. Of the tokens that have arrived one waits for all."""

    def _join(self, my_task: Any, arrived: list[Any]) -> tuple[list[Any], bool]:
        return arrived, all(task.task_spec is self for task in _tokens(my_task.workflow))

    def _run_hook(self, my_task: Any) -> bool:
        my_task.workflow.data.update(my_task.data)
        return True


class ParallelGateway(_Join, BpmnSpecMixin):
    """Parallel gateway: one token of each incoming flow becomes one on each outgoing. Surplus tokens stay."""

    def _join(self, my_task: Any, arrived: list[Any]) -> tuple[list[Any], bool]:
        first = self._one_per_flow(my_task, arrived)
        complete = len(first) == len(set(self._inputs))
        return (list(first.values()) if complete else [my_task]), complete


class InclusiveGateway(_Join, MultiChoice, BpmnSpecMixin):
    """Inclusive gateway as of BPMN 2.0, 13.4.3.

    It waits for every token that can still come, then takes each flow whose condition holds.
    """

    def _join(self, my_task: Any, arrived: list[Any]) -> tuple[list[Any], bool]:
        first = self._one_per_flow(my_task, arrived)
        missing = set(self._inputs) - set(first)
        coming = _upstream(self, missing) - _upstream(self, set(first)) if missing else frozenset()
        others = (task for task in _tokens(my_task.workflow) if task.task_spec is not self)
        waits = any(task.task_spec.name in coming for task in others)
        return ([my_task] if waits else list(first.values())), not waits

    def _predict_hook(self, my_task: Any) -> None:
        """Nothing: the flows are known when it runs."""

    def _run_hook(self, my_task: Any) -> bool:
        matches, defaults = self._get_matching_outputs(my_task)
        if not matches + defaults:
            raise errors.NoBranch(self.bpmn_name or self.bpmn_id)
        my_task._sync_children(matches or defaults, TaskState.FUTURE)
        return True


def _upstream(gateway: Any, names: set[str]) -> frozenset[str]:
    """The elements from which one of `names` can be reached without passing the gateway."""
    reached: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in reached and name != gateway.name:
            reached.add(name)
            waiting.extend(gateway._wf_spec.task_specs[name]._inputs)
    return frozenset(reached)


class ExclusiveGateway(MultiChoice, BpmnSpecMixin):
    """Exclusive gateway: the first flow whose condition holds, else the default."""

    def _predict_hook(self, my_task: Any) -> None:
        """Nothing: the flow is known when it runs."""

    def _run_hook(self, my_task: Any) -> bool:
        holding = (
            name
            for condition, name in self.cond_task_specs
            if condition is not None and condition._matches(my_task)
        )
        default = (name for condition, name in self.cond_task_specs if condition is None)
        taken = next(holding, None) or next(default, None)
        if taken is None:
            raise errors.NoBranch(self.bpmn_name or self.bpmn_id)
        my_task._sync_children([my_task.workflow.spec.task_specs[taken]], TaskState.FUTURE)
        return True


class EventGateway(EventBasedGatewayMixin, BpmnSpecMixin):
    """Event-based gateway, waiting for the first of several events."""

    def _run_hook(self, my_task: Any) -> bool:
        result = bool(super()._run_hook(my_task))
        self.event_definition.reset(my_task)
        return result


class BoundaryEvent(BoundaryEventMixin, BpmnSpecMixin):
    """Boundary event, waiting while its activity is open. One that does not interrupt waits again after it has fired."""

    def __init__(
        self, wf_spec: Any, bpmn_id: str, event_definition: Any, cancel_activity: bool, **attributes: Any
    ) -> None:
        super().__init__(
            wf_spec, bpmn_id, event_definition=event_definition, cancel_activity=cancel_activity, **attributes
        )

    def _run_hook(self, my_task: Any) -> bool:
        self._look_inside(my_task)
        again = None if self.cancel_activity else self._again(my_task)
        result = bool(super()._run_hook(my_task))
        if again is not None:
            waiting = my_task.parent._add_child(self, TaskState.WAITING)
            waiting.internal_data.update(again)
            self._update(waiting)
        return result

    def _again(self, my_task: Any) -> dict[str, Any] | None:
        """Internal data with which the event waits again. None for a timer that has fired for the last time."""
        if not isinstance(self.event_definition, timers.Trigger):
            return None if isinstance(self.event_definition, timers.FirstOf) else {}
        slot = self.event_definition.following(my_task)
        return {"timers": {self.event_definition.name: slot}} if slot else None

    def _look_inside(self, my_task: Any) -> None:
        """Take over what the sub-process that it sits on has learned so far."""
        for sibling in my_task.parent.children:
            subprocess = my_task.workflow.top_workflow.subprocesses.get(sibling.id)
            if subprocess is not None:
                done = [task for task in subprocess.tasks.values() if task._state == TaskState.COMPLETED]
                my_task.data.update(max(done, key=lambda task: task.last_state_change).data)


class StartEvent(StartEventMixin, BpmnSpecMixin):
    """Start event of a process."""


class CatchEvent(IntermediateCatchEventMixin, BpmnSpecMixin):
    """Catch event or receive task, waiting for a timer, message or signal."""


class ThrowEvent(IntermediateThrowEventMixin, BpmnSpecMixin):
    """Throw event or send task: sends a message, signal or escalation."""


class EndEvent(EndEventMixin, BpmnSpecMixin):
    """End event; consumes the token after sending its event.

    A terminate end also ends the event sub-processes of its process, and so does an error that ends the whole process.
    """

    def _run_hook(self, my_task: Any) -> bool:
        result = bool(super()._run_hook(my_task))
        if self._fails(my_task) and not _is_whole(my_task.workflow):
            raise errors.UncaughtError(self.bpmn_id, self.event_definition.name)
        return result

    def _fails(self, my_task: Any) -> bool:
        sent = my_task.workflow.top_workflow.bpmn_events
        return isinstance(self.event_definition, ErrorEventDefinition) and any(
            event.event_definition is self.event_definition for event in sent
        )

    def _on_complete_hook(self, my_task: Any) -> None:
        super()._on_complete_hook(my_task)
        process, fails = my_task.workflow, self._fails(my_task)
        if _is_body(process) and (fails or isinstance(self.event_definition, TerminateEventDefinition)):
            _stop(process.parent_workflow, process.parent_task_id)
        if fails:
            _stop(process, my_task.id)


def _is_body(process: Any) -> bool:
    """True for what a process with event sub-processes holds apart from them."""
    return bool(process.spec.name.endswith(BODY))


def _is_whole(process: Any) -> bool:
    outer = process.parent_workflow if _is_body(process) else process
    return bool(outer.parent_workflow is None)


def _stop(process: Any, but: int) -> None:
    """Cancel the tokens of the process but one, and what leads to its end."""
    for task in _tokens(process):
        if (
            task.id != but
            and task.parent is not None
            and task.parent.id != but
            and not isinstance(task.task_spec, EndJoin)
        ):
            task.cancel()


class SubProcess(SubWorkflowTaskMixin, BpmnSpecMixin):
    """An activity with a process inside, drawn in it or called."""

    def __init__(self, wf_spec: Any, bpmn_id: str, subworkflow_spec: str, **attributes: Any) -> None:
        super().__init__(wf_spec, bpmn_id, subworkflow_spec=subworkflow_spec, **attributes)


class ProcessSpec(BpmnProcessSpec):
    """A process or sub-process as the engine runs it."""

    def __init__(self, name: str) -> None:
        WorkflowSpec.__init__(self, name=name)
        self.svg = self.io_specification = None
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}
        self.bpmn_start_events: list[Any] = []
        self.start = BpmnStartTask(self, "Start")
        self.end = EndJoin(self, "#EndJoin")
        self.end.connect(SimpleBpmnTask(self, "End"))
