"""`hoso agency-systems`: systems of agencies, and how far each is integrated in the portal."""

from typing import Annotated

import typer

from hoso_api.cli import console, coordination_acts, register_acts
from hoso_api.cli.coordination_acts import By, Json, OnlyUnit, Unit
from hoso_models import Integration
from hoso_workflows.catalogue import systems
from hoso_workflows.catalogue.systems import Entry, System
from hoso_workflows.pagination import MOST

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Systems of agencies: list, enter, say how far they are integrated.",
)
Note = Annotated[str, typer.Option(help="More about it.")]


@app.command("list")
def listed(
    unit: OnlyUnit = None,
    state: Annotated[Integration | None, typer.Option(help="Only of a state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")] = 50,
    json: Json = False,
) -> None:
    """List the systems, by unit."""
    found = coordination_acts.read(
        systems.LIST, unit, lambda db: systems.listed(db, unit=unit, state=state, limit=limit)
    )
    _tell(list(found.items), json=json)


@app.command()
def enter(
    unit: Unit,
    name: Annotated[str, typer.Argument(help="Name of the system.")],
    purpose: Annotated[str, typer.Argument(help="The use of the system in words.")],
    by: By,
    state: Annotated[Integration, typer.Option(help="How far it is integrated.")] = Integration.APART,
    since: Annotated[str | None, typer.Option("--since", help="Since when; today when absent.")] = None,
    address: Annotated[str, typer.Option(help="Where people find it.")] = "",
    note: Note = "",
    json: Json = False,
) -> None:
    """Enter a system of an agency."""
    entry = Entry(unit, name, purpose, state, register_acts.last_day(since), address, note)
    _tell([coordination_acts.done(by, lambda db, asked: systems.enter(db, entry, asked))], json=json)


@app.command()
def change(
    system: Annotated[str, typer.Argument(help="The id of a system.")],
    state: Annotated[Integration, typer.Argument(help="How far it is integrated.")],
    by: By,
    since: Annotated[str | None, typer.Option("--since", help="Since when; today when absent.")] = None,
    note: Note = "",
    json: Json = False,
) -> None:
    """Say how far a system is integrated since a day."""
    named, day = coordination_acts.identity(system), register_acts.last_day(since)
    found = coordination_acts.done(
        by, lambda db, asked: systems.change(db, named, state, day, asked, note=note)
    )
    _tell([found], json=json)


def _tell(found: list[System], *, json: bool) -> None:
    if json:
        console.json({"items": [coordination_acts.document(each) for each in found]})
        return
    rows = [(each.unit, each.name, each.state, f"{each.state_from:%d/%m/%Y}", str(each.id)) for each in found]
    console.table("Hệ thống của cơ quan", ("Cơ quan", "Tên", "Tình trạng", "Từ", "Id"), rows)
