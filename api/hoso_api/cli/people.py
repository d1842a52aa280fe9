"""`hoso people`: officers, how they are reached, and their accounts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from uuid import UUID, uuid4

import typer

from hoso_api.cli import console, register_acts, signals
from hoso_api.cli.register_acts import By, Json
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_models import ContactKind
from hoso_workflows.organisation.register import commands, lists
from hoso_workflows.setup import document, service, sheets

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Officers: list, enter, change, close, reopen, how they are reached.",
)
Person = Annotated[str, typer.Argument(help="The officer's id or code.")]


@app.command("list")
def listed(
    unit: Annotated[str | None, typer.Option(help="Only those whose record this unit keeps.")] = None,
    json: Json = False,
) -> None:
    """List the officers."""
    rows = signals.run(_people(unit))
    shown = ("code", "name", "unit", "roles", "closed_at")
    register_acts.table(("Mã", "Tên", "Đơn vị", "Vai trò", "Đóng"), rows, shown, json=json)


@app.command()
def enter(
    name: Annotated[str, typer.Argument(help="The officer's name.")],
    unit: Annotated[str, typer.Argument(help="Code of the unit that keeps the record.")],
    code: Annotated[str | None, typer.Option(help="The officer's own code in the authority.")] = None,
    title: Annotated[str | None, typer.Option(help="Job title.")] = None,
    email: Annotated[str | None, typer.Option(help="Address of e-mail.")] = None,
    telephone: Annotated[str | None, typer.Option(help="Telephone number.")] = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Enter an officer."""
    entered = commands.EnterPerson(id=uuid4(), name=name, unit=unit, code=code, title=title)
    contacts = [
        commands.EnterContact(person=str(entered.id), kind=kind, value=value)
        for kind, value in ((ContactKind.EMAIL, email), (ContactKind.TELEPHONE, telephone))
        if value is not None
    ]
    register_acts.perform(by, entered, *contacts, json=json)


@app.command()
def change(
    person: Person,
    name: Annotated[str | None, typer.Option(help="New name.")] = None,
    title: Annotated[str | None, typer.Option(help="New job title.")] = None,
    code: Annotated[str | None, typer.Option(help="New code.")] = None,
    unit: Annotated[str | None, typer.Option(help="Code of the unit that keeps the record now.")] = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Change an officer's record."""
    given = {"name": name, "title": title, "code": code, "unit": unit}
    changes = {key: value for key, value in given.items() if value is not None}
    register_acts.perform(by, commands.ChangePerson(person=person, changes=changes), json=json)


@app.command()
def close(
    person: Person,
    reason: Annotated[str, typer.Option(help="Why the account is closed.")],
    by: By = None,
    json: Json = False,
) -> None:
    """Close an officer's account at once."""
    register_acts.perform(by, commands.ClosePerson(person=person, reason=reason), json=json)


@app.command()
def reopen(person: Person, by: By = None, json: Json = False) -> None:
    """Open a closed account again."""
    register_acts.perform(by, commands.ReopenPerson(person=person), json=json)


@app.command()
def contact(
    person: Person,
    value: Annotated[str, typer.Argument(help="Address of e-mail, or telephone number.")],
    by: By = None,
    json: Json = False,
) -> None:
    """Enter how an officer is reached."""
    kind = ContactKind.EMAIL if "@" in value else ContactKind.TELEPHONE
    register_acts.perform(by, commands.EnterContact(person=person, kind=kind, value=value), json=json)


@app.command("end-contact")
def end_contact(
    contact: Annotated[
        UUID, typer.Argument(help="The contact point's id, as `hoso people list --json` shows it.")
    ],
    by: By = None,
    json: Json = False,
) -> None:
    """End a contact point."""
    register_acts.perform(by, commands.EndContact(contact=contact), json=json)


@app.command("import")
def imported(
    sheet: Annotated[Path, typer.Argument(help="CSV in UTF-8 or xlsx; the first line names the columns.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change.")] = False,
    by: By = None,
    json: Json = False,
) -> None:
    """Enter or change officers from a sheet, all or none, with a report line by line."""
    people = sheets.officers(sheet.read_bytes(), sheet.name)
    done = signals.run(_import(people, by, dry_run=dry_run))
    lines = [
        (number, person.code, ", ".join(each.act.kind for each in done if _of_line(each, number - 2)))
        for number, person in enumerate(people, start=2)
    ]
    if json:
        console.json(
            [
                {"line": number, "code": code, "acts": acts.split(", ") if acts else []}
                for number, code, acts in lines
            ]
        )
    else:
        console.table("", ("Dòng", "Mã", "Việc"), lines)


def _of_line(done: service.Done, index: int) -> bool:
    return done.place in (f"person.{index}", f"person.{index}.roles")


async def _import(
    people: Sequence[document.PersonTable], by: str | None, *, dry_run: bool
) -> tuple[service.Done, ...]:
    at = now()
    async with installation.opened() as db:
        asker = await register_acts.asker(db, by, at)
        return await service.apply(db, document.of_people(people), asker, at, dry_run=dry_run)


async def _people(unit: str | None) -> tuple[lists.PersonListed, ...]:
    async with installation.opened() as db:
        homes = [each.code for each in (await lists.units(db)).items]
        return (await lists.people(db, homes, now(), unit=unit)).items
