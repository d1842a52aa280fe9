"""Read, check, draw and execute BPMN procedures in memory. The only door to SpiffWorkflow."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hoso_calendar.messages import add_catalogues

if TYPE_CHECKING:
    from hoso_bpmn.checks.inspection import check
    from hoso_bpmn.conversion import Imported, import_bpmn
    from hoso_bpmn.findings import Finding, RefusedFile, Report, Severity
    from hoso_bpmn.package.package import Package
    from hoso_bpmn.package.package import codes as bundled
    from hoso_bpmn.runs.changes import Awaited, Change, ClosedTask, Incident, Task, Timer
    from hoso_bpmn.runs.migration import Migration, migrate
    from hoso_bpmn.runs.run import Run, resume, start
    from hoso_bpmn.runs.specification import Loaded, Specification, Step, load
    from hoso_bpmn.runs.state import Look, digest, look

#: Public name → module (and the name there, where it differs). Loaded on first use: the engine is heavy.
_HOMES = {
    "Awaited": "runs.changes",
    "Change": "runs.changes",
    "ClosedTask": "runs.changes",
    "Finding": "findings",
    "Imported": "conversion",
    "Incident": "runs.changes",
    "Loaded": "runs.specification",
    "Look": "runs.state",
    "Migration": "runs.migration",
    "Package": "package.package",
    "RefusedFile": "findings",
    "Report": "findings",
    "Run": "runs.run",
    "Severity": "findings",
    "Specification": "runs.specification",
    "Step": "runs.specification",
    "Task": "runs.changes",
    "Timer": "runs.changes",
    "bundled": "package.package:codes",
    "check": "checks.inspection",
    "digest": "runs.state",
    "import_bpmn": "conversion",
    "load": "runs.specification",
    "look": "runs.state",
    "migrate": "runs.migration",
    "resume": "runs.run",
    "start": "runs.run",
}

__all__ = [
    "Awaited",
    "Change",
    "ClosedTask",
    "Finding",
    "Imported",
    "Incident",
    "Loaded",
    "Look",
    "Migration",
    "Package",
    "RefusedFile",
    "Report",
    "Run",
    "Severity",
    "Specification",
    "Step",
    "Task",
    "Timer",
    "bundled",
    "check",
    "digest",
    "import_bpmn",
    "load",
    "look",
    "migrate",
    "resume",
    "start",
]

add_catalogues("hoso_bpmn", Path(__file__).with_name("locale"))


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, alias = home.partition(":")
    value = getattr(import_module(f"{__name__}.{module}"), alias or name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
