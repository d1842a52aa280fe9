"""Repeated activities: for each item of a list, by count, or by condition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.data_spec import TaskDataReference
from SpiffWorkflow.bpmn.specs.mixins import (
    BpmnSpecMixin,
    ParallelMultiInstanceTaskMixin,
    SequentialMultiInstanceTaskMixin,
    StandardLoopTaskMixin,
)
from SpiffWorkflow.util.task import TaskState

from hoso_bpmn import errors, expressions
from hoso_bpmn.document.diagram import Element, MultiInstance

MAX_INSTANCES = 1_000
#: What repeats more often while a condition holds counts as repeating for ever.
MAX_LOOPS = 100

#: How many instances there are in all, are done, are open, were ended before they were done: as Camunda 7 and 8 call it.
_COUNTERS = (
    ("nrOfInstances", "numberOfInstances"),
    ("nrOfCompletedInstances", "numberOfCompletedInstances"),
    ("nrOfActiveInstances", "numberOfActiveInstances"),
    ("numberOfTerminatedInstances",),
)
#: What the completion condition of a multi-instance activity may read beside the variables; a loop counts nothing.
COUNTS = frozenset(name for names in _COUNTERS for name in names)

_VARIABLE = re.compile(r"(?:[$#]\{\s*|=\s*)?([A-Za-z]\w*)\s*\}?")


class _Each(BpmnSpecMixin):
    """Instances whose changes are kept, but nothing that they only read."""

    input_item: TaskDataReference | None
    data_input: TaskDataReference | None
    cardinality: str | None
    condition: str | None

    def _update_hook(self, my_task: Any) -> bool | None:
        if my_task._state == TaskState.STARTED:
            return False
        self._check_items(my_task.parent.data)
        count = self._count(my_task)
        if not 0 <= count <= MAX_INSTANCES:
            raise errors.BadVariable(
                self._source, f"gives {count} instances; at most {MAX_INSTANCES} are run"
            )
        return bool(super()._update_hook(my_task))

    @property
    def _source(self) -> str:
        return self.data_input.bpmn_id if self.data_input is not None else str(self.cardinality)

    def _count(self, my_task: Any) -> int:
        variables = my_task.parent.data
        if self.data_input is None:
            count = expressions.compiled(str(self.cardinality)).evaluate(variables)
        elif self.data_input.bpmn_id not in variables:
            raise errors.MissingVariable(self._source, self.data_input.bpmn_id)
        else:
            items = variables[self.data_input.bpmn_id]
            count = len(items) if isinstance(items, list) else -1
        return count if isinstance(count, int) else -1

    def _check_items(self, variables: Mapping[str, Any]) -> None:
        items = variables.get(self.data_input.bpmn_id) if self.data_input is not None else None
        if isinstance(items, list) and None in items:
            raise errors.BadVariable(self._source, "holds an item that is nothing")

    def create_child(self, my_task: Any, item: Any, key_or_index: Any = None) -> None:
        if self.input_item is not None:  # which hides a variable of the same name, such as the item around it
            my_task.data.pop(self.input_item.bpmn_id, None)
        super().create_child(my_task, item, key_or_index)
        my_task.workflow.tasks[my_task._children[-1]].internal_data["instance"] = item

    def merge_child(self, workflow: Any, child: Any) -> None:
        before = child.parent.parent.data
        for name, value in list(child.data.items()):
            item = self.input_item is not None and name == self.input_item.bpmn_id
            if item or (name in before and before[name] == value):
                del child.data[name]
        super().merge_child(workflow, child)

    def _run_hook(self, my_task: Any) -> bool:
        hidden = self.input_item.bpmn_id if self.input_item is not None else None
        if hidden in my_task.parent.data:
            my_task.data[hidden] = my_task.parent.data[hidden]
        return bool(super()._run_hook(my_task))

    def check_completion_condition(self, my_task: Any) -> bool:
        if self.condition is None:
            return False
        known = {**my_task.data, **self._counted(my_task)}
        return bool(expressions.compiled(self.condition).evaluate(known))

    def _counted(self, my_task: Any) -> dict[str, int]:
        """The counters by each of their names."""
        begun = list(self._instances(my_task))
        done = len(my_task.internal_data.get("merged", []))
        ended = sum(task._state == TaskState.CANCELLED for task in begun)
        numbers = (self._count(my_task), done, len(begun) - done - ended, ended)
        return {name: number for names, number in zip(_COUNTERS, numbers, strict=True) for name in names}


class Parallel(_Each, ParallelMultiInstanceTaskMixin):
    """All instances at once."""


class Sequential(_Each, SequentialMultiInstanceTaskMixin):
    """One instance after the other."""


class Loop(StandardLoopTaskMixin, BpmnSpecMixin):
    """Again while a condition holds, at most a number of times."""

    def _update_hook(self, my_task: Any) -> bool | None:
        if my_task._state == TaskState.STARTED:
            return False
        return bool(super()._update_hook(my_task))


def wrapped(spec: Any, element: Element, activity: Any, attributes: Mapping[str, Any]) -> Any:
    """The activity within its repetition; raises `UnsupportedElement` or `BadExpression`."""
    repeats = element.multi_instance
    assert repeats is not None  # noqa: S101 - asked only for activities that repeat
    wrapper = _loop if repeats.kind == "loop" else _instances
    made = wrapper(spec, element, repeats, activity, attributes)
    activity._inputs = [made.name]
    # Connected now: while runs share the specification, two threads could connect it twice.
    activity.completed_event.connect(made.merge_child)
    return made


def item(task: Any) -> Any:
    """Item of the innermost repetition around a task; None outside of any.

    The repetition is the task's own, or that of a sub-process around it.
    """
    while task is not None and "instance" not in task.internal_data:
        opener = getattr(task.workflow, "parent_task_id", None)
        task = task.workflow.top_workflow.get_task_from_id(opener) if opener is not None else None
    return task.internal_data["instance"] if task is not None else None


def names(repeats: MultiInstance) -> frozenset[str]:
    """The variables that the repetition reads or gives to its instances."""
    return over(repeats) | completing(repeats)


def over(repeats: MultiInstance) -> frozenset[str]:
    """Variables of a multi-instance's size: the list and its item, or the count's."""
    number = expressions.compiled(repeats.cardinality).names if repeats.cardinality else frozenset()
    named = (_VARIABLE.fullmatch(text) for text in (repeats.collection, repeats.item) if text)
    return number | {match[1] for match in named if match}


def completing(repeats: MultiInstance) -> frozenset[str]:
    """The variables that the completion condition reads, without the counters."""
    read = expressions.compiled(repeats.completion).names if repeats.completion else frozenset()
    return read if repeats.kind == "loop" else read - COUNTS


def _instances(
    spec: Any, element: Element, repeats: MultiInstance, activity: Any, attributes: Mapping[str, Any]
) -> Any:
    if bool(repeats.cardinality) == bool(repeats.collection):
        raise errors.unsupported(
            element,
            "a multi-instance task without one list or number",
            "Name a list variable, or a number of instances.",
        )
    kind = Sequential if repeats.kind == "sequential" else Parallel
    return kind(
        spec,
        element.id,
        task_spec=activity.name,
        cardinality=repeats.cardinality,
        data_input=_reference(element, repeats.collection),
        input_item=_reference(element, repeats.item),
        condition=repeats.completion,
        **attributes,
    )


def is_variable(text: str) -> bool:
    """True for the name of one variable, bare or as an expression."""
    return _VARIABLE.fullmatch(text) is not None


def _reference(element: Element, text: str | None) -> TaskDataReference | None:
    if text is None:
        return None
    match = _VARIABLE.fullmatch(text)
    if match is None:
        raise errors.unsupported(element, f"the list {text!r}", "Name one variable that holds a list.")
    return TaskDataReference(match[1])


def _loop(
    spec: Any, element: Element, repeats: MultiInstance, activity: Any, attributes: Mapping[str, Any]
) -> Any:
    maximum = repeats.cardinality
    if not (maximum and maximum.isdecimal()) and not repeats.completion:
        raise errors.unsupported(
            element, "a loop without a condition or a maximum", "Draw the way back with a gateway."
        )
    return Loop(
        spec,
        element.id,
        task_spec=activity.name,
        maximum=int(maximum) if maximum and maximum.isdecimal() else None,
        condition=repeats.completion,
        test_before=repeats.node.get("testBefore", "false").strip() in ("true", "1"),
        **attributes,
    )
