"""`hoso people`: invitations of persons who were entered, their recovery, their sessions."""

from typing import Annotated, Any
from uuid import UUID

import typer

from hoso_api.cli import console, operators, signals
from hoso_api.cli import errors as cli_errors
from hoso_api.installation import installation
from hoso_api.settings import Settings
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.identity import accounts, invitations, sessions, setup
from hoso_workflows.organisation import principals

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="People: invite, recover an account, list and end sessions.",
)

Person = Annotated[str, typer.Argument(help="The person's id, name or account name.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.command()
def invite(
    person: Annotated[
        str | None, typer.Argument(help="The person's id, name or account name; entered before.")
    ] = None,
    administrator: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Enter an administrator of this name and invite them."),
    ] = None,
    unit: Annotated[
        str | None, typer.Option(metavar="CODE", help="Their unit; the top of the tree when absent.")
    ] = None,
    json: Json = False,
) -> None:
    """Print a link, good once within 72 hours, by which a person chooses how they sign in."""
    if (person is None) == (administrator is None):
        raise cli_errors.Usage(say("Name either a person who was entered, or a new --administrator."))
    way = _administrator(administrator, unit) if administrator else _invite(str(person))
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
        found = await _found(db, who)
        async with db.transaction() as tx:
            return await invitations.invite(tx, found, by=operator, at=at, operator=True)


async def _recover(who: str) -> invitations.Given:
    at = now()
    async with installation.opened() as db:
        operator = await operators.entered(db, at=at)
        found = await _found(db, who)
        async with db.transaction() as tx:
            return await invitations.reset(tx, found, by=operator, at=at)


async def _administrator(name: str, unit: str | None) -> invitations.Given:
    at = now()
    async with installation.opened() as db:
        operator = await operators.entered(db, at=at)
        async with db.transaction() as tx:
            person = await setup.enter_administrator(tx, name, unit, by=operator, at=at)
            return await invitations.invite(tx, person, by=operator, at=at, operator=True)


async def _sessions(who: str, *, end: bool) -> list[dict[str, Any]]:
    at = now()
    async with installation.opened() as db:
        found = await _found(db, who)
        if end:
            operator = await operators.entered(db, at=at)
            async with db.transaction() as tx:
                await invitations.end_sessions(tx, found, by=operator, at=at, operator=True)
        return [_row(each) for each in await sessions.lasting(db, found, at=at)]


def _row(each: sessions.Listed) -> dict[str, Any]:
    return {
        "id": str(each.id),
        "provider": each.provider,
        "amr": list(each.amr),
        "network": each.address,
        "begun": each.begun_at,
        "seen": each.seen_at,
    }


async def _found(db: Database, who: str) -> UUID:
    """The person of an account name, an id or a name. Raises NotFound, Ambiguous."""
    row = await db.row("select id from principal where code = $1", [accounts.normalised(who)])
    return UUID(int=row.id.int) if row else await principals.named(db, who)
