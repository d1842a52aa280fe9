"""The peer: SpiffWorkflow 3.2 alone, with the specification cached and the state as JSON, as little code as that takes."""

from __future__ import annotations

import json
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter
from SpiffWorkflow.util.task import TaskState

_specs: dict[str, tuple[Any, Any]] = {}


class SpecLess(BpmnWorkflowConverter):  # type: ignore[misc]  # the engine has no types
    """Writes the name of the specification instead of the specification."""

    def to_dict(self, workflow: Any) -> dict[str, Any]:
        return {
            **super(BpmnWorkflowConverter, self).to_dict(workflow),
            "spec": workflow.spec.name,
            "subprocesses": self.mapping_to_dict(workflow.subprocesses),
            "bpmn_events": self.registry.convert(workflow.bpmn_events),
        }

    def from_dict(self, dct: dict[str, Any]) -> Any:
        from uuid import UUID

        spec, subprocesses = _specs[dct["spec"]]
        workflow = self.target_class(spec, subprocesses, deserializing=True)
        workflow.tasks = self.mapping_from_dict(dct["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks.get(UUID(dct["root"]))
        self.set_default_attributes(workflow, dct)
        self.subprocesses_from_dict(dct["subprocesses"], workflow)
        workflow.bpmn_events = self.registry.restore(dct.pop("bpmn_events", []))
        return workflow


_registry = BpmnWorkflowSerializer.configure({**DEFAULT_CONFIG, BpmnWorkflow: SpecLess})
_serializer = BpmnWorkflowSerializer(_registry)
_whole = BpmnWorkflowSerializer()


class Peer:
    """Starts runs and completes their first open task, state to state."""

    def __init__(self, data: bytes, *, specification_inside: bool = False) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(data), "process.bpmn")
        name = parser.get_process_ids()[0]
        self._specs = _specs[name] = (parser.get_spec(name), parser.get_subprocess_specs(name))
        self._serializer = _whole if specification_inside else _serializer

    def start(self, variables: dict[str, Any]) -> str:
        workflow = BpmnWorkflow(*self._specs)
        workflow.task_tree.data.update(variables)
        workflow.do_engine_steps()
        return self._dump(workflow)

    def complete(self, state: str, variables: dict[str, Any]) -> str | None:
        workflow = self._serializer.from_dict(json.loads(state))
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        if task is None:
            return None
        task.set_data(**variables)
        task.run()
        workflow.do_engine_steps()
        return self._dump(workflow)

    def _dump(self, workflow: Any) -> str:
        return json.dumps(self._serializer.to_dict(workflow))
