"""`hoso setup`: an authority declared in one file, planned, shown and applied."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from hoso_api.cli import console, operators, register_acts, signals
from hoso_api.cli import errors as cli_errors
from hoso_api.cli.register_acts import By, Json
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_api.translation import setup_errors
from hoso_calendar.messages import counted, say, translated
from hoso_workflows.setup import document, export, service, sheets

app = typer.Typer(add_completion=False, help="Declare an authority in one file: plan, apply, write back.")

File = Annotated[Path | None, typer.Argument(help="The setup file (TOML, hoso-setup/1).")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change; store nothing.")]


@app.command()
def setup(
    file: File = None,
    dry_run: DryRun = False,
    prune: Annotated[
        bool,
        typer.Option("--prune", help="Also end what the file no longer names, in the units that it names."),
    ] = False,
    exported: Annotated[
        bool, typer.Option("--export", help="Write the present state to stdout as a setup file.")
    ] = False,
    by: By = None,
    json: Json = False,
) -> None:
    """Apply a setup file: units, people, roles, owners, competences, substitutions. Applied again, it changes nothing."""
    if exported == (file is not None):
        raise cli_errors.Usage(say("Name a setup file, or ask for --export."))
    if file is None:
        console.line(signals.run(_export()))
        return
    declared = _read(file)
    done = signals.run(_apply(declared, by, dry_run=dry_run, prune=prune))
    show(done, dry_run=dry_run, json=json)


def show(done: Sequence[service.Done], *, dry_run: bool, json: bool) -> None:
    """Print the acts of a plan, with their places in the file."""
    if json:
        console.json(
            [
                {
                    "place": each.place,
                    "kind": each.act.kind,
                    "authority": each.act.authority,
                    "subject": each.act.subject,
                }
                for each in done
            ]
        )
        return
    if not done:
        console.line(translated(say("Nothing has to change.")))
        return
    counts: dict[str, int] = {}
    for each in done:
        counts[each.act.kind] = counts.get(each.act.kind, 0) + 1
    console.table("", ("Việc", "Số"), sorted(counts.items()))
    console.line(
        translated(say("{n} acts would be done; nothing was stored.", n=len(done)))
        if dry_run
        else translated(say("{n} acts were done.", n=len(done)))
    )
    proposed = counts.get("role_proposed", 0)
    if proposed:
        console.line(
            translated(
                counted(
                    proposed,
                    "{n} office waits for a second person: hoso roles proposals",
                    "{n} offices wait for a second person: hoso roles proposals",
                )
            )
        )


def _read(file: Path) -> document.Document:
    declared = setup_errors.read(file.read_bytes(), file.name)
    for name in declared.officers:
        declared.person.extend(sheets.officers((file.parent / name).read_bytes(), name))
    return declared


async def _apply(
    declared: document.Document, by: str | None, *, dry_run: bool, prune: bool
) -> tuple[service.Done, ...]:
    at = now()
    async with installation.opened() as db:
        asker = await register_acts.asker(db, by, at)
        return await service.apply(db, declared, asker, at, dry_run=dry_run, prune=prune)


async def _export() -> str:
    async with installation.opened() as db:
        await operators.reads(db, "export_setup")
        return await export.export(db, now())
