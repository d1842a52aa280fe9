"""`hoso procedures`: import, check and test what is declared; publish it, and move running dossiers to another version."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from hoso_api import installation
from hoso_api.app import now
from hoso_api.cli import differences, ending, faults, instants, packages, screen
from hoso_api.cli.packages import Json, Source
from hoso_workflows import migration, publish, register
from hoso_workflows.office import Office

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Procedures: import, check, test, draw, compare, publish, migrate.",
)
app.add_typer(packages.app)
app.add_typer(differences.app)


@app.command("publish")
def published(
    path: Source,
    declarer: Annotated[str, typer.Option(help="Who declares it: a principal's id or name.")],
    approver: Annotated[str | None, typer.Option(help="Who approves it: somebody else.")] = None,
    decision: Annotated[str | None, typer.Option(help="Number of the approving decision.")] = None,
    decided: Annotated[str | None, typer.Option(help="Its date.")] = None,
    json: Json = False,
) -> None:
    """Declare and submit a package; with an approver and a decision also approve and activate it."""
    if (approver is None) != (decision is None) or (decision is None) != (decided is None):
        raise faults.Usage("--approver, --decision and --decided go together.")
    day = None if decided is None else instants.day(decided, "--decided")
    version = ending.run(_publish(path, declarer, approver, decision, day))
    if json:
        screen.json(asdict(version))
    else:
        screen.out.print(f"{version.procedure} phiên bản {version.number}: {version.status}")


@app.command("list")
def listed(json: Json = False) -> None:
    """List the procedures that new dossiers run on."""
    versions = ending.run(_active())
    if json:
        screen.json([asdict(version) for version in versions])
    else:
        rows = [(v.procedure, v.number, v.name, v.decision_no) for v in versions]
        screen.table("", ("Mã", "Phiên bản", "Tên", "Quyết định"), rows, numbers=(1,))


@app.command()
def migrate(
    procedure: Annotated[str, typer.Argument(help="The procedure's code.")],
    source: Annotated[int, typer.Option("--from", help="The version that the dossiers run on.")],
    target: Annotated[int, typer.Option("--to", help="The approved version that they move to.")],
    by: Annotated[str, typer.Option(help="Who moves them: a principal's id or name.")],
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="OLD=NEW: ids of a step in the two versions.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    json: Json = False,
) -> None:
    """Move running dossiers to another version of their procedure; exit 1 when some stay where they are."""
    found = ending.run(_migrate(procedure, source, target, by, _mapping(mapping or ()), dry_run))
    if json:
        screen.json(found.to_json())
    else:
        _show(found)
    raise typer.Exit(0 if found.ok else faults.FINDINGS)


async def _publish(
    path: Path, declarer: str, approver: str | None, decision: str | None, decided: date | None
) -> publish.Version:
    data = packages.opened(path).to_zip()
    at = now()
    async with installation.opened() as db:
        person = await register.named(db, declarer)
        version = await publish.declare(db, data, actor=person, at=at)
        if version.status == "draft":
            version = await publish.submit(db, version.procedure, version.number, actor=person, at=at)
        if approver is None or decision is None or decided is None:
            return version
        other = await register.named(db, approver)
        key = version.procedure, version.number
        if version.status == "submitted":
            version = await publish.approve(
                db, *key, decision_no=decision, decision_date=decided, actor=other, at=at
            )
        return version if version.status == "active" else await publish.activate(db, *key, actor=other, at=at)


async def _active() -> list[publish.Version]:
    async with installation.opened() as db:
        return await publish.active(db)


async def _migrate(
    procedure: str, source: int, target: int, by: str, mapping: dict[str, str], dry_run: bool
) -> migration.Migration:
    move = migration.plan if dry_run else migration.apply
    async with installation.opened() as db:
        person = await register.named(db, by)
        return await move(Office(db), procedure, source, target, actor=person, at=now(), mapping=mapping)


def _mapping(pairs: Sequence[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        old, equals, new = pair.partition("=")
        if not (old and equals and new):
            raise faults.Usage(f"--map {pair}: write it as OLD=NEW.")
        found[old] = new
    return found


def _show(found: migration.Migration) -> None:
    rows = [
        (
            one.code or one.reference,
            "moved" if one.moved else one.verdict,
            "; ".join(one.why),
            ", ".join(one.new_variables),
        )
        for one in found.dossiers
    ]
    screen.table("", ("Hồ sơ", "Kết luận", "Vì sao", "Biến mới"), rows)
    screen.err.print(", ".join(f"{number} {what}" for what, number in found.counts.items()))
