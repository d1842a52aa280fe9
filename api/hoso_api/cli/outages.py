"""`hoso outages`: services that fail, and who is told of them."""

from typing import Annotated

import typer

from hoso_api.cli import console, coordination_acts, instants, register_acts
from hoso_api.cli.coordination_acts import By, Json, OnlyUnit, Unit
from hoso_workflows.coordination import outages, recipients
from hoso_workflows.coordination.outages import Outage, Report
from hoso_workflows.coordination.recipients import Entry, Recipient
from hoso_workflows.pagination import MOST

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Outages of services: list, report, follow, resolve; who is told of them.",
)
OutageId = Annotated[str, typer.Argument(help="The id of an outage.")]
Said = Annotated[str, typer.Argument(help="The news in words.")]


@app.command("list")
def listed(
    unit: OnlyUnit = None,
    going_on: Annotated[bool, typer.Option("--going-on", help="Only those that last.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")] = 50,
    json: Json = False,
) -> None:
    """List outages with how long it took until the recipients were told, the newest first."""
    found = coordination_acts.read(
        outages.LIST, unit, lambda db: outages.listed(db, unit=unit, going_on=going_on, limit=limit)
    )
    if json:
        console.json({"items": [coordination_acts.document(each) for each in found.items]})
        return
    columns = ("Từ lúc", "Đơn vị", "Dịch vụ", "Báo sau", "Nơi nhận", "Khắc phục")
    console.table("Sự cố", columns, [_row(each) for each in found.items])


@app.command()
def report(
    unit: Unit,
    service: Annotated[str, typer.Argument(help="The service, as people know it.")],
    description: Annotated[str, typer.Argument(help="The failure in words.")],
    by: By,
    since: Annotated[str, typer.Option(help="Since when, as 2026-11-24T08:00.")],
    noticed: Annotated[str | None, typer.Option(help="When it was noticed; now when absent.")] = None,
    json: Json = False,
) -> None:
    """Report an outage. Every recipient that is named for the unit is told at once."""
    seen = None if noticed is None else instants.read(noticed, "--noticed")
    said = Report(unit, service, description, instants.read(since, "--since"), seen)
    _tell(coordination_acts.done(by, lambda db, asked: outages.report(db, said, asked)), json=json)


@app.command()
def update(outage: OutageId, text: Said, by: By, json: Json = False) -> None:
    """Add news of an outage; its recipients are told."""
    _update(outage, text, by, resolves=False, json=json)


@app.command()
def resolve(outage: OutageId, text: Said, by: By, json: Json = False) -> None:
    """Say that the service works again; its recipients are told."""
    _update(outage, text, by, resolves=True, json=json)


@app.command()
def announce(
    outage: OutageId,
    text: Annotated[str, typer.Argument(help="Text for anybody; an empty one takes back what was public.")],
    by: By,
    json: Json = False,
) -> None:
    """Make an outage public, on the word of a head, an administrator or a coordinator."""
    named = coordination_acts.identity(outage)
    found = coordination_acts.done(by, lambda db, asked: outages.announce(db, named, text, asked))
    _tell(found, json=json)


@app.command()
def acknowledge(
    outage: OutageId,
    unit: Annotated[str, typer.Argument(help="The unit that was told: its code.")],
    by: By,
    json: Json = False,
) -> None:
    """Say that a unit which was told of an outage knows of it."""
    named = coordination_acts.identity(outage)
    found = coordination_acts.done(by, lambda db, asked: outages.acknowledge(db, named, unit, asked))
    _tell(found, json=json)


@app.command("recipients")
def recipients_listed(json: Json = False) -> None:
    """List who is told of outages, today and from days to come on."""
    found = coordination_acts.read(
        recipients.LIST, None, lambda db: recipients.listed(db, register_acts.today())
    )
    _recipients(found, json=json)


@app.command()
def name(
    scope: Annotated[str, typer.Argument(help="Of whose outages, and of those below it: a unit's code.")],
    unit: Annotated[str, typer.Argument(help="Who is told: a unit's code.")],
    by: By,
    basis: register_acts.Basis,
    role: Annotated[str | None, typer.Option(help="Only holders of this role there.")] = None,
    first: register_acts.From = None,
    last: register_acts.To = None,
    json: Json = False,
) -> None:
    """Say that a unit is told of the outages of another one."""
    entry = Entry(
        scope, unit, basis, register_acts.first_day(first), role=role, valid_to=register_acts.end(last)
    )
    made = coordination_acts.done(by, lambda db, asked: recipients.enter(db, entry, asked))
    _recipients([made], json=json)


@app.command()
def end(
    recipient: Annotated[str, typer.Argument(help="The id of an entry.")],
    by: By,
    last: register_acts.Last = None,
    json: Json = False,
) -> None:
    """End that a unit is told of the outages of another one."""
    named, day = coordination_acts.identity(recipient), register_acts.last_day(last)
    found = coordination_acts.done(by, lambda db, asked: recipients.end(db, named, day, asked))
    _recipients([found], json=json)


def _update(outage: str, text: str, by: str, *, resolves: bool, json: bool) -> None:
    named = coordination_acts.identity(outage)
    found = coordination_acts.done(
        by,
        lambda db, asked: outages.update(db, named, text, asked, resolves=resolves),
    )
    _tell(found, json=json)


def _tell(found: Outage, *, json: bool) -> None:
    if json:
        console.json(coordination_acts.document(found))
        return
    told = ", ".join(f"{each.unit_name} ({each.people})" for each in found.told)
    console.out.print(f"{found.id}: đã báo {told or 'chưa có nơi nhận nào'}.")
    for each in found.told:
        if each.acknowledged_at is not None:
            console.out.print(f"{each.unit_name} đã xác nhận {coordination_acts.at(each.acknowledged_at)}.")
    if not found.reached:
        console.out.print(
            "Chưa báo được cho ai trong các nơi nhận; cơ quan đầu mối và quản trị được báo việc này."
        )


def _row(found: Outage) -> tuple[str, ...]:
    ended = coordination_acts.at(found.resolved_at) if found.resolved_at else "đang xảy ra"
    told = ", ".join(each.unit for each in found.told) or "không có"
    waited = f"{found.minutes_from_noticing} phút"
    return coordination_acts.at(found.began_at), found.unit, found.service, waited, told, ended


def _recipients(found: list[Recipient], *, json: bool) -> None:
    if json:
        console.json({"items": [coordination_acts.document(each) for each in found]})
        return
    rows = [(each.scope, each.unit_name, each.role or "", each.basis, str(each.id)) for each in found]
    console.table("Nơi nhận báo sự cố", ("Sự cố ở", "Nơi nhận", "Vai trò", "Căn cứ", "Id"), rows)
