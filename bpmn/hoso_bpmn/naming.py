"""Names that tell a reader something, and ids that modelling tools write where nobody gave a name."""

from __future__ import annotations

import re

from hoso_bpmn.diagram import Diagram, Process

_MADE_BY_A_TOOL = re.compile(r"(Process|Participant|Pool|Lane|Collaboration|Definitions)_\w+")


def telling(name: str, drawing: Diagram) -> bool:
    """True for a name that is neither empty nor the id of a pool, process or lane."""
    return bool(name) and name not in _ids(drawing) and not _MADE_BY_A_TOOL.fullmatch(name)


def _ids(drawing: Diagram) -> set[str]:
    pools, processes = drawing.participants, drawing.processes
    lanes = (lane.id for process in processes for lane in process.lanes)
    return {*(pool.id for pool in pools), *(process.id for process in processes), *lanes}


def of_process(drawing: Diagram, process: Process) -> str:
    """What a reader calls the process: by its pool, else by its own name; empty where neither says anything."""
    pools = (pool.name for pool in drawing.participants if pool.process == process.id)
    return next((name for name in (*pools, process.name) if telling(name, drawing)), "")
