"""`hoso disclosures`: what was given to third parties, the newest first."""

from typing import Annotated, Any

import typer

from hoso_api.cli import console, operators, signals
from hoso_api.installation import installation
from hoso_workflows.pagination import MOST
from hoso_workflows.privacy import disclosures

app = typer.Typer(add_completion=False, help="What was given to third parties, by which law and decision.")


@app.command("disclosures")
def listed(
    unit: Annotated[str | None, typer.Option(help="Only what one unit gave.")] = None,
    dossier: Annotated[str | None, typer.Option(help="Only one dossier, by its reference or code.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many, the newest first.")] = 50,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List what was given to third parties, the newest first."""
    found = signals.run(_found(disclosures.Wanted(unit, dossier), limit))
    if json:
        console.json({"items": found})
        return
    columns = ("Hồ sơ", "Bên nhận", "Dữ liệu", "Căn cứ", "Quyết định")
    rows = [
        (
            each["dossier"]["code"] or each["dossier"]["reference"],
            each["recipient"],
            ", ".join(each["data"]),
            each["basis"],
            each["decision"],
        )
        for each in found
    ]
    console.table("Cung cấp dữ liệu cho bên thứ ba", columns, rows)


async def _found(wanted: disclosures.Wanted, limit: int) -> tuple[dict[str, Any], ...]:
    async with installation.opened() as db:
        found = (await disclosures.search(db, None, wanted, limit=limit)).items
        await operators.reads(db, disclosures.LIST, wanted.unit, (each["id"] for each in found))
        return found
