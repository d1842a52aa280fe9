"""Repairs of damaged packages and calendars, in `hoso procedures` and `hoso calendar`.

The operator puts it right from the bundled copy or a backup, on the word of an administrator at the top of the tree.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from hoso_api.cli import console, operators, signals
from hoso_api.cli.owners import Procedure
from hoso_api.installation import backups, installation
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_models.postgres import dumps
from hoso_models.storage.database import Database
from hoso_workflows.backups import manifest, parts
from hoso_workflows.organisation import principals
from hoso_workflows.procedures import repairs

procedures = typer.Typer(add_completion=False)
calendars = typer.Typer(add_completion=False)

By = Annotated[str, typer.Option(help="On whose word: the id or name of an administrator at the top.")]
Backup = Annotated[
    Path | None, typer.Option("--from", help="The folder of a backup; the bundled copy when absent.")
]


@procedures.command("restore")
def restore_package(
    procedure: Procedure,
    number: Annotated[int, typer.Argument(min=1, help="The version's number.")],
    by: By,
    backup: Backup = None,
) -> None:
    """Put a damaged package right; what is taken is known by its digest."""
    signals.run(_put_package_right(procedure, number, by, backup))
    said = say(
        "The package of {procedure}, version {number}, is right again.", procedure=procedure, number=number
    )
    console.out.print(said, markup=False, soft_wrap=True)


@calendars.command("restore")
def restore_calendar(
    calendar: Annotated[str, typer.Argument(help="The id of a calendar of the house.")],
    by: By,
    backup: Backup = None,
) -> None:
    """Put the damaged versions of a calendar right; what is taken is known by its digest."""
    versions = signals.run(_put_calendar_right(calendar, by, backup))
    said = say(
        "Right again of the calendar {calendar}: {versions}", calendar=calendar, versions=", ".join(versions)
    )
    console.out.print(said, markup=False, soft_wrap=True)


async def _put_package_right(procedure: str, number: int, by: str, backup: Path | None) -> None:
    async with _owned(by) as (owner, who):
        copies = (
            repairs.bundled_package(procedure)
            if backup is None
            else repairs.dumped_packages(await _dumped(owner, backup, "workflow_version"), procedure, number)
        )
        await repairs.restore_package(owner, procedure, number, copies, **who)


async def _put_calendar_right(calendar: str, by: str, backup: Path | None) -> list[str]:
    async with _owned(by) as (owner, who):
        copies = (
            repairs.bundled_calendar(calendar)
            if backup is None
            else repairs.dumped_calendars(await _dumped(owner, backup, "calendar_version"), calendar)
        )
        return await repairs.restore_calendar(owner, calendar, copies, **who)


@asynccontextmanager
async def _owned(by: str) -> AsyncIterator[tuple[Database, dict[str, Any]]]:
    """The database as its owner, and the operator with whose word it is."""
    at: datetime = now()
    async with installation.opened() as db:
        operator: UUID = await operators.entered(db, at=at)
        person: UUID = await principals.named(db, by)
        async with installation.owned() as owner:
            yield owner, {"actor": person, "operator": operator, "at": at}


async def _dumped(owner: Database, folder: Path, table: str) -> list[dict[str, str | None]]:
    """The rows of a table in a backup that is whole. Raises NoBackup, Damaged."""
    parts.verify_part(folder, manifest.read(folder), manifest.DATABASE)
    return await dumps.rows((await backups.place(owner)).programs, folder / manifest.DATABASE, table)
