"""`hoso payments`: what was paid too much, of the oldest dossiers first."""

from typing import Annotated, Any

import typer

from hoso_api.cli import console, operators, signals
from hoso_api.installation import installation
from hoso_workflows.pagination import MOST
from hoso_workflows.payments import surpluses

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Payments: what was paid too much.")


@app.callback()
def root() -> None:
    """Payments: what was paid too much."""


@app.command("surpluses")
def listed(
    unit: Annotated[str | None, typer.Option(help="Only what one unit received.")] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=MOST, help="At most so many, of the oldest dossiers first.")
    ] = 50,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List fees for which more was paid than is owed, of the oldest dossiers first."""
    found = signals.run(_found(unit, limit))
    if json:
        console.json({"items": found})
        return
    columns = ("Hồ sơ", "Đơn vị", "Khoản thu", "Phải nộp", "Đã nộp", "Nộp thừa")
    rows = [
        (
            each["dossier"]["code"] or each["dossier"]["reference"],
            each["unit"],
            each["name"],
            *(f"{each[name]:,}".replace(",", ".") for name in ("owed", "paid", "surplus")),
        )
        for each in found
    ]
    console.table("Nộp thừa", columns, rows, numbers=(3, 4, 5))


async def _found(unit: str | None, limit: int) -> tuple[dict[str, Any], ...]:
    async with installation.opened() as db:
        found = (await surpluses.search(db, [unit] if unit else None, limit=limit)).items
        await operators.reads(db, surpluses.LIST, unit, (each["dossier"]["reference"] for each in found))
        return found
