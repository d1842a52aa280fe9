"""`hoso incidents`: where runs are held up until somebody looks."""

from typing import Annotated

import typer

from hoso_api.cli import console, errors, operators, signals
from hoso_api.installation import installation
from hoso_workflows import localtime
from hoso_workflows.monitoring import incidents
from hoso_workflows.pagination import MOST

app = typer.Typer(add_completion=False, help="Where runs are held up until somebody looks.")


@app.command("incidents")
def listed(
    unit: Annotated[str | None, typer.Option(help="Only those that concern one unit.")] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=MOST, help="At most so many, those open longest first.")
    ] = 50,
    fail_if_any: Annotated[bool, typer.Option("--fail-if-any", help="Exit 1 when one is open.")] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the open incidents, those open longest first."""
    found = signals.run(_found(unit, limit))
    if json:
        console.json({"items": [incidents.said(incident) for incident in found]})
    else:
        rows = [
            (
                i.code or i.reference,
                i.unit,
                i.element,
                f"{i.since.astimezone(localtime.ZONE):%H:%M %d/%m/%Y}",
                i.message,
            )
            for i in found
        ]
        console.table("Sự cố đang mở", ("Hồ sơ", "Đơn vị", "Phần tử", "Từ lúc", "Lý do"), rows)
    raise typer.Exit(errors.FINDINGS if found and fail_if_any else 0)


async def _found(unit: str | None, limit: int) -> tuple[incidents.Incident, ...]:
    async with installation.opened() as db:
        found = (await incidents.search(db, [unit] if unit else None, limit=limit)).items
        await operators.reads(db, "list_incidents", unit, (each.id for each in found))
        return found
