"""`hoso procedures`: import, check, test and publish procedures, and migrate running dossiers.

Declaring, naming an owner and moving dossiers are entered by the operator at the shell, on the word of a person whose office
allows it. Approving and activating take that person's own token: one command never makes two people of one.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from hoso_api.cli import (
    console,
    credentials,
    differences,
    errors,
    instants,
    openings,
    operators,
    owners,
    packages,
    repairs,
    signals,
)
from hoso_api.cli.owners import Procedure
from hoso_api.cli.packages import Json, Source
from hoso_api.installation import installation
from hoso_api.system_clock import now
from hoso_bpmn import text_safety
from hoso_calendar.messages import joined, say, translated
from hoso_models import VersionStatus
from hoso_workflows import localtime, vocabulary
from hoso_workflows.dossiers import migration
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.organisation import principals
from hoso_workflows.organisation.credentials import Scope
from hoso_workflows.procedures import publication

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Procedures: import, check, test, draw, compare, publish, approve, activate, close, own, migrate.",
)
app.add_typer(packages.app)
app.add_typer(differences.app)
app.add_typer(owners.app)
app.add_typer(openings.app)
app.add_typer(repairs.procedures)

Number = Annotated[int, typer.Argument(min=1, help="The version's number.")]


@app.command("publish")
def published(
    path: Source,
    declarer: Annotated[str, typer.Option(help="On whose word: the id or name of a declarer of its owner.")],
    json: Json = False,
) -> None:
    """Declare and submit a package as the operator that you are; its approver approves and activates it."""
    _tell(signals.run(_publish(path, declarer)), json=json)


@app.command()
def approve(
    procedure: Procedure,
    number: Number,
    decision: Annotated[str, typer.Option(help="Number of the approving decision.")],
    decided: Annotated[str, typer.Option(help="The day on which it was signed.")],
    token_file: credentials.TokenFile = None,
    json: Json = False,
) -> None:
    """Approve a submitted version by a decision, as the person whose token you show."""
    day = instants.day(decided, "--decided")
    _tell(signals.run(_approve(procedure, number, decision, day, credentials.token(token_file))), json=json)


@app.command()
def activate(
    procedure: Procedure,
    number: Number,
    begins: Annotated[str | None, typer.Option("--from", help="From this day on; today when absent.")] = None,
    take_back: Annotated[
        bool, typer.Option("--take-back", help="Take an activation back whose day has not come.")
    ] = False,
    token_file: credentials.TokenFile = None,
    json: Json = False,
) -> None:
    """Let new dossiers run on an approved version, as the person whose token you show."""
    if take_back and begins is not None:
        raise errors.Usage(say("--take-back takes no day."))
    day = None if begins is None else instants.day(begins, "--from")
    token = credentials.token(token_file)
    acted = _take_back(procedure, number, token) if take_back else _activate(procedure, number, day, token)
    _tell(signals.run(acted), json=json)


@app.command("list")
def listed(json: Json = False) -> None:
    """List the procedures that new dossiers run on."""
    versions = signals.run(_active())
    if json:
        console.json([asdict(version) for version in versions])
    else:
        rows = [(v.procedure, v.number, v.name, v.decision_no) for v in versions]
        console.table("", ("Mã", "Phiên bản", "Tên", "Quyết định"), rows, numbers=(1,))


@app.command()
def migrate(
    procedure: Procedure,
    source: Annotated[int, typer.Option("--from", help="The version that the dossiers run on.")],
    target: Annotated[int, typer.Option("--to", help="The approved version that they move to.")],
    by: Annotated[str, typer.Option(help="On whose word: the id or name of an approver or administrator.")],
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="OLD=NEW: ids of a step in the two versions.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    json: Json = False,
) -> None:
    """Move running dossiers to another version of their procedure; exit 1 when some stay where they are."""
    found = signals.run(_migrate(procedure, source, target, by, _mapping(mapping or ()), dry_run))
    if json:
        console.json(found.to_json())
    else:
        _show(found)
    raise typer.Exit(0 if found.ok else errors.FINDINGS)


async def _publish(path: Path, declarer: str) -> publication.Version:
    brought, at = packages.opened(path), now()
    async with installation.opened() as db:
        operator, person = await operators.entered(db, at=at), await principals.named(db, declarer)
        version = await publication.declare(
            db, brought.to_zip(), actor=person, at=at, code=brought.code, operator=operator
        )
        if version.status != VersionStatus.DRAFT:
            return version
        key = version.procedure, version.number
        return await publication.submit(db, *key, actor=person, at=at, operator=operator)


async def _approve(procedure: str, number: int, decision: str, day: date, token: str) -> publication.Version:
    at = now()
    async with installation.opened() as db:
        actor = await credentials.bearer(db, token, "approve_version", Scope.REGISTER, at=at)
        return await publication.approve(
            db,
            procedure,
            number,
            decision_no=text_safety.text(decision),
            decision_date=day,
            actor=actor,
            at=at,
        )


async def _activate(procedure: str, number: int, begins: date | None, token: str) -> publication.Version:
    at = now()
    async with installation.opened() as db:
        actor = await credentials.bearer(db, token, "activate_version", Scope.REGISTER, at=at)
        return await publication.activate(db, procedure, number, actor=actor, at=at, begins=begins)


async def _take_back(procedure: str, number: int, token: str) -> publication.Version:
    at = now()
    async with installation.opened() as db:
        actor = await credentials.bearer(db, token, "take_back_activation", Scope.REGISTER, at=at)
        return await publication.unschedule(db, procedure, number, actor=actor, at=at)


async def _active() -> tuple[publication.Version, ...]:
    async with installation.opened() as db:
        return (await publication.active(db, day=localtime.local_date(now()))).items


async def _migrate(
    procedure: str, source: int, target: int, by: str, mapping: dict[str, str], dry_run: bool
) -> migration.Migration:
    move = migration.plan if dry_run else migration.apply
    at = now()
    async with installation.opened() as db:
        operator, person = await operators.entered(db, at=at), await principals.named(db, by)
        return await move(
            DossierService(db),
            procedure,
            source,
            target,
            actor=person,
            at=at,
            mapping=mapping,
            operator=operator,
        )


def _tell(version: publication.Version, *, json: bool) -> None:
    if json:
        console.json(asdict(version))
    else:
        status = translated(vocabulary.word(version.status))
        if version.status == VersionStatus.APPROVED and version.active_from is not None:
            status += f", có hiệu lực từ {version.active_from:%d/%m/%Y}"
        console.out.print(f"{version.procedure} phiên bản {version.number}: {status}")


def _mapping(pairs: Sequence[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        old, equals, new = pair.partition("=")
        if not (old and equals and new):
            raise errors.Usage(say("--map {pair}: write it as OLD=NEW.", pair=pair))
        found[old] = new
    return found


#: How the move of a dossier is judged.
_WORDS = {
    "safe": say("safe"),
    "needs mapping": say("needs mapping"),
    "blocked": say("blocked"),
    "moved": say("moved"),
}


def _show(found: migration.Migration) -> None:
    rows = [
        (
            one.code or one.reference,
            _WORDS["moved" if one.moved else one.verdict],
            joined("; ", one.why),
            ", ".join(one.new_variables),
        )
        for one in found.dossiers
    ]
    console.table("", ("Hồ sơ", "Kết luận", "Vì sao", "Biến mới"), rows)
    console.err.print(joined(", ", [joined(" ", [str(n), _WORDS[what]]) for what, n in found.counts.items()]))
