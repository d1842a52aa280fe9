"""`hoso report`: the lateness report of a period, and the dossiers behind its figures."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

import typer

from hoso_api.cli import console, errors, instants, operators, service_statistics, signals
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_api.translation import standing, wording
from hoso_calendar.messages import say, sentence
from hoso_workflows import localtime
from hoso_workflows.monitoring import overdue
from hoso_workflows.organisation import permissions
from hoso_workflows.pagination import MOST
from hoso_workflows.procedures.reference_data import ReferenceData
from hoso_workflows.reports import lateness, lateness_dossiers, weeks
from hoso_workflows.reports.lateness import Part
from hoso_workflows.reports.lateness_dossiers import Cell, Column, Counted

COLUMNS = (
    "Đơn vị",
    "Thủ tục",
    "Nhận",
    "Kỳ trước",
    "Trước hạn",
    "Đúng hạn",
    "Quá hạn",
    "Trong hạn",
    "Đang quá hạn",
    "Khác",
)
FIGURES = (
    "received",
    "carried_over",
    "early",
    "on_time",
    "late",
    "open_within",
    "open_overdue",
    "closed_otherwise",
)


#: Appointed hours that came in the period.
HOURS = ("Đơn vị", "Thủ tục", "Giờ hẹn", "Trả được", "Chưa trả được", "Chưa có kết quả")
#: First and last day, unit, and its part in the dossiers.
Asked = tuple[date, date, str | None, Part]
app = service_statistics.app


@app.callback(invoke_without_command=True)
def report(
    context: typer.Context,
    first: Annotated[str | None, typer.Option("--from", help="First day; of this month when absent.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day, included; today when absent.")] = None,
    unit: Annotated[str | None, typer.Option(help="A unit with those below it; all when absent.")] = None,
    part: Annotated[
        Part, typer.Option(help="What the units are to the dossiers: they handle or receive them.")
    ] = Part.HANDLING,
    column: Annotated[
        Column | None, typer.Option(help="The dossiers behind the figure of this column.")
    ] = None,
    line_unit: Annotated[str | None, typer.Option(help="With --column: of the lines of this unit.")] = None,
    procedure: Annotated[
        str | None, typer.Option(help="With --column: of the lines of this procedure.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="With --column: at most so many.")] = 50,
    by_week: Annotated[
        bool, typer.Option("--weeks", help="The last 13 weeks of --unit, with those below it.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Count received, resolved early, on time and late, open within and over the limit; the counts add up."""
    if context.invoked_subcommand is not None:
        return
    if by_week:
        _show_weeks(unit, json=json)
        return
    today = localtime.local_date(now())
    end = today if last is None else instants.day(last, "--to")
    begin = end.replace(day=1) if first is None else instants.day(first, "--from")
    if column is None and (line_unit or procedure):
        raise errors.Usage(say("--line-unit and --procedure choose a figure; name its --column too"))
    try:
        if column is not None:
            _show((begin, end, unit, part), Cell(column, line_unit, procedure), limit, json=json)
            return
        made = signals.run(_report(begin, end, unit, part))
    except lateness.BadPeriod as bad:
        raise errors.Usage(sentence(bad)) from bad
    if json:
        total = asdict(made.total) | {"resolved": made.total.resolved, "open": made.total.open}
        console.json({**asdict(made), "total": total})
        return
    rows = [(line.unit, line.procedure, *(getattr(line, name) for name in FIGURES)) for line in made.lines]
    rows.append(("Cộng", "", *(getattr(made.total, name) for name in FIGURES)))
    title = f"Tình hình giải quyết {begin:%d/%m/%Y} – {end:%d/%m/%Y}"
    if part is Part.RECEIVING:
        title += ", theo đơn vị tiếp nhận"
    if not made.final:
        title += " (kỳ chưa kết thúc)"
    console.table(title, COLUMNS, rows, numbers=range(2, 10), whole=(0, 1))
    if made.hours:
        names = ("hours", "ready", "not_returned", "without_result")
        came = [(each.unit, each.procedure, *(getattr(each, name) for name in names)) for each in made.hours]
        console.table("Giờ hẹn trả kết quả trong kỳ", HOURS, came, numbers=range(2, 6), whole=(0, 1))


def _show_weeks(unit: str | None, *, json: bool) -> None:
    """Print the last weeks of a unit."""
    if unit is None:
        raise errors.Usage(say("--weeks counts one unit; name it with --unit"))
    found = signals.run(_weeks(unit))
    if json:
        console.json({"unit": unit, "weeks": [asdict(each) for each in found]})
        return
    rows = [(f"{each.begin:%d/%m/%Y}", each.received, each.resolved, each.late) for each in found]
    console.table(f"13 tuần của {unit}", ("Tuần từ", "Nhận", "Đã giải quyết", "Trễ"), rows, numbers=(1, 2, 3))


async def _weeks(unit: str) -> tuple[weeks.Week, ...]:
    async with installation.opened() as db:
        await permissions.existing_unit(db, unit)
        return await weeks.of_unit(db, unit, at=now())


async def _report(begin: date, end: date, unit: str | None, part: Part) -> lateness.Report:
    async with installation.opened() as db:
        return await lateness.report_lateness(
            db, begin, end, at=now(), unit=await permissions.existing_unit(db, unit), part=part
        )


def _show(asked: Asked, cell: Cell, limit: int, *, json: bool) -> None:
    """Print the dossiers behind a figure."""
    begin, end, *_ = asked
    number, items = signals.run(_dossiers(asked, cell, limit))
    if json:
        told = [{**asdict(item), "lateness": late and asdict(late)} for item, late in items]
        console.json({"number": number, "items": told})
        return
    rows = [
        (
            item.code,
            item.procedure,
            _day(item.promised),
            _day(item.finished_at),
            _late(item, late),
        )
        for item, late in items
    ]
    title = f"Hồ sơ {begin:%d/%m/%Y} – {end:%d/%m/%Y}: {wording.counted(number)}"
    console.table(title, ("Hồ sơ", "Thủ tục", "Hẹn trả", "Kết thúc", "Trễ"), rows, numbers=(4,), whole=(0, 1))
    if number > len(items):
        console.out.print(f"và {wording.counted(number - len(items))} nữa; xem thêm với --limit")


async def _dossiers(
    asked: Asked, cell: Cell, limit: int
) -> tuple[int, list[tuple[Counted, overdue.Lateness | None]]]:
    async with installation.opened() as db:
        begin, end, unit, part = asked
        for code in (unit, cell.line_unit):
            await permissions.existing_unit(db, code)
        found = await lateness_dossiers.dossiers(
            db, begin, end, cell, at=now(), unit=unit, part=part, limit=limit
        )
        shown = found.page.items
        await operators.reads(db, "list_reported_dossiers", unit, (item.id for item in shown))
        calendars = await ReferenceData(db).unit_calendars()
        return found.number, [
            (item, item.lateness and overdue.Lateness.between(calendars[item.unit], *item.lateness))
            for item in shown
        ]


def _late(item: Counted, late: overdue.Lateness | None) -> str:
    """Lateness in words.

    Of a clock that stands still also since when it is late, and since when and why it stands.
    """
    words = [wording.working_time(late)] if late else []
    if item.still:
        words += [f"quá hạn từ {_day(item.late_since)}"] if item.late_since else []
        words.append(standing.stopped(item.still.since, item.still.why))
    return ", ".join(words)


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(localtime.ZONE):%d/%m/%Y}" if at else ""
