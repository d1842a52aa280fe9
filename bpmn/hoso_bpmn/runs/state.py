"""State of a run as bytes: JSON in zstd behind a format byte.

It has the tasks without the specification. Every row names its parent, its element and its state in words, so nothing
depends on the order of JSON keys or on SpiffWorkflow's numbers. A task whose variables equal its parent's stores
none.

States of older programs: the format is ours, not SpiffWorkflow's, and changes only here. Samples of every format that was
ever released are kept (`tests/bpmn/states`) and must resume for ever, whatever SpiffWorkflow is installed; a program that
writes a new format converts older ones when it reads them, and refuses newer ones as `StaleState`.
"""

from __future__ import annotations

import hashlib
import threading
import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import zstandard

from hoso_bpmn import errors, text_safety
from hoso_bpmn.engine import scripting
from hoso_bpmn.engine import workflow as engine
from hoso_bpmn.engine.workflow import CatchingEvent, TaskState
from hoso_bpmn.runs.specification import Specification

#: The first byte of a state.
FORMAT = 1
_MAX_BYTES = 64_000_000
#: Where the row of a task has what the engine notes of it, and its variables.
_INTERNAL, _DATA = 6, 7

_WORDS = {
    TaskState.MAYBE: "maybe",
    TaskState.LIKELY: "likely",
    TaskState.FUTURE: "future",
    TaskState.WAITING: "waiting",
    TaskState.READY: "ready",
    TaskState.STARTED: "started",
    TaskState.COMPLETED: "completed",
    TaskState.ERROR: "error",
    TaskState.CANCELLED: "cancelled",
}
_NUMBERS = {word: number for number, word in _WORDS.items()}


@dataclass(slots=True)
class Snapshot:
    """Content of a run. `run` is the number from which task ids are made, `number` the last one given away."""

    workflow: engine.Workflow
    run: int
    number: int
    ended: str | None


def dump(specification: Specification, snapshot: Snapshot) -> bytes:
    """The run as bytes that `load` reads with the same specification."""
    workflow = snapshot.workflow
    document = {
        "specification": specification.key,
        "run": f"{snapshot.run:032x}",
        "number": snapshot.number,
        "ended": snapshot.ended,
        "top": _process(workflow),
        "subprocesses": [
            {**_process(subprocess), "opened_by": opener, "process": subprocess.spec.name}
            for opener, subprocess in workflow.subprocesses.items()
        ],
    }
    return bytes([FORMAT]) + _local.compressor.compress(orjson.dumps(document))


@dataclass(frozen=True, slots=True)
class Look:
    """Summary of a state, read without resuming it."""

    #: sha256 of the document, the first 128 bits in hex: the same for every compression of it.
    digest: str
    finished: bool
    #: Ids of the tasks that are open.
    tasks: tuple[str, ...]


def look(specification: Specification, data: bytes) -> Look:
    """Read the summary of a state, at a fraction of the cost of `load`. Raises `StaleState` as `load` does."""
    written = _written(data)
    document = _document(written)
    if document["specification"] != specification.key:
        raise errors.StaleState("it belongs to another specification; migrate it first")
    try:
        base = int(document["run"], 16)
        tasks = tuple(str(uuid.UUID(int=base | number)) for number in _open(specification, document))
        return Look(_digest(written), bool(document["top"]["completed"]), tasks)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise errors.StaleState(f"it does not fit the specification ({error!r})") from None


def _open(specification: Specification, document: dict[str, Any]) -> Iterator[int]:
    parsed, ready = specification.parsed, _WORDS[TaskState.READY]
    for part in (document["top"], *document["subprocesses"]):
        drawn = parsed.subprocesses[part["process"]] if "process" in part else parsed.spec
        yield from (row[0] for row in part["tasks"] if row[3] == ready and drawn.task_specs[row[2]].manual)


def digest(data: bytes) -> str:
    """Digest of a state, as in `Look`; raises `StaleState` for other bytes."""
    return _digest(_written(data))


def _digest(written: bytes) -> str:
    return hashlib.sha256(written).hexdigest()[:32]


def _process(workflow: Any) -> dict[str, Any]:
    return {
        "completed": workflow.completed,
        "success": workflow.success,
        "last": workflow.last_task.id if workflow.last_task is not None else None,
        "data": workflow.data,
        "tasks": [_row(task) for task in workflow.tasks.values()],
    }


