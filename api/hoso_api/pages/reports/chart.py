"""Bars of the lateness report: resolved and open dossiers of each unit.

Each bar shows how much of it is late.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from hoso_api.translation.vietnamese import spoken
from hoso_workflows.reports.lateness import Line, Report

#: Units with a bar of their own; the others share one.
MOST = 12


@dataclass(frozen=True, slots=True)
class Bars:
    """The two bars of a unit."""

    name: str
    resolved: int
    late: int
    open: int
    overdue: int


def bars(report: Report) -> list[Bars]:
    """Units, those with most late dossiers first. Those without any dossier are left out."""
    units: dict[str, list[Line]] = defaultdict(list)
    for line in report.lines:
        units[line.unit].append(line)
    found = [_bars(lines[0].unit_name, lines) for lines in units.values()]
    found = sorted(
        (each for each in found if each.resolved or each.open),
        key=lambda each: (-each.late - each.overdue, -each.resolved - each.open, each.name),
    )
    if len(found) <= MOST:
        return found
    others = found[MOST - 1 :]
    name = spoken("{n} đơn vị khác", n=len(others))
    return [*found[: MOST - 1], Bars(name, *(sum(each) for each in zip(*map(_numbers, others), strict=True)))]


def scale(found: Sequence[Bars]) -> int:
    """The end of the scale. The longest bar, rounded up to one digit and noughts."""
    longest = max((max(each.resolved, each.open) for each in found), default=1)
    step = int("1".ljust(len(str(longest)), "0"))
    return -(-longest // step) * step


def _bars(name: str, lines: Sequence[Line]) -> Bars:
    sums = (
        sum(each)
        for each in zip(
            *((line.resolved, line.late, line.open, line.open_overdue) for line in lines), strict=True
        )
    )
    return Bars(name, *sums)


def _numbers(each: Bars) -> tuple[int, int, int, int]:
    return each.resolved, each.late, each.open, each.overdue
