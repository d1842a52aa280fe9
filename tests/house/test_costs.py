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


BUDGETS = {f"tests/{name}": 100.0 * (name == "a") or 1000.0 for name in "abcdefghi"}


@pytest.mark.parametrize(
    ("pace", "seconds", "over"),
    [
        (1.0, {"tests/a": 119.0}, []),
        (1.0, {"tests/a": 121.0}, ["tests/a: 121 CPU-s, its budget is 100 at the pace of this run"]),
        (0.5, {"tests/a": 59.0}, []),
        (0.5, {"tests/a": 61.0}, ["tests/a: 61 CPU-s, its budget is 50 at the pace of this run"]),
        # Where what takes turns leaves the dearest, the others are no dearer for it.
        (1.0, {"tests/a": 119.0, "tests/b": 300.0, "tests/c": 400.0, "tests/d": 500.0}, []),
        (1.0, {"tests/b": 1210.0}, ["tests/b: 1210 CPU-s, its budget is 1000 at the pace of this run"]),
        (1.0, {"tests/new": 47.0}, []),
        (1.0, {"tests/new": 49.0}, ["tests/new: 49 CPU-s, its budget is 40 at the pace of this run"]),
    ],
)
def test_a_folder_may_pass_its_budget_by_a_fifth_at_the_pace_of_the_run(
    pace: float, seconds: dict[str, float], over: list[str]
) -> None:
    run = {name: budget * pace for name, budget in BUDGETS.items()} | seconds
    assert spent(run).passed(BUDGETS) == over


def test_one_folder_of_many_does_not_tell_how_fast_a_machine_is() -> None:
    assert spent({"tests/a": 900.0}).passed(BUDGETS) == []


@pytest.mark.parametrize(("work", "ends"), [(0, pytest.ExitCode.OK), (30, pytest.ExitCode.TESTS_FAILED)])
def test_a_run_fails_where_a_budget_is_passed(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, work: int, ends: pytest.ExitCode
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(costs.__file__).parents[1]))
    written = pytester.path / "budgets.toml"
    written.write_text("[folders]\n" + "".join(f'"tests/{name}" = 10\n' for name in "abcde"))
    plugin = "from support import costs\nfrom pathlib import Path\ncosts.LEAST = 0.2\n"
    plugin += f"costs.BUDGETS = Path({os.fspath(written)!r})"
    pytester.makepyfile(shifted=plugin)
    busy = "def test_{0}():\n for _ in range({1}): sum(range(3_000_000))"
    files = {f"tests/{name}/test_{name}": busy.format(name, work if name == "a" else 2) for name in "abcde"}
    pytester.makepyfile(**files)
    result = pytester.runpytest_subprocess("-p", "support.costs", "-p", "shifted", "--budget", "tests")
    assert result.ret == ends
    record: dict[str, Any] = json.loads((pytester.path / costs.RECORD).read_text())
    assert list(record["tests"]) == [f"{file}.py::test_{file[-1]}" for file in files]
    assert record["tests"]["tests/a/test_a.py::test_a"]["cpu"] > 0
    assert set(record["folders"]) == {*(f"tests/{name}" for name in "abcde"), costs.SESSION}
