"""`hoso evaluations`: evaluation sheets of units, opened, marked, made final."""

from typing import Annotated

import typer

from hoso_api.cli import console, coordination_acts, instants
from hoso_api.cli.coordination_acts import By, Json, OnlyUnit, Unit
from hoso_workflows.coordination import evaluation, evaluation_views
from hoso_workflows.coordination.evaluation import Sheet
from hoso_workflows.coordination.indicators import Group
from hoso_workflows.pagination import MOST

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Evaluation sheets of units: list, open, mark, make final.",
)
SheetId = Annotated[str, typer.Argument(help="The id of a sheet.")]


@app.command("list")
def listed(
    unit: OnlyUnit = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")] = 50,
    json: Json = False,
) -> None:
    """List the sheets with their sums, the newest period first."""
    units = None if unit is None else [unit]
    found = coordination_acts.read(
        evaluation.LIST, unit, lambda db: evaluation.listed(db, units, limit=limit)
    )
    if json:
        console.json({"items": [evaluation_views.shown(each) for each in found.items]})
        return
    rows = [
        (
            each.unit,
            f"{each.period_from:%d/%m/%Y} – {each.period_to:%d/%m/%Y}",
            *(_sum(each, group) for group in Group),
            "đã chốt" if each.final_at else "",
            str(each.id),
        )
        for each in found.items
    ]
    console.table("Phiếu đánh giá", ("Đơn vị", "Kỳ", "TT 01/2018", "QĐ 766", "Lưu ý", "Id"), rows)


@app.command("open")
def opened(
    unit: Unit,
    first: Annotated[str, typer.Argument(help="First day of the period.")],
    last: Annotated[str, typer.Argument(help="Last day of the period.")],
    by: By,
    json: Json = False,
) -> None:
    """Open the sheet of a unit and a period, or count its figures anew."""
    days = instants.day(first, "FIRST"), instants.day(last, "LAST")
    _tell(
        coordination_acts.done(by, lambda db, asked: evaluation.open_sheet(db, unit, *days, asked)), json=json
    )


@app.command()
def mark(
    sheet: SheetId,
    indicator: Annotated[str, typer.Argument(help="The name of an indicator.")],
    points: Annotated[str, typer.Argument(help="Its points.")],
    reason: Annotated[str, typer.Argument(help="Why so many.")],
    by: By,
    json: Json = False,
) -> None:
    """Give an indicator a mark by hand."""
    named, given = coordination_acts.identity(sheet), coordination_acts.number(points, "POINTS")
    found = coordination_acts.done(
        by, lambda db, asked: evaluation.mark(db, named, indicator, given, reason, asked)
    )
    _tell(found, json=json)


@app.command("final")
def finalise(sheet: SheetId, by: By, json: Json = False) -> None:
    """Count the figures a last time and make the sheet final."""
    named = coordination_acts.identity(sheet)
    _tell(coordination_acts.done(by, lambda db, asked: evaluation.finalise(db, named, asked)), json=json)


def _tell(sheet: Sheet, *, json: bool) -> None:
    if json:
        console.json(evaluation_views.shown(sheet))
        return
    rows = [
        (
            line.indicator.name,
            _number(line.figure.value),
            _number(line.figure.points),
            _number(line.mark.points if line.mark else None),
        )
        for group in Group
        for line in sheet.lines(group)
    ]
    console.table(str(sheet.id), ("Chỉ số", "Số liệu", "Điểm tính", "Điểm chấm"), rows)


def _number(value: object) -> str:
    return "chưa có" if value is None else str(value)


def _sum(sheet: Sheet, group: Group) -> str:
    return f"{sheet.total(group)} ({sheet.counted(group)}/{len(sheet.lines(group))})"
