"""`hoso audit`: every chain verified, every projection compared with its events."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from hoso_api.cli import console, errors, operators, signals
from hoso_api.installation import installation, master_key
from hoso_api.settings import Settings
from hoso_api.system_clock import now
from hoso_calendar.messages import say
from hoso_models.postgres import Role
from hoso_models.storage.database import Database
from hoso_workflows import audit
from hoso_workflows.attachments.settings import StoreSettings
from hoso_workflows.attachments.store import Store
from hoso_workflows.audit import stored_files
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.identity.sealing import Seal
from hoso_workflows.organisation import access_log

app = typer.Typer(add_completion=False, help="Prove that what is stored is what happened.")


@app.command("audit")
def run(
    dossier: Annotated[str | None, typer.Argument(help="A code or reference; all when absent.")] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Write that dossier's projections anew first.")
    ] = False,
    files: Annotated[
        bool, typer.Option("--files", help="Read every byte of the files too, of which nights read a share.")
    ] = False,
    seal: Annotated[
        str | None,
        typer.Option(
            "--seal", help='A row of the house that was put right by hand, as "unit H27"; needs --reason.'
        ),
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why that row is sealed again.")] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Verify chains, compare projections, engine states and files with events; exit 1 when anything differs."""
    if rebuild and dossier is None:
        raise errors.Usage(say("--rebuild needs the code or reference of a dossier."))
    if (seal is None) != (reason is None) or (seal is not None and dossier is not None):
        raise errors.Usage(say("--seal and --reason go together, and name no dossier."))
    if seal is not None and reason is not None:
        signals.run(_seal_row(seal, reason))
    progress = audit.AuditProgress()
    read = stored_files.every if files else stored_files.none
    found = signals.run(_audit(dossier, progress, read, rebuild=rebuild))
    if json:
        console.json([asdict(difference) for difference in found])
    else:
        for difference in found:
            console.out.print(difference.sentence, markup=False, soft_wrap=True)
        console.err.print(closing(found))
        if progress.erased:
            console.err.print(
                say(
                    "{erased} of {dossiers} dossiers hold payloads that were erased by law;"
                    " what these said cannot be proved any more, everything else was compared.",
                    erased=progress.erased,
                    dossiers=progress.dossiers,
                )
            )
    raise typer.Exit(errors.FINDINGS if found else 0)


def closing(found: Sequence[audit.Difference]) -> str:
    return say("{n} differences", n=len(found)) if found else say("Everything stored is what happened.")


async def _audit(
    dossier: str | None, progress: audit.AuditProgress, read: stored_files.Chosen, *, rebuild: bool
) -> list[audit.Difference]:
    # Who only proves needs no right to write, and on our own server has none.
    role = Role.APPLICATION if rebuild else Role.AUDITOR
    async with installation.opened(role=role) as db:
        service = DossierService(db)
        if rebuild and dossier is not None:
            for left in await audit.rebuild(service, dossier):
                console.err.print(left, markup=False, soft_wrap=True)
            await _record(db, dossier)
        if dossier is None:
            return await whole(db, progress, read)
        found = [difference async for difference in audit.differences(service, dossier, progress)]
        return [*found, *await _files(db, read, dossier)]


async def whole(
    db: Database, progress: audit.AuditProgress, read: stored_files.Chosen = stored_files.none
) -> list[audit.Difference]:
    """Every difference of dossiers, of the house's rows, and of the files read."""
    found = [difference async for difference in audit.differences(DossierService(db), None, progress)]
    # Acts of administration belong to no dossier, and the store is looked through as a whole.
    return [
        *found,
        *await audit.administration_differences(db),
        *await audit.house_differences(db, now()),
        *await _files(db, read),
    ]


async def _files(
    db: Database, read: stored_files.Chosen, dossier: str | None = None
) -> list[audit.Difference]:
    store, seal = Store.of(StoreSettings.read()), _seal()
    if seal is None and await stored_files.has_keys(db):
        console.err.print(say("No key of a dossier was opened: the master key is not here."))
    found = stored_files.differences(db, store, seal, dossier, read=read)
    return [difference async for difference in found]


def _seal() -> Seal | None:
    """The seal. None where this user cannot read the master key."""
    try:
        key = master_key.existing(installation.home(), Settings().master_key_file)
    except (master_key.Unusable, OSError):
        return None
    return None if key is None else Seal(lambda: key)


async def _seal_row(row: str, reason: str) -> None:
    """Seal a row as it is, as the operator's act."""
    async with installation.opened(role=Role.APPLICATION) as db:
        at = now()
        await audit.seal_row(db, row, reason, await operators.entered(db, at=at), at)


async def _record(db: Database, dossier: str) -> None:
    """Record a rebuild as the operator's act, since no event tells of it."""
    at = now()
    operator = await operators.entered(db, at=at)
    async with db.transaction() as tx:
        await access_log.record(tx, operator, "rebuilding a dossier", dossier, at)
