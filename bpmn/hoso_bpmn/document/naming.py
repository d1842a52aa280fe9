"""Names for readers, told apart from ids that modelling tools generate."""

from __future__ import annotations

import re

from hoso_bpmn.document.diagram import Diagram, Process

_MADE_BY_A_TOOL = re.compile(r"(Process|Participant|Pool|Lane|Collaboration|Definitions)_\w+")


def telling(name: str, drawing: Diagram) -> bool:
    """True for a name that is not empty and not a generated id."""
    return bool(name) and name not in _ids(drawing) and not _MADE_BY_A_TOOL.fullmatch(name)


def _ids(drawing: Diagram) -> set[str]:
    pools, processes = drawing.participants, drawing.processes
    lanes = (lane.id for process in processes for lane in process.lanes)
    return {*(pool.id for pool in pools), *(process.id for process in processes), *lanes}


def of_process(drawing: Diagram, process: Process) -> str:
    """Name of the process: its pool's, else its own, else empty."""
    pools = (pool.name for pool in drawing.participants if pool.process == process.id)
    return next((name for name in (*pools, process.name) if telling(name, drawing)), "")
