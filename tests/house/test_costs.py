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


def spent(seconds: dict[str, float], speed: float = 0.02) -> costs.Costs:
    """Costs of folders, on a machine of that speed."""
    counted = costs.Costs()
    for folder, cpu in seconds.items():
        told = ("cost", {"cpu": cpu, "session": 0.0, "speed": speed})
        test = f"{folder}/test_x.py::test_x"
        counted.add(
            pytest.TestReport(test, ("", 0, ""), {}, "passed", None, "teardown", user_properties=[told])
        )
    return counted


@pytest.mark.parametrize(
    ("seconds", "speed", "over"),
    [
        ({"tests/a": 119.0}, 0.02, []),
        ({"tests/a": 121.0}, 0.02, ["tests/a: 121 CPU-s, its budget is 100"]),
        ({"tests/a": 230.0}, 0.04, []),
        ({"tests/a": 250.0}, 0.04, ["tests/a: 125 CPU-s, its budget is 100"]),
        ({"tests/a": 100.0, "tests/new": 23.0}, 0.02, []),
        ({"tests/a": 100.0, "tests/new": 25.0}, 0.02, ["tests/new: 25 CPU-s, its budget is 20"]),
    ],
)
def test_a_folder_may_pass_its_budget_by_a_fifth_at_the_speed_of_the_machine(
    seconds: dict[str, float], speed: float, over: list[str]
) -> None:
    assert spent(seconds, speed).passed({"speed": 0.02, "folders": {"tests/a": 100}}) == over


@pytest.mark.parametrize(
    ("allowed", "ends"), [(100.0, pytest.ExitCode.OK), (0.0001, pytest.ExitCode.TESTS_FAILED)]
)
def test_a_run_fails_where_a_budget_is_passed(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, allowed: float, ends: pytest.ExitCode
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(costs.__file__).parents[1]))
    written = pytester.path / "budgets.toml"
    written.write_text(f'speed = {processor.measure_speed()}\n[folders]\n"tests" = {allowed}\n')
    plugin = (
        f"from support import costs\nfrom pathlib import Path\ncosts.BUDGETS = Path({os.fspath(written)!r})"
    )
    pytester.makepyfile(shifted=plugin)
    pytester.makepyfile(**{"tests/test_x": "def test_x(): sum(range(100000))"})
    result = pytester.runpytest_subprocess("-p", "support.costs", "-p", "shifted", "--budget", "tests")
    assert result.ret == ends
    record: dict[str, Any] = json.loads((pytester.path / costs.RECORD).read_text())
    assert list(record["tests"]) == ["tests/test_x.py::test_x"]
    assert record["tests"]["tests/test_x.py::test_x"]["cpu"] > 0
    assert set(record["folders"]) == {"tests", costs.SESSION}
