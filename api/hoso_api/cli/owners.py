"""The part of `hoso procedures` that says which unit owns a procedure."""

from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from hoso_api.cli import console, instants, operators, signals
from hoso_api.cli.register_acts import Json
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_workflows.organisation import principals
from hoso_workflows.procedures import owners

app = typer.Typer(add_completion=False)

Procedure = Annotated[str, typer.Argument(help="The procedure's code.")]


@app.command("owners")
def listed(procedure: Procedure, json: Json = False) -> None:
    """List the units that owned, own and will own a procedure, the newest first."""
    _show(signals.run(_owners(procedure)), json=json)


@app.command()
def own(
    procedure: Procedure,
    unit: Annotated[str, typer.Argument(help="The code of the unit that is to own it.")],
    by: Annotated[str, typer.Option(help="On whose word: the id or name of an administrator at the top.")],
    basis: Annotated[str, typer.Option(help="The decision or law by which it does.")],
    begins: Annotated[str | None, typer.Option("--from", help="From this day on; today when absent.")] = None,
    json: Json = False,
) -> None:
    """Say which unit owns a procedure: its offices, and those above it, declare and approve it."""
    day = None if begins is None else instants.day(begins, "--from")
    _show([signals.run(_own(procedure, unit, by, basis, day))], json=json)


def _show(found: list[owners.Owner], *, json: bool) -> None:
    if json:
        console.json([asdict(each) for each in found])
    else:
        rows = [(o.unit, o.unit_name, f"{o.valid_from:%d/%m/%Y}", o.basis) for o in found]
        console.table("", ("Mã", "Đơn vị", "Từ ngày", "Căn cứ"), rows)


async def _owners(procedure: str) -> list[owners.Owner]:
    async with installation.opened() as db:
        return await owners.owners(db, procedure)


async def _own(procedure: str, unit: str, by: str, basis: str, begins: date | None) -> owners.Owner:
    at = now()
    async with installation.opened() as db:
        operator, person = await operators.entered(db, at=at), await principals.named(db, by)
        return await owners.name(
            db, procedure, unit, basis=basis, valid_from=begins, actor=person, at=at, operator=operator
        )
