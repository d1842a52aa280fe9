"""Publication: a package is declared and checked, submitted, approved by somebody else, and then active.

A version never changes once declared; what runs on it stays on it when a newer one takes its place. What its call
activities run is pinned when it is declared: the versions that are active then, each with what it was pinned to itself
(ADR 0013).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import hoso_bpmn
from hoso_bpmn import inspection, package
from hoso_bpmn.parcel import NOTHING
from hoso_models import VersionStatus
from hoso_models.database import Database
from hoso_workflows import authority, pins, queues, refusals, statements

#: What the limited child does with a package.
_CHECK = "hoso_workflows.scenarios:inspect_parcel"
#: One child at a time in each process: it may use 20 s of a processor and `sandbox.LIMITS.memory_bytes`.
CHECKS = queues.Queue("checks of packages", at_once=1, waiting=3, again=timedelta(seconds=30))


@dataclass(frozen=True, slots=True)
class Version:
    """A numbered version of a procedure and where it stands."""

    procedure: str
    number: int
    name: str
    status: str
    sha256: str
    report: dict[str, Any]
    declared_by: UUID
    declared_at: datetime
    approved_by: UUID | None = None
    decision_no: str | None = None
    decision_date: date | None = None
    activated_at: datetime | None = None


def check(path: Path, known: Mapping[str, package.Package] = NOTHING) -> hoso_bpmn.Report:
    """Everything that would forbid the publication of a package folder, a zip or one BPMN file.

    A package that passes the check also has its scenarios played; all of it happens in a limited child process. `known` are
    packages by code that it may call beside the bundled ones.
    """
    return hoso_bpmn.check(path, work=_CHECK, known=known)


async def declare(
    db: Database, data: bytes, *, actor: UUID, at: datetime, code: str | None = None
) -> Version:
    """A new draft from a zip. Raises PackageRefused with the findings, also for a call of what is not active.

    Raises TooManyRequests while so many packages are checked that this one would wait for long.

    The same package again, with the same versions of what it calls, gives the version that it already is, unless that one
    is retired: then it may come back.
    """
    await permitted(db, "declaring a procedure", code, actor, at, authority.DECLARER, authority.ADMINISTRATOR)
    with CHECKS.place():
        pinned = await pins.active(db, await _called(data))
        report = await CHECKS.run(inspection.check_version, data, pinned, work=_CHECK)
    if not report.ok:
        raise refusals.PackageRefused(report)
    found = package.read(data)
    if code is not None and code != found.code:
        raise refusals.FormRefused([refusals.Fault("code", f"the package is of {found.code}, not of {code}")])
    manifest = {
        "name": found.name,
        "authority": found.authority,
        "field": found.field,
        "level": found.level,
        "calls": {code: pin.number for code, pin in pinned.items()},
    }
    parameters = [
        uuid4(),
        found.code,
        found.name,
        found.to_zip(),
        found.sha256,
        manifest,
        report.to_json(),
        actor,
        at,
    ]
    async with db.transaction() as tx:
        await tx.rows("select pg_advisory_xact_lock(hashtextextended($1, 0))", [f"declare {found.code}"])
        await tx.rows(_DECLARE, parameters)
        (row,) = await tx.rows(
            f"{_SELECT} where {_LIVING} order by number desc limit 1",
            [found.code, found.sha256, manifest["calls"]],
        )
    return _version(row)


async def submit(db: Database, procedure: str, number: int, *, actor: UUID, at: datetime) -> Version:
    """Hand a draft in for approval."""
    await permitted(
        db, "submitting a procedure", procedure, actor, at, authority.DECLARER, authority.ADMINISTRATOR
    )
    await _step(db, _SUBMIT, [procedure, number, actor, at], VersionStatus.DRAFT)
    return await version(db, procedure, number)


async def approve(
    db: Database,
    procedure: str,
    number: int,
    *,
    decision_no: str,
    decision_date: date,
    actor: UUID,
    at: datetime,
) -> Version:
    """Approve a submitted version by a decision that is signed. Raises OwnDeclaration for its declarer."""
    await permitted(db, "approving a procedure", procedure, actor, at, authority.APPROVER)
    if not decision_no.strip():
        raise refusals.FormRefused([refusals.Fault("decision_no", "is missing")])
    if decision_date > (today := authority.local_date(at)):
        why = f"is the day on which the decision was signed; {decision_date} is after today, {today}"
        raise refusals.FormRefused([refusals.Fault("decision_date", why)])
    if (await version(db, procedure, number)).declared_by == actor:
        raise refusals.OwnDeclaration(procedure, number)
    await _step(
        db,
        _APPROVE,
        [procedure, number, actor, at, decision_no.strip(), decision_date],
        VersionStatus.SUBMITTED,
    )
    return await version(db, procedure, number)


async def activate(db: Database, procedure: str, number: int, *, actor: UUID, at: datetime) -> Version:
    """Let new dossiers run on an approved version; the one before it is retired, what runs on it stays."""
    await permitted(
        db, "activating a procedure", procedure, actor, at, authority.APPROVER, authority.ADMINISTRATOR
    )
    async with db.transaction() as tx:
        rows = await tx.rows(_LOCK, [procedure])
        status = next((row.status for row in rows if row.number == number), None)
        if status is None:
            raise refusals.NotFound("version", f"{procedure}/{number}")
        if status != VersionStatus.APPROVED:
            raise refusals.VersionStands(procedure, number, status, VersionStatus.APPROVED)
        await tx.rows(_RETIRE, [procedure, at])
        await tx.rows(_ACTIVATE, [procedure, number, actor, at])
    return await version(db, procedure, number)


async def version(db: Database, procedure: str, number: int) -> Version:
    """One version. Raises NotFound."""
    row = await db.row(f"{_SELECT} where procedure_code = $1 and number = $2", [procedure, number])
    if row is None:
        raise refusals.NotFound("version", f"{procedure}/{number}")
    return _version(row)


async def declared(db: Database, procedure: str, number: int) -> package.Package:
    """What a version consists of, with the versions that it calls. Raises NotFound."""
    rows = await db.rows(
        "select id from workflow_version where procedure_code = $1 and number = $2", [procedure, number]
    )
    for pin in (await pins.versions(db, {row.id for row in rows})).values():
        return pin.package
    raise refusals.NotFound("version", f"{procedure}/{number}")


async def versions(db: Database, procedure: str) -> list[Version]:
    """All versions of a procedure, newest first."""
    rows = await db.rows(f"{_SELECT} where procedure_code = $1 order by number desc", [procedure])
    return [_version(row) for row in rows]


async def active(db: Database) -> list[Version]:
    """The versions that new dossiers run on, by procedure."""
    return [
        _version(row) for row in await db.rows(f"{_SELECT} where status = 'active' order by procedure_code")
    ]


async def active_package(db: Database, procedure: str) -> package.Package:
    """What an active procedure asks for. Raises NotFound."""
    row = await db.row(
        "select package from workflow_version where procedure_code = $1 and status = 'active'", [procedure]
    )
    if row is None:
        raise refusals.NotFound("active procedure", procedure)
    return package.read(row.package)


async def _called(data: bytes) -> frozenset[str]:
    try:
        return await CHECKS.run(inspection.called, data)
    except hoso_bpmn.RefusedFile as refused:
        raise refusals.PackageRefused(hoso_bpmn.Report(refused.findings("package.zip"))) from None


async def permitted(
    db: Database, act: str, procedure: str | None, actor: UUID, at: datetime, *roles: str
) -> None:
    """Raise Forbidden, and keep the attempt, unless the actor plays one of the roles that the act on procedures needs."""
    row = await db.row(statements.LOAD_ACTOR, [actor, authority.local_date(at), at, None])
    assert row is not None  # noqa: S101 - a select without a from has one row
    try:
        authority.needs(authority.Rights.of(actor, row.rights), act, *roles)
    except refusals.Forbidden:
        await authority.remember(db, actor, act, procedure, at)
        raise


async def _step(db: Database, statement: str, parameters: list[Any], needed: str) -> None:
    if not await db.one_statement(statement, parameters):
        found = await version(db, parameters[0], parameters[1])
        raise refusals.VersionStands(found.procedure, found.number, found.status, needed)


def _version(row: Any) -> Version:
    return Version(*row)


_SELECT = """
select procedure_code, number, name, status, sha256, report, declared_by, declared_at, approved_by, decision_no,
  decision_date, activated_at
