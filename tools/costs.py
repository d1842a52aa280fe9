"""Print the costs of the last run of tests, or make them the budgets.

`python tools/costs.py` prints the folders and the hundred dearest tests, in CPU and wall seconds; `--budgets` writes
`tests/budgets.toml` anew. Take a whole run with nothing else on the machine for that.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from support import costs  # noqa: E402 - it is no part of the package

DEAREST = 100


def main() -> None:
    """Read the record of the last run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--budgets", action="store_true", help="write the budgets anew")
    path = ROOT / costs.RECORD
    if not path.exists():
        raise SystemExit("No run has written its costs yet: run the tests first.")
    record = json.loads(path.read_text(encoding="utf-8"))
    if parser.parse_args().budgets:
        costs.BUDGETS.write_text(budgets(record), encoding="utf-8")
    else:
        print("\n".join([*folders(record), "", *dearest(record)]))


def folders(record: dict[str, Any]) -> list[str]:
    """A line for each folder, the dearest first."""
    rows = sorted(record["folders"].items(), key=lambda row: -row[1])
    total = sum(record["folders"].values())
    return [f"{cpu:8.1f} CPU-s  {name}" for name, cpu in [("all", total), *rows]]


def dearest(record: dict[str, Any]) -> list[str]:
    """A line for each of the dearest tests."""
    rows = sorted(record["tests"].items(), key=lambda row: -row[1]["cpu"])[:DEAREST]
    return [f"{cost['cpu']:8.1f} CPU-s {cost['wall']:8.1f} s  {name}" for name, cost in rows]


def budgets(record: dict[str, Any]) -> str:
    """The costs of the folders as their budgets."""
    known = [row for row in record["folders"].items() if row[0] != costs.ROTATING]
    rows = sorted((name, cpu) for name, cpu in known if cpu > costs.LEAST)
    return "\n".join(
        [
            "# CPU seconds of each folder of tests, on a machine that does the fixed work of",
            "# tests/support/processor.py in so many seconds. Written by `python tools/costs.py --budgets`.",
            f"speed = {record['speed']:.5f}",
            "",
            "[folders]",
            *(f'"{name}" = {cpu:.0f}' for name, cpu in rows),
            "",
        ]
    )


if __name__ == "__main__":
    main()
