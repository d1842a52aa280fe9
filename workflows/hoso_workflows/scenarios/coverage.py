"""Coverage: sequence flows of a diagram that scenarios take, and the untaken ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from hoso_bpmn.document import gateways
from hoso_bpmn.document.diagram import Flow, Process
from hoso_bpmn.engine.token_trace import Move
from hoso_bpmn.package import calls


@dataclass(frozen=True, slots=True)
class UntakenFlow:
    """A sequence flow as a reader of the diagram finds it."""

    flow: str
    name: str
    source: str
    target: str

    def __str__(self) -> str:
        label = f" “{self.name}”" if self.name else ""
        return f"{self.flow}{label}: {self.source} → {self.target}"


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of one process file by the scenarios."""

    #: Path of the BPMN file in the package.
    process: str
    flows: int
    untaken: tuple[UntakenFlow, ...]

    @property
    def taken(self) -> int:
        """The number of flows that some scenario takes."""
        return self.flows - len(self.untaken)

    def to_json(self) -> dict[str, Any]:
        """JSON-safe."""
        untaken = [
            {"flow": flow.flow, "name": flow.name, "source": flow.source, "target": flow.target}
            for flow in self.untaken
        ]
        return {"process": self.process, "flows": self.flows, "taken": self.taken, "untaken": untaken}


def of(path: str, data: bytes, moves: Collection[Move], chosen: Collection[str]) -> Coverage:
    """The coverage of a BPMN file by the moves of tokens.

    `chosen` are the flows that labels chose: they tell several flows between the same two elements apart.
    """
    process = calls.drawn(data)
    between = Counter((flow.source, flow.target) for flow in process.flows.values())

    def taken(flow: Flow) -> bool:
        move = flow.source, flow.target
        alone = between[move] == 1 or not gateways.named(process, process.elements[flow.source])
        return move in moves and (alone or flow.id in chosen)

    untaken = tuple(_untaken_flow(process, flow) for flow in process.flows.values() if not taken(flow))
    return Coverage(path, len(process.flows), untaken)


def _untaken_flow(process: Process, flow: Flow) -> UntakenFlow:
    source, target = (process.elements[element].label for element in (flow.source, flow.target))
    return UntakenFlow(flow.id, flow.name, source, target)
