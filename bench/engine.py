"""Load + complete + save in memory: hoso beside SpiffWorkflow alone with a cached specification, per core.

`python bench/engine.py` prints one table. Each side runs in a process of its own, because hoso puts its own task class
into SpiffWorkflow; rounds alternate, and the best of each side counts, since the machine is shared.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

#: Sides: what is asked of each, and whether the state carries the specification.
SIDES = ("bare", "bare, specification inside", "hoso")


def permit() -> bytes:
    """Eight tasks, two gateways with conditions, one parallel part."""
    from support.builders import bpmn

    return bpmn.bpmn(
        bpmn.users("a b c d e f i h")
        + '<exclusiveGateway id="g" default="f5"/><exclusiveGateway id="k" default="f14"/>'
        + '<parallelGateway id="s"/><parallelGateway id="j"/>',
        "start>a a>b b>g g>c{ok == 1} g>b c>s s>d s>e d>j e>j j>f f>k k>i{ok == 1} k>h h>f i>end",
    )


def loop() -> bytes:
    """Two tasks that go round while a supplement is asked for."""
    from support.builders import bpmn

    return bpmn.bpmn(
        bpmn.users("a b c") + '<exclusiveGateway id="m"/><exclusiveGateway id="g" default="f7"/>',
        "start>a a>m m>b b>c c>g g>m{again == 1} g>end",
    )


class Ours:
    """The same two acts through `hoso_bpmn`."""

    def __init__(self, data: bytes) -> None:
        import hoso_bpmn
        from support.builders import bpmn

        self._engine = hoso_bpmn
        self._at, self._calendar = bpmn.MONDAY, bpmn.CALENDAR
        self._spec = hoso_bpmn.load(bpmn.packaged(data)).specification

    def start(self, variables: dict[str, Any]) -> bytes:
        run = self._engine.start(self._spec, at=self._at, calendar=self._calendar, variables=variables)
        return run.dump()

    def complete(self, state: bytes, variables: dict[str, Any]) -> bytes | None:
        run = self._engine.resume(self._spec, state, calendar=self._calendar)
        tasks = run.tasks
        if not tasks:
            return None
        change = run.complete(tasks[0].id, None, variables, at=self._at)
        assert change.incident is None, change.incident
        return run.dump()


def side(name: str) -> Callable[[bytes], Any]:
    """Factory of the runs of one side."""
    if name == "hoso":
        return Ours
    from sides import bare_engine

    return lambda data: bare_engine.Peer(data, specification_inside=name != "bare")


def measured(name: str, drawings: Path, rounds: int, seconds: float) -> dict[str, float]:
    """Completions per second of CPU for whole walks, and for the task after so many supplement rounds."""
    runner = side(name)((drawings / "permit.bpmn").read_bytes())
    completions, spent = 0, 0.0
    while spent < seconds:
        state = runner.start({"ok": 1})
        while True:
            begun = time.process_time()
            following = runner.complete(state, {"ok": 1})
            spent += time.process_time() - begun
            if following is None:
                break
            completions, state = completions + 1, following
    return {
        "walk": completions / spent,
        **_after_rounds(side(name)((drawings / "loop.bpmn").read_bytes()), rounds, seconds),
    }


def _after_rounds(runner: Any, rounds: int, seconds: float) -> dict[str, float]:
    state = runner.complete(runner.start({"again": 1}), {"again": 1})
    for _ in range(2 * rounds):
        following = runner.complete(state, {"again": 1})
        if following is None:
            return {"loop": 0.0, "bytes": len(state)}
        state = following
    completions, spent = 0, 0.0
    while spent < seconds / 2:
        begun = time.process_time()
        runner.complete(state, {"again": 1})
        spent += time.process_time() - begun
        completions += 1
    return {"loop": completions / spent, "bytes": len(state)}


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--side", choices=SIDES)
    arguments.add_argument("--drawings", type=Path)
    arguments.add_argument("--rounds", type=int, default=50)
    arguments.add_argument("--seconds", type=float, default=2.0)
    asked = arguments.parse_args()
    if asked.side:
        print(json.dumps(measured(asked.side, asked.drawings, asked.rounds, asked.seconds)))
        return
    with tempfile.TemporaryDirectory() as folder:
        drawings = Path(folder)
        (drawings / "permit.bpmn").write_bytes(permit())
        (drawings / "loop.bpmn").write_bytes(loop())
        for rounds in (0, 50, 500):
            _print(rounds, {name: _best(name, drawings, rounds, asked.seconds) for name in SIDES})


def _best(name: str, drawings: Path, rounds: int, seconds: float) -> dict[str, float]:
    command = [sys.executable, __file__, "--side", name, "--drawings", str(drawings)]
    command += ["--rounds", str(rounds), "--seconds", str(seconds)]
    runs = [
        json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        for _ in range(3)
    ]
    return {key: max(run[key] for run in runs) for key in runs[0]}


def _print(rounds: int, best: dict[str, dict[str, float]]) -> None:
    base = best["bare"]
    print(f"after {rounds} supplement rounds: completions per second of CPU, times bare")
    for name, row in best.items():
        columns = "   ".join(f"{what} {_rate(row[what], base[what])}" for what in ("walk", "loop"))
        print(f"  {name:28} {columns}   state {row['bytes']:7.0f} B")


def _rate(rate: float, base: float) -> str:
    if not rate:
        return f"{'the dossier is lost':>15}"
    return f"{rate:8.0f} {f'×{rate / base:.2f}' if base else '':>6}"


if __name__ == "__main__":
    main()
