"""Print the costs of the last run of tests, or make them the budgets.

`python tools/costs.py` prints the folders and the hundred dearest tests, in CPU and wall seconds; `--budgets` writes
those of folders that cost more than theirs, or have none, into `tests/budgets.toml`. Take a whole run with nothing else on the
machine for that; without a file, all are written.
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
    """The budgets, raised to what the folders cost at the pace of the run.

    Folders differ in how much faster they are on a faster machine: the dearest of several runs is the budget.
    """
    kept = costs.read_budgets() if costs.BUDGETS.exists() else {}
    pace = costs.find_pace(record["folders"], kept) or 1
    dear = {name: cpu / pace for name, cpu in record["folders"].items() if cpu / pace > costs.LEAST}
    rows = {name: max(kept.get(name, 0), dear.get(name, 0)) for name in sorted({*kept, *dear})}
    return "\n".join(
        [
            "# CPU seconds that each folder of tests may take, in proportion to the others: a run is held to them at its",
            "# own pace (tests/support/costs.py). Written by `python tools/costs.py --budgets`.",
            "",
            "[folders]",
            *(f'"{name}" = {cpu:.0f}' for name, cpu in rows.items() if name != costs.ROTATING),
            "",
        ]
    )


if __name__ == "__main__":
    main()
