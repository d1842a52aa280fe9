"""`hoso people`: officers, how they are reached, their invitations, recovery and sessions."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import typer

from hoso_api.cli import console, operators, register_acts, signals
from hoso_api.cli import errors as cli_errors
from hoso_api.cli.register_acts import By, Json
from hoso_api.installation import installation
from hoso_api.settings import Settings
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_models import ContactKind, PrincipalKind
from hoso_workflows import localtime
from hoso_workflows.identity import invitations, sessions, setup
from hoso_workflows.organisation import principals
from hoso_workflows.organisation.register import commands, lists
from hoso_workflows.setup import document, service, sheets

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Officers: list, enter, change, close, reopen; how they are reached and sign in.",
)
Person = Annotated[str, typer.Argument(help="The officer's id or code.")]


@app.command("list")
def listed(
    unit: Annotated[str | None, typer.Option(help="Only those whose record this unit keeps.")] = None,
    role: Annotated[str | None, typer.Option(help="Only those who have this role or office today.")] = None,
    name: Annotated[str, typer.Option(help="Only those whose name or code contains this.")] = "",
    json: Json = False,
) -> None:
    """List the officers."""
    rows = signals.run(_people(unit, role, name))
    shown = ("code", "name", "unit", "roles", "closed_at")
    register_acts.table(("Mã", "Tên", "Đơn vị", "Vai trò", "Đóng"), rows, shown, json=json)


@app.command()
def enter(
    name: Annotated[str, typer.Argument(help="The officer's name.")],
    unit: Annotated[str, typer.Argument(help="Code of the unit that keeps the record.")],
    code: Annotated[str | None, typer.Option(help="The officer's own code in the authority.")] = None,
    title: Annotated[str | None, typer.Option(help="Job title.")] = None,
    kind: Annotated[
        PrincipalKind, typer.Option(help="What acts: an officer, a system of the authority, or a partner's.")
    ] = PrincipalKind.OFFICER,
    email: Annotated[str | None, typer.Option(help="Address of e-mail.")] = None,
    telephone: Annotated[str | None, typer.Option(help="Telephone number.")] = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Enter an officer, or a system that acts by tokens and signed calls."""
    entered = commands.EnterPerson(id=uuid4(), name=name, unit=unit, code=code, title=title, kind=kind)
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


async def _people(unit: str | None, role: str | None, name: str) -> tuple[lists.PersonListed, ...]:
    async with installation.opened() as db:
        homes = [each.code for each in (await lists.units(db)).items]
        found = (await lists.people(db, homes, now(), unit=unit, role=role, name=name)).items
        await operators.reads(db, "list_people", unit, (each.id for each in found))
        return found


@app.command()
def invite(
    person: Annotated[
        str | None, typer.Argument(help="The officer's id, code or name; entered before.")
    ] = None,
    administrator: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Enter an administrator of this name and invite them."),
    ] = None,
    unit: Annotated[
        str | None, typer.Option(metavar="CODE", help="Their unit; the top of the tree when absent.")
    ] = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Print a link, good once within 72 hours, by which a person chooses how they sign in."""
    if (person is None) == (administrator is None):
        raise cli_errors.Usage(say("Name either a person who was entered, or a new --administrator."))
    way = _administrator(administrator, unit, by) if administrator else _invite(str(person))
    _show(signals.run(way), json)


@app.command()
def recover(person: Person, json: Json = False) -> None:
    """Take every factor from a person and print a new link: where no two administrators can help."""
    _show(signals.run(_recover(person)), json)


@app.command("sessions")
def sessions_of(
    person: Person,
    end: Annotated[bool, typer.Option("--end", help="End all of them.")] = False,
    json: Json = False,
) -> None:
    """List the sessions of a person that last, or end them."""
    rows = signals.run(_sessions(person, end=end))
    if json:
        console.json(rows)
    else:
        columns = ("bắt đầu", "gần nhất", "bằng", "mạng")
        console.table("", columns, [(r["begun"], r["seen"], " ".join(r["amr"]), r["network"]) for r in rows])


def _show(given: invitations.Given, json: bool) -> None:
    link = f"{Settings().public_origin}/loi-moi#{given.code}"
    if json:
        console.json({"link": link, "expires_at": given.expires_at})
        return
    console.line(link)
    until = given.expires_at.astimezone(localtime.ZONE)
    console.err.print(say("Good once, until {until:%H:%M %d/%m/%Y}.", until=until), soft_wrap=True)


async def _invite(who: str) -> invitations.Given:
    at = now()
    async with installation.opened() as db:
        operator = await operators.entered(db, at=at)
        found = await principals.named(db, who)
        async with db.transaction() as tx:
            return await invitations.invite(tx, found, by=operator, at=at, operator=True)


async def _recover(who: str) -> invitations.Given:
    at = now()
    async with installation.opened() as db:
        operator = await operators.entered(db, at=at)
        found = await principals.named(db, who)
        async with db.transaction() as tx:
            return await invitations.reset(tx, found, by=operator, at=at)


async def _administrator(name: str, unit: str | None, by: str | None) -> invitations.Given:
    at = now()
    async with installation.opened() as db:
        operator, asker = await operators.entered(db, at=at), await register_acts.asker(db, by, at)
        async with db.transaction() as tx:
            person = await setup.enter_administrator(tx, name, unit, asker, at=at)
            return await invitations.invite(tx, person, by=operator, at=at, operator=True)


async def _sessions(who: str, *, end: bool) -> list[dict[str, Any]]:
    at = now()
    async with installation.opened() as db:
        found = await principals.named(db, who)
        if end:
            operator = await operators.entered(db, at=at)
            async with db.transaction() as tx:
                await invitations.end_sessions(tx, found, by=operator, at=at, operator=True)
        lasting = await sessions.lasting(db, found, at=at)
        await operators.reads(db, "list_sessions", str(found), (each.id for each in lasting))
        return [_row(each) for each in lasting]


def _row(each: sessions.Listed) -> dict[str, Any]:
    return {
        "id": str(each.id),
        "provider": each.provider,
        "amr": list(each.amr),
        "network": each.address,
        "begun": each.begun_at,
        "seen": each.seen_at,
    }
