"""`hoso overdue`: what is late, whose it is, and by how much working time."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from hoso_api import installation
from hoso_api.cli import ending, faults, instants, screen
from hoso_workflows import authority, lookup, overdue
from hoso_workflows.cabinet import Cabinet

app = typer.Typer(add_completion=False, help="What is late, whose it is, and by how much working time.")


@app.command("overdue")
def listed(
    unit: Annotated[str | None, typer.Option(help="Of one unit.")] = None,
    steps: Annotated[bool, typer.Option("--steps", help="Late steps instead of late dossiers.")] = False,
    limit: Annotated[
        int, typer.Option(min=1, max=overdue.MOST, help="At most so many, most late first.")
    ] = 50,
    at: Annotated[str | None, typer.Option(help="As of this instant; now when absent.")] = None,
    fail_if_any: Annotated[
        bool, typer.Option("--fail-if-any", help="Exit 1 when something is late.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List what is overdue, most late first; what reception has not answered in time stands apart: it is not late yet."""
    when = instants.read(at, "--at")
    asked = (overdue.steps,) if steps else (overdue.dossiers, overdue.receptions)
    late, *waiting = ending.run(_lists(asked, unit, limit, when))
    if json:
        apart = {"receptions": [asdict(item) for item in waiting[0]]} if waiting else {}
        screen.json({"at": when, "items": [asdict(item) for item in late], **apart})
    else:
        show(late, when)
        if any(waiting):
            show(waiting[0], when, "Chưa tiếp nhận, quá hạn tiếp nhận")
    raise typer.Exit(faults.FINDINGS if fail_if_any and (late or any(waiting)) else 0)


def show(items: Any, at: datetime, title: str = "Quá hạn") -> None:
    """Print late dossiers, steps or receptions as a table."""
    rows = [(_key(i), i.procedure, i.unit_name, i.step_name or "", _lateness(i.lateness)) for i in items]
    heading = f"{title} lúc {at.astimezone(authority.ZONE):%H:%M %d/%m/%Y}"
    screen.table(heading, ("Hồ sơ", "Thủ tục", "Đơn vị", "Bước", "Trễ"), rows, numbers=(4,))


async def _lists(asked: Any, unit: str | None, limit: int, at: datetime) -> list[Any]:
    async with installation.opened() as db:
        await lookup.unit(db, unit)
        calendars = await Cabinet(db).of_units()
        return [(await ask(db, calendars, at=at, unit=unit, limit=limit)).items for ask in asked]


def _key(item: Any) -> str:
    """What it is asked for by: its code, its reference before acceptance."""
    return str(getattr(item, "code", None) or item.reference)


def _lateness(late: overdue.Lateness) -> str:
    """Working time: a date that passed when no office was open is late by none of it yet."""
    if not late.minutes:
        return "vừa quá hạn"
    return f"{late.days} ngày {late.hours} giờ" if late.days else f"{late.hours} giờ {late.minutes % 60} phút"
