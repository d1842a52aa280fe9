"""`hoso backup`: the whole installation in a new folder, taken while everything serves."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from hoso_api.cli import console, errors, operators, signals
from hoso_api.installation import backups, installation
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_models import migrations
from hoso_models.errors import StorageError
from hoso_models.storage.database import Database
from hoso_workflows import localtime
from hoso_workflows.backups import manifest, taking
from hoso_workflows.backups.manifest import Manifest
from hoso_workflows.operation import backup_history
from hoso_workflows.organisation import access_log

app = typer.Typer(
    add_completion=False,
    help="Back up database, files and settings into a new folder, while everything serves.",
)


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="The new folder; its parent is there.")],
    hours: Annotated[
        float, typer.Option("--hours", min=0, help="Given up when it is not whole after so many.")
    ] = taking.HOURS,
    json: Annotated[bool, typer.Option("--json", help="As JSON: the manifest.")] = False,
) -> None:
    """Take a backup; exit 1 when the store had lost or damaged files that it should hold.

    It holds personal data and is read by its owner only. Secrets stay out of it; which, it says.
    """
    taken, recorded = signals.run(_taken(target.absolute(), hours))
    if json:
        console.json(taken.model_dump(mode="json"))
    else:
        _tell(target, taken)
    raise typer.Exit(0 if taken.whole and recorded else errors.FINDINGS)


async def _taken(target: Path, hours: float) -> tuple[Manifest, bool]:
    """The backup, and whether an installation of this release knows of it."""
    backup_id = uuid4()
    with installation.server():
        async with installation.owned() as owner:
            at = await migrations.current(owner)
            if at not in migrations.revisions():
                raise migrations.revision_error(at)
            current = at == migrations.head()
            if current:
                # One of an earlier release, which is backed up before its upgrade, keeps its log as it was.
                await _record(str(backup_id))
            source = await backups.source(owner)
            taken = await taking.take(source, target, id=backup_id, clock=now, hours=hours)
            return taken, not current or await tell_installation(
                lambda db: backup_history.record(db, backups.entry(taken))
            )


async def tell_installation(record: Callable[[Database], Awaitable[None]]) -> bool:
    """Record something of a backup in the database; say where that fails."""
    try:
        async with installation.opened() as db:
            await record(db)
    except StorageError as away:
        why = errors.sentence(away)
        console.err.print(
            say("The installation does not know of it: {why}", why=why), soft_wrap=True, markup=False
        )
        return False
    return True


async def _record(backup_id: str) -> None:
    """Record the backup as the operator's act, since it reads everything."""
    at = now()
    async with installation.opened() as db:
        operator = await operators.entered(db, at=at)
        async with db.transaction() as tx:
            await access_log.record(tx, operator, "taking a backup", backup_id, at)


def _tell(target: Path, taken: Manifest) -> None:
    held = taken.held
    console.out.print(
        say(
            "{target}: {dossiers} dossiers, {events} events and {files} files as of {at:%H:%M:%S %d/%m/%Y}, revision {revision}.",
            target=target,
            dossiers=held.dossiers,
            events=held.events,
            files=held.files,
            at=taken.taken_at.astimezone(localtime.ZONE),
            revision=taken.revision,
        ),
        soft_wrap=True,
        markup=False,
    )
    if taken.left_out:
        console.err.print(say("Not in it, keep them apart:"))
    for what, place in taken.left_out.items():
        console.err.print(f"  {what}: {place}", soft_wrap=True, markup=False)
    for name in taken.damaged:
        text = say("The sealed file {name} is damaged in the store, and left out.", name=name)
        console.err.print(text, soft_wrap=True, markup=False)
    if taken.missing:
        text = say(
            "{n} files that the database names are not in the store, so they are not in this backup either; {listed} in it names them. Look whether HOSO_STORE_… names the right store.",
            n=taken.missing,
            listed=manifest.MISSING,
        )
        console.err.print(text, soft_wrap=True, markup=False)
    console.err.print(
        say("`hoso restore {target} --rehearse` proves it.", target=target), soft_wrap=True, markup=False
    )
