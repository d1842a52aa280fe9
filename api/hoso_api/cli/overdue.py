"""`hoso overdue`: what is late, whose it is, and by how much working time."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, NamedTuple

import typer

from hoso_api.cli import console, errors, instants, operators, signals
from hoso_api.installation import installation
from hoso_api.translation import wording
from hoso_workflows import localtime
from hoso_workflows.monitoring import overdue, return_queue, workload
from hoso_workflows.organisation import permissions
from hoso_workflows.pagination import MOST
from hoso_workflows.procedures.reference_data import ReferenceData

app = typer.Typer(add_completion=False, help="What is late, whose it is, and by how much working time.")


class Kind(NamedTuple):
    """A kind of late item: its query, and the total that counts it."""

    ask: Any
    total: str


DOSSIERS = Kind(overdue.dossiers, "overdue")
STEPS = Kind(overdue.steps, "overdue_steps")
RECEPTIONS = Kind(overdue.receptions, "overdue_receptions")
RETURNS = Kind(return_queue.returns, "returns")


class Listed(NamedTuple):
    """The shown part of a list, and the number of items left out."""

    items: Sequence[Any]
    more: int


@app.command("overdue")
def listed(
    unit: Annotated[str | None, typer.Option(help="Of one unit.")] = None,
    steps: Annotated[bool, typer.Option("--steps", help="Late steps instead of late dossiers.")] = False,
    returns: Annotated[
        bool, typer.Option("--returns", help="Results that await their return, what is not ready first.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many, most late first.")] = 50,
    at: Annotated[str | None, typer.Option(help="As of this instant; now when absent.")] = None,
    fail_if_any: Annotated[
        bool, typer.Option("--fail-if-any", help="Exit 1 when something is late.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List what is overdue, most late first; what reception has not answered in time stands apart: it is not late yet."""
    when = instants.read(at, "--at")
    asked = (RETURNS,) if returns else (STEPS,) if steps else (DOSSIERS, RECEPTIONS)
    late, *waiting = signals.run(_lists(asked, unit, limit, when))
    if json:
        apart = {"receptions": [asdict(item) for item in waiting[0].items]} if waiting else {}
        more = {kind.total: listed.more for kind, listed in zip(asked, (late, *waiting), strict=True)}
        console.json({"at": when, "items": [asdict(item) for item in late.items], **apart, "more": more})
    else:
        show(late.items, when, "Chờ trả kết quả" if returns else "Quá hạn", more=late.more)
        if waiting and waiting[0].items:
            show(waiting[0].items, when, "Chưa tiếp nhận, quá hạn tiếp nhận", more=waiting[0].more)
    found = any(item.lateness for listed in (late, *waiting) for item in listed.items)
    raise typer.Exit(errors.FINDINGS if fail_if_any and found else 0)


def show(items: Any, at: datetime, title: str = "Quá hạn", more: int = 0) -> None:
    """Print late dossiers, steps, receptions or returns as a table. `more` is the number of items left out."""
    rows = [
        (
            *(_key(i), i.procedure, i.unit_name, i.step_name or ""),
            wording.working_time(i.lateness) if i.lateness else "",
        )
        for i in items
    ]
    heading = f"{title} lúc {at.astimezone(localtime.ZONE):%H:%M %d/%m/%Y}"
    console.table(heading, ("Hồ sơ", "Thủ tục", "Đơn vị", "Bước", "Trễ"), rows, numbers=(4,))
    if more:
        console.out.print(f"và {wording.counted(more)} nữa; xem thêm với --limit")


async def _lists(asked: Sequence[Kind], unit: str | None, limit: int, at: datetime) -> list[Listed]:
    async with installation.opened() as db:
        await permissions.existing_unit(db, unit)
        calendars = await ReferenceData(db).unit_calendars()
        pages = [await kind.ask(db, calendars, at=at, unit=unit, limit=limit) for kind in asked]
        shown = (item.id for page in pages for item in page.items)
        await operators.reads(db, "list_overdue", unit, shown)
        if RETURNS in asked:
            waiting = await return_queue.counts(db, unit, at=at)
            return [Listed(page.items, sum(waiting.values()) - len(page.items)) for page in pages]
        units = await workload.totals(db, calendars, at=at) if any(page.after for page in pages) else ()
        return [
            Listed(page.items, _all(kind, units, unit) - len(page.items) if page.after else 0)
            for kind, page in zip(asked, pages, strict=True)
        ]


def _all(kind: Kind, units: Sequence[workload.UnitTotals], unit: str | None) -> int:
    return sum(getattr(each, kind.total) for each in units if unit in (None, each.code))


def _key(item: Any) -> str:
    """The dossier's code, or its reference before acceptance."""
    return str(getattr(item, "code", None) or item.reference)