from workflow_version
"""
_DECLARE = """
insert into workflow_version (id, procedure_code, number, name, status, package, sha256, manifest, report, declared_by,
  declared_at)
select $1, $2, coalesce(max(number), 0) + 1, $3, 'draft', $4, $5, $6::jsonb, $7::jsonb, $8, $9
from workflow_version where procedure_code = $2
having count(*) filter (
  where sha256 = $5 and coalesce(manifest -> 'calls', '{}') = $6::jsonb -> 'calls' and status <> 'retired'
) = 0
"""
_LIVING = """
procedure_code = $1 and sha256 = $2 and coalesce(manifest -> 'calls', '{}') = $3::jsonb and status <> 'retired'
"""
#: All versions of a procedure stand still while one of them becomes active.
_LOCK = "select number, status from workflow_version where procedure_code = $1 order by number for update"
_SUBMIT = """
update workflow_version set status = 'submitted', submitted_by = $3, submitted_at = $4
where procedure_code = $1 and number = $2 and status = 'draft' returning id
"""
_APPROVE = """
update workflow_version
set status = 'approved', approved_by = $3, approved_at = $4, decision_no = $5, decision_date = $6
where procedure_code = $1 and number = $2 and status = 'submitted' returning id
"""
_RETIRE = "update workflow_version set status = 'retired', retired_at = $2 where procedure_code = $1 and status = 'active'"
_ACTIVATE = """
update workflow_version set status = 'active', activated_by = $3, activated_at = $4
where procedure_code = $1 and number = $2
"""
