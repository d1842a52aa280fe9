"""`hoso maintenance`: planned interruptions of services, announced in time."""

from typing import Annotated

import typer

from hoso_api.cli import console, coordination_acts, instants
from hoso_api.cli.coordination_acts import By, Json, Unit
from hoso_api.system_clock import now
from hoso_models.storage.database import Database
from hoso_workflows.coordination import maintenance
from hoso_workflows.coordination.asking import Asked
from hoso_workflows.coordination.maintenance import Maintenance, Plan

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Planned maintenance: list, announce, cancel."
)


@app.command("list")
def listed(json: Json = False) -> None:
    """List announced maintenance that is not over, the next one first."""
    found = coordination_acts.read(maintenance.LIST, None, lambda db: maintenance.coming(db, now()))
    _tell(found, json=json)


@app.command()
def announce(
    unit: Unit,
    service: Annotated[str, typer.Argument(help="The service, as people know it.")],
    announcement: Annotated[str, typer.Argument(help="Text for anybody.")],
    by: By,
    starts: Annotated[str, typer.Option("--from", help="When it begins, as 2026-11-24T20:00.")],
    ends: Annotated[str, typer.Option("--to", help="When the service is expected back.")],
    urgency: Annotated[str, typer.Option(help="Why it cannot wait the lawful number of working days.")] = "",
    json: Json = False,
) -> None:
    """Announce maintenance to everybody, and tell the officers of the unit and below it."""
    first, last = instants.read(starts, "--from"), instants.read(ends, "--to")
    plan = Plan(unit, service, announcement, first, last, urgency)

    async def announced(db: Database, asked: Asked) -> Maintenance:
        days = await coordination_acts.calendar(db, unit)
        return await maintenance.announce(db, days, plan, asked)

    _tell([coordination_acts.done(by, announced)], json=json)


@app.command()
def cancel(
    planned: Annotated[str, typer.Argument(metavar="ID", help="The id of announced maintenance.")],
    by: By,
    json: Json = False,
) -> None:
    """Cancel maintenance that has not begun."""
    named = coordination_acts.identity(planned)
    _tell(
        [coordination_acts.done(by, lambda db, asked: maintenance.cancel(db, named, asked))],
        json=json,
    )


def _tell(found: list[Maintenance], *, json: bool) -> None:
    if json:
        console.json({"items": [coordination_acts.document(each) for each in found]})
        return
    rows = [
        (
            coordination_acts.at(each.starts_at),
            coordination_acts.at(each.ends_at),
            each.unit,
            each.service,
            f"{each.given_days}/{each.required_days}",
            str(each.id),
        )
        for each in found
    ]
    console.table("Bảo trì", ("Từ", "Đến", "Đơn vị", "Dịch vụ", "Số ngày báo trước", "Id"), rows)
