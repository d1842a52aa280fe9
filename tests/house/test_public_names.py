"""The names that the packages offer stay where they are, whatever moves behind them."""

import subprocess
import sys
from importlib import import_module

import pytest

#: The frozen names of each package, and of each module that is offered.
NAMES = {
    "hoso_calendar": (
        "compile load load_file Term Unit Pause Policy deadline MissingCalendarData WorkCalendar Deadline check compare"
    ),
    "hoso_bpmn": ("check import_bpmn load start resume Report Run Change RefusedFile Package Specification"),
    "hoso_workflows.lifecycle": "decide fold",
    "hoso_workflows.clock": "fold",
    "hoso_workflows.publish": "check",
    "hoso_workflows.scenarios": "run",
    "hoso_workflows.recompute": "main",
}
#: Each import in a fork of its own, of a process in which nothing was imported before.
EACH_BY_ITSELF = """
import importlib, os, sys
for module in sys.argv[1:]:
    if os.fork() == 0:
        print(importlib.import_module(module).__name__, flush=True)
        os._exit(0)
    os.wait()
"""


def test_each_package_offers_its_frozen_names() -> None:
    offered = {
        package: " ".join(
            name for name in names.split() if callable(getattr(import_module(package), name, None))
        )
        for package, names in NAMES.items()
    }
    assert offered == NAMES


@pytest.mark.parametrize("package", ["hoso_calendar", "hoso_bpmn"])
def test_a_package_lists_what_it_offers(package: str) -> None:
    module = import_module(package)
    assert {*NAMES[package].split()} - {*module.__all__} == set()
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


def test_each_is_imported_by_itself() -> None:
    """In a process of its own, where nothing else was imported before."""
    ran = subprocess.run(
        [sys.executable, "-c", EACH_BY_ITSELF, *NAMES], capture_output=True, text=True, check=False
    )
    assert (ran.stdout.split(), ran.stderr) == ([*NAMES], "")
