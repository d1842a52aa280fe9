"""Reading, checking, importing and drawing diagrams of 10 to 3,000 elements: CPU time here, and through the limited child.
Then patterns of forms that were made to take long: the same letters ten times and a hundred times over.

`python bench/declaration.py` prints two tables; the best of several rounds counts, since the machine is shared.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import hoso_bpmn
from hoso_bpmn import conversion
from hoso_bpmn.checks import inspection
from hoso_bpmn.document import diagram
from hoso_bpmn.drawing import svg
from hoso_bpmn.package import patterns
from support.builders import bpmn

SIZES = (10, 50, 200, 1000, 3000)
LENGTHS = (1_000, 10_000, 100_000)
#: The first one stopped a worker for 9 s with 42 letters while patterns were matched by going back.
PATTERNS = ("^(?:a|aa){28}b$", "^(?:[ab]+)+$", "^(?:[ab]|a.)+[^ab]", "(?:[ab]|a.){200}c")
ROUNDS = 3


def chain(elements: int) -> bytes:
    """Tasks in a row, without coordinates."""
    names = [f"t{number}" for number in range(elements - 2)]
    ways = [f"{a}>{b}" for a, b in zip(["start", *names], [*names, "end"], strict=True)]
    return bpmn.bpmn(bpmn.users(" ".join(names)), " ".join(ways))


def milliseconds(work: Callable[[], object], clock: Callable[[], float]) -> float:
    """The best of the rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = clock()
        work()
        best = min(best, clock() - begun)
    return best * 1000


def row(elements: int, folder: Path) -> tuple[float, ...]:
    """Cost of each operation for a diagram of so many elements."""
    data = chain(elements)
    package = bpmn.packaged(data)
    path = folder / f"{elements}.zip"
    path.write_bytes(package.to_zip())
    cpu, wall = time.process_time, time.perf_counter
    return (
        milliseconds(lambda: diagram.read(data), cpu),
        milliseconds(lambda: inspection.inspect_package(dict(package.files)), cpu),
        milliseconds(lambda: conversion.convert(data), cpu),
        milliseconds(lambda: svg.draw(data), cpu),
        milliseconds(lambda: hoso_bpmn.check(path), wall),
        milliseconds(lambda: hoso_bpmn.import_bpmn(data), wall),
    )


def matched(text: str) -> tuple[float, ...]:
    """The cost of a pattern for answers of so many letters, and the last ratio."""
    pattern = patterns.compiled(text)
    costs = [
        milliseconds(lambda answer="ab" * (length // 2): pattern.found_in(answer), time.process_time)
        for length in LENGTHS
    ]
    return (*costs, costs[-1] / costs[-2])


def main() -> None:
    """Print both tables."""
    diagrams()
    print()
    print(f"{'pattern':>20} " + " ".join(f"{f'ms CPU, {length:,}':>15}" for length in LENGTHS), "  ratio")
    for text in PATTERNS:
        *costs, ratio = matched(text)
        print(f"{text:>20} " + " ".join(f"{cost:>15.4f}" for cost in costs), f"{ratio:>7.1f}")


def diagrams() -> None:
    """Print the table of diagrams."""
    heads = ("read", "check", "import", "draw", "check in child", "import in child")
    print(f"{'elements':>8} " + " ".join(f"{head:>15}" for head in heads))
    print(
        f"{'':>8} " + " ".join(f"{'ms ' + unit:>15}" for unit in ("CPU", "CPU", "CPU", "CPU", "wall", "wall"))
    )
    with tempfile.TemporaryDirectory() as folder:
        for elements in SIZES:
            figures = row(elements, Path(folder))
            print(f"{elements:>8} " + " ".join(f"{figure:>15.1f}" for figure in figures))


if __name__ == "__main__":
    main()
