"""`hoso embedding-sites`: sites that show the catalogue of procedures."""

from typing import Annotated

import typer

from hoso_api.cli import console, coordination_acts, instants, register_acts
from hoso_api.cli.coordination_acts import Json
from hoso_workflows.embedding import seen

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Sites that show the catalogue: list them, with how often.",
)


@app.command("list")
def listed(
    since: Annotated[str, typer.Option("--from", help="The first day.")],
    until: Annotated[str | None, typer.Option("--to", help="The last day; today when absent.")] = None,
    json: Json = False,
) -> None:
    """List the sites of a period, those that show most first."""
    first, last = instants.day(since, "--from"), register_acts.last_day(until)
    found = coordination_acts.read(seen.LIST, None, lambda db: seen.listed(db, first, last))
    if json:
        console.json({"items": [coordination_acts.document(each) for each in found]})
        return
    rows = [
        (
            each.host or "–",
            each.unit or "–",
            str(each.number),
            f"{each.first:%d/%m/%Y}",
            f"{each.last:%d/%m/%Y}",
        )
        for each in found
    ]
    console.table("Trang nhúng danh mục", ("Trang", "Cơ quan", "Số lần", "Từ", "Đến"), rows)
