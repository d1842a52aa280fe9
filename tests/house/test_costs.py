"""Tests of what tests cost: the seconds of children are counted, and a folder that costs too much fails the run."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support import costs, processor

pytest_plugins = ["pytester"]

#: A program that is done when it has used half a second of the processor.
BUSY = "import time\nwhile time.process_time() < 0.5: pass"


def test_the_seconds_of_a_child_count_while_it_runs_and_when_it_has_ended() -> None:
    before = processor.used()
    with subprocess.Popen([sys.executable, "-c", f"{BUSY}\nprint(); input()"], stdin=-1, stdout=-1) as child:
        assert child.stdout is not None
        child.stdout.readline()
        while_it_runs = processor.used() - before
        child.communicate(b"\n")
    assert while_it_runs > 0.4
    assert processor.used() - before > 0.4


def spent(seconds: dict[str, float]) -> costs.Costs:
    """Costs of folders."""
    counted = costs.Costs()
    for folder, cpu in seconds.items():
        told = ("cost", {"cpu": cpu, "session": 0.0})
        test = f"{folder}/test_x.py::test_x"
        counted.add(
            pytest.TestReport(test, ("", 0, ""), {}, "passed", None, "teardown", user_properties=[told])
        )
    return counted


BUDGETS = {"tests/a": 100.0, "tests/b": 2000.0, "tests/c": 3000.0, "tests/d": 4000.0}


@pytest.mark.parametrize(
    ("seconds", "over"),
    [
        ({"tests/a": 119.0, "tests/b": 2000.0, "tests/c": 3000.0}, []),
        (
            {"tests/a": 125.0, "tests/b": 2000.0, "tests/c": 3000.0},
            ["tests/a: 125 CPU-s, its budget is 100 at the pace of this run"],
        ),
        ({"tests/a": 59.0, "tests/b": 1000.0, "tests/c": 1500.0}, []),
        (
            {"tests/a": 62.0, "tests/b": 1000.0, "tests/c": 1500.0},
            ["tests/a: 62 CPU-s, its budget is 50 at the pace of this run"],
        ),
        ({"tests/a": 100.0, "tests/b": 2000.0, "tests/c": 3000.0, "tests/new": 47.0}, []),
        (
            {"tests/a": 100.0, "tests/b": 2000.0, "tests/c": 3000.0, "tests/new": 49.0},
            ["tests/new: 49 CPU-s, its budget is 40 at the pace of this run"],
        ),
        # One of four folders does not tell how fast a machine is.
        ({"tests/a": 900.0}, []),
    ],
)
def test_a_folder_may_pass_its_budget_by_a_fifth_at_the_pace_of_the_run(
    seconds: dict[str, float], over: list[str]
) -> None:
    assert spent(seconds).passed(BUDGETS) == over


@pytest.mark.parametrize(("work", "ends"), [(0, pytest.ExitCode.OK), (30, pytest.ExitCode.TESTS_FAILED)])
def test_a_run_fails_where_a_budget_is_passed(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, work: int, ends: pytest.ExitCode
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(costs.__file__).parents[1]))
    written = pytester.path / "budgets.toml"
    written.write_text('[folders]\n"tests/a" = 10\n"tests/b" = 10\n"tests/c" = 10\n')
    plugin = "from support import costs\nfrom pathlib import Path\ncosts.LEAST = 0.2\n"
    plugin += f"costs.BUDGETS = Path({os.fspath(written)!r})"
    pytester.makepyfile(shifted=plugin)
    busy = "def test_{0}():\n for _ in range({1}): sum(range(3_000_000))"
    files = {f"tests/{name}/test_{name}": busy.format(name, work if name == "a" else 2) for name in "abc"}
    pytester.makepyfile(**files)
    result = pytester.runpytest_subprocess("-p", "support.costs", "-p", "shifted", "--budget", "tests")
    assert result.ret == ends
    record: dict[str, Any] = json.loads((pytester.path / costs.RECORD).read_text())
    assert list(record["tests"]) == [f"{file}.py::test_{file[-1]}" for file in files]
    assert record["tests"]["tests/a/test_a.py::test_a"]["cpu"] > 0
    assert set(record["folders"]) == {"tests/a", "tests/b", "tests/c", costs.SESSION}
