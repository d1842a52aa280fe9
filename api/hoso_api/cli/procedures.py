"""`hoso procedures`: check a package or a diagram, and publish it."""

import asyncio
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

import hoso_bpmn
from hoso_api import installation
from hoso_api.app import now
from hoso_api.cli import faults, instants, screen
from hoso_bpmn import package
from hoso_models.database import Database
from hoso_workflows import publish, refusals

app = typer.Typer(no_args_is_help=True, help="Procedures: check, publish, list.")

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]


class Format(StrEnum):
    """How findings are printed."""

    #: A table for people.
    TABLE = "table"
    #: Annotations that a forge shows beside the lines.
    GITHUB = "github"


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="A package folder, a zip, or one BPMN file.")],
    json: Json = False,
    format: Annotated[Format, typer.Option(help="How findings are printed.")] = Format.TABLE,  # noqa: A002
) -> None:
    """Say what has to be changed before publication, element by element; exit 1 when something has to."""
    report = publish.check(_there(path))
    if json:
        screen.json(report.to_json())
    elif format is Format.GITHUB:
        for finding in report.findings:
            typer.echo(_annotation(finding))
    else:
        _show(report)
    raise typer.Exit(0 if report.ok else faults.FINDINGS)


@app.command("publish")
def published(
    path: Annotated[
        Path, typer.Argument(help="A package folder or zip, or the code of a bundled procedure.")
    ],
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
    version = asyncio.run(_publish(path, declarer, approver, decision, day))
    if json:
        screen.json(asdict(version))
    else:
        screen.out.print(f"{version.procedure} phiên bản {version.number}: {version.status}")


@app.command("list")
def listed(json: Json = False) -> None:
    """List the procedures that new dossiers run on."""
    versions = asyncio.run(_active())
    if json:
        screen.json([asdict(version) for version in versions])
    else:
        rows = [(v.procedure, v.number, v.name, v.decision_no) for v in versions]
        screen.table("", ("Mã", "Phiên bản", "Tên", "Quyết định"), rows, numbers=(1,))


async def _publish(
    path: Path, declarer: str, approver: str | None, decision: str | None, decided: date | None
) -> publish.Version:
    data = _package(path).to_zip()
    at = now()
    async with installation.opened() as db:
        person = await _principal(db, declarer)
        version = await publish.declare(db, data, actor=person, at=at)
        if version.status == "draft":
            version = await publish.submit(db, version.procedure, version.number, actor=person, at=at)
        if approver is None or decision is None or decided is None:
            return version
        other = await _principal(db, approver)
        key = version.procedure, version.number
        if version.status == "submitted":
            version = await publish.approve(
                db, *key, decision_no=decision, decision_date=decided, actor=other, at=at
            )
        return version if version.status == "active" else await publish.activate(db, *key, actor=other, at=at)


async def _active() -> list[publish.Version]:
    async with installation.opened() as db:
        return await publish.active(db)


async def _principal(db: Database, who: str) -> UUID:
    row = await db.row(
        "select id from principal where (id::text = $1 or name = $1) and closed_at is null", [who]
    )
    if row is None:
        raise refusals.NotFound("principal", who)
    found: UUID = row.id
    return found


def _package(path: Path) -> package.Package:
    if str(path) in hoso_bpmn.bundled():
        return package.bundled(str(path))
    return package.read(_there(path) if path.is_dir() else _there(path).read_bytes())


def _there(path: Path) -> Path:
    if not path.exists():
        raise faults.Unreadable(path, "no such file or folder")
    return path


def _show(report: hoso_bpmn.Report) -> None:
    for finding in report.findings:
        place = ":".join(filter(None, (finding.file, str(finding.line or ""))))
        head = f"{place}  {finding.severity}  {finding.rule}  {finding.element or ''}"
        screen.out.print(
            head, style="bold" if finding.severity == "error" else None, markup=False, soft_wrap=True
        )
        screen.out.print(f"    {finding.message}", markup=False, soft_wrap=True)
        screen.out.print(f"    → {finding.remedy}", markup=False, soft_wrap=True)
    errors = sum(finding.severity == "error" for finding in report.findings)
    screen.err.print(f"{errors} errors, {len(report.findings) - errors} warnings")


def _annotation(finding: hoso_bpmn.Finding) -> str:
    words = f"{finding.message} {finding.remedy}".replace("%", "%25").replace("\n", "%0A")
    return f"::{finding.severity} file={finding.file},line={finding.line or 1},title={finding.rule}::{words}"
