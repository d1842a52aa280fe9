"""`hoso report`: the lateness report of a period, by unit and procedure."""

from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from hoso_api.cli import console, errors, instants, signals
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_calendar.messages import sentence
from hoso_workflows import localtime
from hoso_workflows.organisation import permissions
from hoso_workflows.reports import lateness

app = typer.Typer(add_completion=False, help="The lateness report of a period, by unit and procedure.")

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


@app.command()
def report(
    first: Annotated[str | None, typer.Option("--from", help="First day; of this month when absent.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day, included; today when absent.")] = None,
    unit: Annotated[str | None, typer.Option(help="A unit with those below it; all when absent.")] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Count received, resolved early, on time and late, open within and over the limit; the counts add up."""
    today = localtime.local_date(now())
    end = today if last is None else instants.day(last, "--to")
    begin = end.replace(day=1) if first is None else instants.day(first, "--from")
    try:
        made = signals.run(_report(begin, end, unit))
    except lateness.BadPeriod as bad:
        raise errors.Usage(sentence(bad)) from bad
    if json:
        total = asdict(made.total) | {"resolved": made.total.resolved, "open": made.total.open}
        console.json({**asdict(made), "total": total})
        return
    rows = [(line.unit, line.procedure, *(getattr(line, name) for name in FIGURES)) for line in made.lines]
    rows.append(("Cộng", "", *(getattr(made.total, name) for name in FIGURES)))
    title = f"Tình hình giải quyết {begin:%d/%m/%Y} – {end:%d/%m/%Y}" + (
        "" if made.final else " (kỳ chưa kết thúc)"
    )
    console.table(title, COLUMNS, rows, numbers=range(2, 10), whole=(0, 1))


async def _report(begin: date, end: date, unit: str | None) -> lateness.Report:
    async with installation.opened() as db:
        return await lateness.report_lateness(
            db, begin, end, at=now(), unit=await permissions.existing_unit(db, unit)
        )