def _row(task: Any) -> list[Any]:
    parent = task.workflow.tasks.get(task._parent)
    inherited = {} if task._state < TaskState.WAITING or parent is None else parent.data
    return [
        task.id,
        task._parent,
        task.task_spec.name,
        _WORDS[task._state],
        task.last_state_change,
        task.triggered,
        task.internal_data or None,
        None if task.data == inherited else task.data,
    ]


def load(specification: Specification, data: bytes) -> Snapshot:
    """Load the run of a state. Raises `StaleState` for what is no state, another format, or another specification."""
    document = read(data)
    if document["specification"] != specification.key:
        raise errors.StaleState("it belongs to another specification; migrate it first")
    try:
        return _restored(specification, document)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise errors.StaleState(f"it does not fit the specification ({error!r})") from None


def read(data: bytes) -> dict[str, Any]:
    """The document in a state; raises `StaleState`."""
    return _document(_written(data))


def _document(written: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(written)
        document["specification"], document["top"], document["subprocesses"]
        if not written.isascii() and not unicodedata.is_normalized("NFC", written.decode()):
            _compose(document)
    except (ValueError, LookupError, TypeError) as error:
        raise errors.StaleState(f"it is damaged ({error})") from None
    return dict(document)


def _written(data: bytes) -> bytes:
    """The JSON in a state; raises `StaleState`."""
    if not data or data[0] != FORMAT:
        raise errors.StaleState(
            f"its format is {data[0] if data else 'missing'}, this program reads {FORMAT}"
        )
    try:
        if zstandard.frame_content_size(data[1:]) > _MAX_BYTES:
            raise errors.StaleState("it is larger than any state")
        return bytes(_local.decompressor.decompress(memoryview(data)[1:], max_output_size=_MAX_BYTES))
    except zstandard.ZstdError as error:
        raise errors.StaleState(f"it is damaged ({error})") from None


def _compose(document: dict[str, Any]) -> None:
    """Compose the values of the run, which older programs did not. Ids stay as they were drawn."""
    for part in (document["top"], *document["subprocesses"]):
        part["data"] = text_safety.composed(part["data"])
        for row in part["tasks"]:
            row[_DATA] = text_safety.composed(row[_DATA])
            if row[_INTERNAL] and "instance" in row[_INTERNAL]:
                row[_INTERNAL]["instance"] = text_safety.composed(row[_INTERNAL]["instance"])


def _restored(specification: Specification, document: dict[str, Any]) -> Snapshot:
    parsed = specification.parsed
    workflow = engine.Workflow(parsed.spec, parsed.subprocesses, scripting.ENGINE, deserializing=True)
    _fill(workflow, document["top"])
    for part in document["subprocesses"]:
        opener = workflow.get_task_from_id(part["opened_by"])
        subprocess = engine.SubWorkflow(
            parsed.subprocesses[part["process"]], opener.id, workflow, deserializing=True
        )
        workflow.subprocesses[opener.id] = subprocess
        subprocess.completed_event.connect(opener.task_spec._on_subworkflow_completed, opener)
        _fill(subprocess, part)
    return Snapshot(workflow, int(document["run"], 16), document["number"], document["ended"])


def _fill(workflow: Any, part: dict[str, Any]) -> None:
    tasks = workflow.tasks
    specs = workflow.spec.task_specs
    waiting = workflow.top_workflow.event_manager
    for number, parent_id, name, word, changed, triggered, internal, data in part["tasks"]:
        parent = tasks[parent_id] if parent_id is not None else None
        state = _NUMBERS[word]
        task = engine.Task(workflow, specs[name], parent, state, number)
        task.last_state_change = changed
        task.triggered = triggered
        task.internal_data = internal or {}
        if data is not None:
            task.data = data
        elif state >= TaskState.WAITING and parent is not None:
            task.data = {
                key: value[:] if type(value) is list else value for key, value in parent.data.items()
            }
        if state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            waiting.add_task(task)
    workflow.task_tree = next(iter(tasks.values()))
    workflow.last_task = tasks.get(part["last"])
    workflow.completed = part["completed"]
    workflow.success = part["success"]
    workflow.data = part["data"]


class _Local(threading.local):
    """Compressor and decompressor of a thread.

    They must not be shared between threads; making them costs as much as compressing a state.
    """

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=1)
        self.decompressor = zstandard.ZstdDecompressor()


_local = _Local()
