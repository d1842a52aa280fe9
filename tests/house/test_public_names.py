"""The names that the packages offer stay where they are, whatever moves behind them."""

import subprocess
import sys
from importlib import import_module

import pytest

CALENDAR = [
    "compile",
    "load",
    "load_file",
    "Term",
    "Unit",
    "Pause",
    "Policy",
    "deadline",
    "MissingCalendarData",
    "WorkCalendar",
    "Deadline",
    "check",
    "compare",
]
BPMN = [
    "check",
    "import_bpmn",
    "load",
    "start",
    "resume",
    "Report",
    "Run",
    "Change",
    "RefusedFile",
    "Package",
    "Specification",
]
WORKFLOWS = {
    "lifecycle": "decide fold",
    "clock": "fold",
    "publish": "check",
    "scenarios": "run",
    "recompute": "main",
}


@pytest.mark.parametrize("name", CALENDAR)
def test_the_calendar_offers(name: str) -> None:
    assert hasattr(import_module("hoso_calendar"), name)


@pytest.mark.parametrize("name", BPMN)
def test_the_procedures_offer(name: str) -> None:
    assert hasattr(import_module("hoso_bpmn"), name)


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module, names in WORKFLOWS.items() for name in names.split()]
)
def test_the_workflows_offer(module: str, name: str) -> None:
    assert callable(getattr(import_module(f"hoso_workflows.{module}"), name))


@pytest.mark.parametrize("module", WORKFLOWS)
def test_each_is_imported_by_itself(module: str) -> None:
    """In a process of its own, where nothing else was imported before."""
    code = f"from hoso_workflows import {module}; print({module}.__name__)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == f"hoso_workflows.{module}\n"
