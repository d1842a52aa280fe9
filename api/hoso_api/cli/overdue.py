"""`hoso overdue`: what is late, whose it is, and by how much working time."""

import asyncio
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from hoso_api import installation
from hoso_api.cli import faults, instants, screen
from hoso_workflows import authority, overdue
from hoso_workflows.cabinet import Cabinet

app = typer.Typer(help="What is late, whose it is, and by how much working time.")


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
    """List what is overdue, most late first."""
    when = instants.read(at, "--at")
    items = asyncio.run(_items(unit, limit, when, steps=steps))
    if json:
        screen.json({"at": when, "items": [asdict(item) for item in items]})
    else:
        show(items, when)
    raise typer.Exit(faults.FINDINGS if items and fail_if_any else 0)


def show(items: Any, at: datetime) -> None:
    """Print late dossiers or steps as a table."""
    rows = [
        (i.code or i.reference, i.procedure, i.unit_name, i.step or "", _lateness(i.lateness)) for i in items
    ]
    title = f"Quá hạn lúc {at.astimezone(authority.ZONE):%H:%M %d/%m/%Y}"
    screen.table(title, ("Hồ sơ", "Thủ tục", "Đơn vị", "Bước", "Trễ"), rows, numbers=(4,))


async def _items(unit: str | None, limit: int, at: datetime, *, steps: bool) -> Any:
    async with installation.opened() as db:
        calendars = await Cabinet(db).of_units()
        ask = overdue.steps if steps else overdue.dossiers
        return (await ask(db, calendars, at=at, unit=unit, limit=limit)).items


def _lateness(late: overdue.Lateness) -> str:
    """Working time: a date that passed when no office was open is late by none of it yet."""
    if not late.minutes:
        return "vừa quá hạn"
    return f"{late.days} ngày {late.hours} giờ" if late.days else f"{late.hours} giờ {late.minutes % 60} phút"
