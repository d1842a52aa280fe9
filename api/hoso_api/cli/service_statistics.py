"""`hoso report statistics`: what anybody reads at `/thong-ke`, at the shell."""

from typing import Annotated

import typer

from hoso_api.cli import console, errors, report_obligations, signals
from hoso_api.cli.coordination_acts import Json
from hoso_api.installation import installation
from hoso_api.rest.statistics import views
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_workflows import localtime
from hoso_workflows.operation.cached_figures import FigureCache
from hoso_workflows.reports import statistics
from hoso_workflows.reports.statistics import Served, Statistics

app = report_obligations.app
COLUMNS = (
    "Thủ tục",
    "Lĩnh vực",
    "Trực tuyến",
    "Giải quyết",
    "Đúng hạn, %",
    "Tiếp nhận",
    "Đánh giá",
    "Hài lòng, %",
)


@app.command("statistics")
def shown(
    year: Annotated[int | None, typer.Option(help="This year when absent; at most four years back.")] = None,
    unit: Annotated[str | None, typer.Option(help="Only what this unit handles.")] = None,
    field: Annotated[str | None, typer.Option(help="Only procedures of this field.")] = None,
    json: Json = False,
) -> None:
    """Count what was received and resolved in a year, and how content applicants are."""
    found = signals.run(_counted(year)).narrowed(unit, field)
    if json:
        console.json(views.document(found))
        return
    rows = [(each.procedure, each.field_name, *_figures(each)) for each in found.by_procedure]
    at = found.counted_at.astimezone(localtime.ZONE)
    title = f"Dịch vụ công năm {found.year}, số liệu lúc {at:%H:%M %d/%m/%Y}"
    console.table(
        title, COLUMNS, [*rows, ("Cộng", "", *_figures(found.total))], numbers=range(2, 8), whole=(0,)
    )


def _figures(each: Served) -> tuple[object, ...]:
    return (
        each.online,
        each.online_resolved,
        each.on_time or "–",
        each.received,
        each.rated.rated,
        each.rated.share or "–",
    )


async def _counted(year: int | None) -> Statistics:
    """The statistics of a year. Raises Usage for one that nobody counts."""
    at = now()
    counted = year or localtime.local_date(at).year
    open_years = statistics.years(at)
    if counted not in open_years:
        raise errors.Usage(
            say("--year: name a year from {first} to {last}", first=open_years[0], last=open_years[-1])
        )
    async with installation.opened() as db:
        return await statistics.of_year(db, counted, at=at, figures=FigureCache())
