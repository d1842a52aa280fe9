"""Acts on the register from the command line, by the operator."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from hoso_api.cli import console, credentials, errors, instants, operators, signals
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_calendar.messages import say, translated
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.errors import NotFound
from hoso_workflows.organisation import principals, register
from hoso_workflows.organisation.administration import Act
from hoso_workflows.organisation.credentials import Scope
from hoso_workflows.organisation.register.commands import Command

By = Annotated[
    str | None,
    typer.Option(
        help="On whose word: id, code or name of an administrator. Without it the operator alone begins an empty register."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Basis = Annotated[str, typer.Option(help="The decision or law by which it is so.")]
From = Annotated[str | None, typer.Option("--from", help="First day, YYYY-MM-DD; today when absent.")]
To = Annotated[str | None, typer.Option("--to", help="Last day, YYYY-MM-DD; open when absent.")]
Last = Annotated[str | None, typer.Option("--last", help="Last day, YYYY-MM-DD; today when absent.")]


def today() -> date:
    """The local day."""
    return localtime.local_date(now())


def first_day(text: str | None) -> date:
    """The day of `--from`."""
    return today() if text is None else instants.day(text, "--from")


def last_day(text: str | None) -> date:
    """The day of `--last`."""
    return today() if text is None else instants.day(text, "--last")


def end(text: str | None) -> date | None:
    """The day of `--to`."""
    return None if text is None else instants.day(text, "--to")


def perform(by: str | None, *commands: Command, json: bool = False, token: str | None = None) -> None:
    """Carry out commands and print what was done; with a token, as its confirmer."""
    tell(signals.run(_perform(by, commands, token)), json=json)


def tell(acts: Sequence[Act], *, json: bool) -> None:
    """Print acts as they stand in their chains."""
    if json:
        console.json([{"kind": act.kind, "authority": act.authority, "subject": act.subject} for act in acts])
    elif not acts:
        console.line(translated(say("Nothing had to change.")))
    else:
        for act in acts:
            console.line(f"{act.authority} · {act.kind} · {act.subject}")


async def asker(db: Database, by: str | None, at: datetime) -> register.Asker:
    """The operator, on the word of a person where one is named. Raises NotFound, Ambiguous."""
    operator = await operators.entered(db, at=at)
    return register.Asker(None if by is None else await principals.named(db, by), operator)


async def _perform(by: str | None, commands: Sequence[Command], token: str | None) -> Sequence[Act]:
    at = now()
    async with installation.opened() as db:
        if token is not None:
            asking = register.Asker(
                await credentials.bearer(db, token, "confirm_role", Scope.REGISTER, at=at)
            )
        else:
            asking = await asker(db, by, at)
        return await register.perform(db, commands, asking, at)


#: Characters of an entry's id that lists show, by which it may be named.
SHORT = 8


def entry(table: str, text: str) -> UUID:
    """The entry of an id, or of its first characters as lists show them. Raises NotFound, Usage."""
    return signals.run(_entry(table, text))


async def _entry(table: str, text: str) -> UUID:
    sql = f"select id from {table} where left(id::text, length($1)) = lower($1) limit 2"  # noqa: S608 - a table of ours
    async with installation.opened() as db:
        rows = await db.rows(sql, [text]) if len(text) >= SHORT else []
    if len(rows) > 1:
        raise errors.Usage(say("{text} begins several ids; write more of it.", text=text))
    if not rows:
        raise NotFound("entry", text)
    return UUID(int=rows[0].id.int)


def table(columns: Sequence[str], rows: Sequence[Any], shown: Sequence[str], *, json: bool) -> None:
    """Print rows of a list, the fields that are shown."""
    if json:
        console.json([asdict(row) for row in rows])
    else:
        console.table("", columns, [[_cell(name, getattr(row, name)) for name in shown] for row in rows])


def _cell(name: str, value: Any) -> str:
    if name == "id":
        return str(value)[:SHORT]
    if isinstance(value, datetime):
        return f"{value.astimezone(localtime.ZONE):%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
