"""`hoso units`: the organisation list, and the acts that change it."""

from dataclasses import asdict
from typing import Annotated

import typer

from hoso_api.cli import console, errors, operators, register_acts, rehome, signals
from hoso_api.cli.register_acts import Basis, By, From, Json, Last
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_calendar.messages import say, translated
from hoso_models import TaskAssignment
from hoso_workflows.organisation import administration, gaps
from hoso_workflows.organisation.register import commands, lists

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Units and areas: list, enter, change, close with a successor, reopen.",
)
Code = Annotated[str, typer.Argument(help="The unit's code.")]
Parent = Annotated[str | None, typer.Option(help="Code of the unit directly above.")]
Area = Annotated[str | None, typer.Option(help="Code of the area for which it answers.")]

Assignment = Annotated[
    TaskAssignment | None, typer.Option(help="How its tasks get their officers: by hand, or by load.")
]
Telephone = Annotated[
    str | None, typer.Option(help="Number at which it answers questions about dossiers; mails name it.")
]


@app.command("list")
def listed(
    parent: Annotated[str | None, typer.Option(help="Only those directly below this unit.")] = None,
    json: Json = False,
) -> None:
    """List the units."""
    rows = signals.run(_units(parent))
    shown = ("code", "name", "parent", "area", "valid_from", "valid_to")
    register_acts.table(("Mã", "Tên", "Trực thuộc", "Địa bàn", "Từ", "Đến"), rows, shown, json=json)


@app.command()
def enter(
    code: Code,
    name: Annotated[str, typer.Argument(help="Its name.")],
    kind: Annotated[str, typer.Option(help="Kind of unit, a code of your own list.")],
    level: Annotated[str, typer.Option(help="Level of administration, a code of a list.")],
    calendar: Annotated[
        str | None, typer.Option(help="Id of the working calendar that it keeps; its parent's when absent.")
    ] = None,
    parent: Parent = None,
    area: Area = None,
    authority: Annotated[bool, typer.Option("--authority", help="It answers for itself.")] = False,
    assignment: Assignment = None,
    telephone: Telephone = None,
    begins: From = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Enter a unit."""
    entered = commands.EnterUnit(
        code=code,
        name=name,
        kind=kind,
        level=level,
        calendar=calendar,
        valid_from=register_acts.first_day(begins),
        parent=parent,
        area=area,
        authority=authority,
        assignment=assignment or TaskAssignment.BY_HAND,
        telephone=telephone,
    )
    register_acts.perform(by, entered, json=json)


@app.command()
def change(
    code: Code,
    name: Annotated[str | None, typer.Option(help="Its new name.")] = None,
    kind: Annotated[str | None, typer.Option(help="Its new kind.")] = None,
    level: Annotated[str | None, typer.Option(help="Its new level.")] = None,
    parent: Parent = None,
    area: Area = None,
    assignment: Assignment = None,
    telephone: Telephone = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Change a unit's names, or move it below another unit."""
    given = {
        "name": name,
        "kind": kind,
        "level": level,
        "parent": parent,
        "area": area,
        "assignment": assignment,
        "telephone": telephone,
    }
    changes = {key: value for key, value in given.items() if value is not None}
    register_acts.perform(by, commands.ChangeUnit(code=code, changes=changes), json=json)


@app.command()
def close(
    code: Code,
    basis: Basis,
    successor: Annotated[str | None, typer.Option(help="Code of the unit that takes its place.")] = None,
    last: Last = None,
    by: By = None,
    json: Json = False,
) -> None:
    """End a unit; its successor has its competences and people from the day after."""
    closed = commands.CloseUnit(
        code=code, last_day=register_acts.last_day(last), successor=successor, basis=basis
    )
    register_acts.perform(by, closed, json=json)


@app.command()
def reopen(code: Code, by: By = None, json: Json = False) -> None:
    """Let a closed unit go on."""
    register_acts.perform(by, commands.ReopenUnit(code=code), json=json)


@app.command()
def areas(json: Json = False) -> None:
    """List the administrative areas."""
    rows = signals.run(_areas())
    shown = ("code", "name", "kind", "parent", "valid_from", "valid_to")
    register_acts.table(("Mã", "Tên", "Loại", "Thuộc", "Từ", "Đến"), rows, shown, json=json)


@app.command("enter-area")
def enter_area(
    code: Annotated[str, typer.Argument(help="The area's code.")],
    name: Annotated[str, typer.Argument(help="Its name.")],
    kind: Annotated[str, typer.Option(help="Kind of area, a code of a list.")],
    parent: Annotated[str | None, typer.Option(help="Code of the area that it is part of.")] = None,
    begins: From = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Enter an administrative area."""
    entered = commands.EnterArea(
        code=code, name=name, kind=kind, parent=parent, valid_from=register_acts.first_day(begins)
    )
    register_acts.perform(by, entered, json=json)


@app.command("close-area")
def close_area(
    code: Annotated[str, typer.Argument(help="The area's code.")],
    successor: Annotated[str | None, typer.Option(help="Code of the area that takes its place.")] = None,
    last: Last = None,
    by: By = None,
    json: Json = False,
) -> None:
    """End an administrative area."""
    closed = commands.CloseArea(code=code, last_day=register_acts.last_day(last), successor=successor)
    register_acts.perform(by, closed, json=json)


@app.command("gaps")
def missing(json: Json = False) -> None:
    """List what keeps the authority from taking and handling dossiers; exit 1 when something is missing."""
    found = signals.run(_gaps())
    if json:
        console.json(
            [{**asdict(each), "message": str(each.message), "remedy": str(each.remedy)} for each in found]
        )
    for each in [] if json else found:
        console.line(f"{translated(each.message)}\n  → {translated(each.remedy)}")
    if not found and not json:
        console.line(translated(say("Nothing is missing.")))
    raise typer.Exit(errors.FINDINGS if found else 0)


@app.command()
def acts(
    subject: Annotated[str | None, typer.Option(help="Only those about this unit, person or entry.")] = None,
    json: Json = False,
) -> None:
    """List the newest acts of administration, at most 200."""
    rows = signals.run(_acts(subject))
    shown = ("at", "authority", "number", "kind", "actor_name", "on_behalf_name")
    register_acts.table(("Lúc", "Cơ quan", "Số", "Việc", "Người", "Thay mặt"), rows, shown, json=json)


async def _gaps() -> list[gaps.Gap]:
    async with installation.opened() as db:
        return await gaps.gaps(db, None, now())


async def _acts(subject: str | None) -> tuple[administration.Recorded, ...]:
    async with installation.opened() as db:
        authorities = [each.code for each in (await lists.units(db)).items]
        found = (await administration.listed(db, authorities, subject=subject, limit=200)).items
        told = (f"{each.authority}/{each.number}" for each in found)
        await operators.reads(db, "list_administration_events", subject, told)
        return found


async def _units(parent: str | None) -> tuple[lists.UnitListed, ...]:
    async with installation.opened() as db:
        return (await lists.units(db, parent=parent)).items


async def _areas() -> tuple[lists.AreaListed, ...]:
    async with installation.opened() as db:
        return (await lists.areas(db)).items


app.add_typer(rehome.app)
