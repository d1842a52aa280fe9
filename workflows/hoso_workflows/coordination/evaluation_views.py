"""Evaluation sheets for programs."""

from typing import Any

from hoso_workflows.coordination import indicators
from hoso_workflows.coordination.evaluation import Line, Sheet
from hoso_workflows.coordination.indicators import Group


def shown(sheet: Sheet) -> dict[str, Any]:
    """A sheet with its groups, their lines and sums."""
    names = ("id", "unit", "unit_name", "period_from", "period_to", "grade")
    ends = ("computed_at", "opened_by", "final_at", "final_by")
    return {
        **{name: getattr(sheet, name) for name in (*names, *ends)},
        "groups": [_group(sheet, group) for group in Group],
    }


def _group(sheet: Sheet, group: Group) -> dict[str, Any]:
    return {
        "group": group,
        "basis": indicators.BASES[group],
        "lines": [_line(each) for each in sheet.lines(group)],
        "counted": sheet.counted(group),
        "total": sheet.total(group),
    }


def _line(line: Line) -> dict[str, Any]:
    figure, mark = line.figure, line.mark
    return {
        "indicator": line.indicator.name,
        "most": line.indicator.most,
        "value": figure.value,
        "part": figure.part,
        "whole": figure.whole,
        "computed": figure.points,
        "marked": mark.points if mark else None,
        "reason": mark.reason if mark else None,
        "points": line.points,
    }
