"""Publication of a package: declared and checked, submitted, approved by somebody else, active.

Only the unit that owns the procedure, and those above it, do any of this (`ownership`). A version never changes once
declared; what runs on it stays on it when a newer one takes its place. What its call activities run is pinned when it is
declared: the versions that are active then, each with what it was pinned to itself (ADR 0013).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import hoso_bpmn
from hoso_bpmn.package import package
from hoso_bpmn.package.bundle import NO_TEXTS, NOTHING, Texts
from hoso_calendar.messages import say
from hoso_models import DOSSIER_PARTS, VersionStatus
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import procedure_rights
from hoso_workflows.pagination import Conditions, Keyset, Page
from hoso_workflows.procedures import damage, dependencies, examination, openings, owners
from hoso_workflows.scenarios import runner

#: The versions of one procedure, and those that are active.
VERSIONS = Keyset(number=pagination.NUMBER)
ACTIVE = Keyset(procedure_code=pagination.TEXT)

_DECLARING = "declaring a procedure"


@dataclass(frozen=True, slots=True)
class Version:
    """A numbered version of a procedure with its status."""

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
    submitted_by: UUID | None = None
    activated_by: UUID | None = None
    #: In whose name each of them acted: an absent officer's, or that of the person on whose word an operator entered it.
    declared_for: UUID | None = None
    submitted_for: UUID | None = None
    approved_for: UUID | None = None
    activated_for: UUID | None = None
    #: The local day from which new dossiers run on it; of an approved one, the day for which that is scheduled.
    active_from: date | None = None

    @property
    def brought_by(self) -> frozenset[UUID]:
        """Everybody by whom or in whose name it was declared and submitted."""
        persons = self.declared_by, self.declared_for, self.submitted_by, self.submitted_for
        return frozenset(filter(None, persons))


def check(
    path: Path, known: Mapping[str, package.Package] = NOTHING, calendars: Texts = NO_TEXTS
) -> hoso_bpmn.Report:
    """Every obstacle to the publication of a package folder, zip or BPMN file.

    A package that passes the check also has its scenarios played; all of it happens in a limited child process. `known` are
    packages by code that it may call beside the bundled ones, `calendars` what its scenarios know before the bundled ones.
    """
    return hoso_bpmn.check(path, work=runner.inspect_parcel, known=known, calendars=calendars)


async def declare(
    db: Database,
    data: bytes,
    *,
    actor: UUID,
    at: datetime,
    code: str | None = None,
    operator: UUID | None = None,
) -> Version:
    """A new draft from a zip. Raises PackageRefused with the findings, also for a call of what is not active.

    Raises TooManyRequests while so many packages are checked that this one would wait for long.

    The same package again, with the same versions of what it calls, gives the version that it already is, unless that one
    is retired: then it may come back. The first package of a procedure that nobody owns claims it for its unit. With an
    `operator` it is they who declare it, on the word of the actor.
    """
    if code is not None:
        # Before a stranger's package is looked at; what is decided on is asked again when it is stored.
        roles = permissions.offices("declare_version")
        await procedure_rights.permitted(db, _DECLARING, code, actor, at, *roles, operator=operator)
    pinned, report = await examination.examined(db, data, at)
    if not report.ok:
        raise errors.PackageRefused(report)
    found = package.read(data)
    if code is not None and code != found.code:
        raise errors.FormRefused(
            [
                errors.Fault(
                    "code", say("the package is of {found}, not of {code}", found=found.code, code=code)
                )
            ]
        )
    calls = {code: pin.number for code, pin in pinned.items()}
    manifest: dict[str, Any] = {
        "name": found.name,
        "authority": found.authority,
        "field": found.field,
        "level": found.level,
        "calls": calls,
    }
    lanes = sorted({lane.unit for lane in found.lanes.values()}.difference(DOSSIER_PARTS))
    if lanes:
        manifest["lanes"] = lanes
    counted = sorted(case.id for case in found.cases if case.counts_only)
    if counted:
        manifest["counted_cases"] = counted
    roles = permissions.offices("declare_version")
    async with procedure_rights.acting(
        db, _DECLARING, found.code, *roles, actor=actor, at=at, operator=operator
    ) as (
        tx,
        acting,
    ):
        await openings.settle(tx, found.code, localtime.local_date(at))
        if not acting.owned:
            await owners.claim(tx, found.code, found.authority, acting, at)
        stored = [found.code, found.name, found.to_zip(), found.sha256, manifest, report.to_json()]
        await tx.rows(_DECLARE, [uuid4(), *stored, acting.by, at, acting.behalf])
        living = f"{select_sql(None)} where {_LIVING} order by number desc limit 1"
        (row,) = await tx.rows(living, [found.code, found.sha256, calls])
    return _version(row)


async def submit(
    db: Database,
    procedure: str,
    number: int,
    *,
    actor: UUID,
    at: datetime,
    operator: UUID | None = None,
) -> Version:
    """Submit a draft for approval. With an `operator` it is their act, on the word of the actor."""
    act, roles = "submitting a procedure", permissions.offices("submit_version")
    async with procedure_rights.acting(db, act, procedure, *roles, actor=actor, at=at, operator=operator) as (
        tx,
        acting,
    ):
        parameters = [procedure, number, acting.by, at, acting.behalf]
        return await _step(tx, _SUBMIT, parameters, VersionStatus.DRAFT)


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
    """Approve a submitted version by a decision that is signed.

    Raises OwnDeclaration for those by whom or in whose name it was declared or submitted, and for who acts in their name.
    """
    act, roles = "approving a procedure", permissions.offices("approve_version")
    async with procedure_rights.acting(db, act, procedure, *roles, actor=actor, at=at) as (
        tx,
        acting,
    ):
        if not decision_no.strip():
            raise errors.FormRefused([errors.Fault("decision_no", say("is missing"))])
        if decision_date > (today := localtime.local_date(at)):
            why = say(
                "is the day on which the decision was signed; {decision_date} is after today, {today}",
                decision_date=decision_date,
                today=today,
            )
            raise errors.FormRefused([errors.Fault("decision_date", why)])
        if (await version(tx, procedure, number)).brought_by & acting.persons:
            raise errors.OwnDeclaration(procedure, number)
        parameters = [procedure, number, acting.by, at, decision_no.strip(), decision_date, acting.behalf]
        return await _step(tx, _APPROVE, parameters, VersionStatus.SUBMITTED)


async def activate(
    db: Database, procedure: str, number: int, *, actor: UUID, at: datetime, begins: date | None = None
) -> Version:
    """Activate an approved version for new dossiers from a day on.

    By default from today. From that day on the one before it is retired; dossiers that run on it stay there. Raises FormRefused for a day that has
    passed, ActivationScheduled where an activation waits for its day already.
    """
    act, roles, today = (
        "activating a procedure",
        permissions.offices("activate_version"),
        localtime.local_date(at),
    )
    begins = begins or today
    async with procedure_rights.acting(db, act, procedure, *roles, actor=actor, at=at) as (tx, acting):
        await _locked(tx, procedure, today)
        found = await version(tx, procedure, number)
        if found.status != VersionStatus.APPROVED:
            raise errors.VersionStands(procedure, number, found.status, VersionStatus.APPROVED)
        if found.brought_by & {found.approved_by, found.approved_for}:
            # Approved before submitters were kept from it.
            raise errors.OwnDeclaration(procedure, number)
        if faults := openings.past("active_from", begins, today):
            raise errors.FormRefused(faults)
        if begins > today:
            await _require_unscheduled(tx, procedure)
            await tx.rows(_SCHEDULE, [procedure, number, acting.by, at, acting.behalf, begins])
            await openings.record(
                tx,
                acting,
                "activation_scheduled",
                procedure,
                at,
                number=str(number),
                active_from=begins.isoformat(),
            )
        else:
            await tx.rows(_RETIRE, [procedure, at])
            await tx.rows(_ACTIVATE, [procedure, number, acting.by, at, acting.behalf, begins])
        return await version(tx, procedure, number)


async def unschedule(db: Database, procedure: str, number: int, *, actor: UUID, at: datetime) -> Version:
    """Take an activation back before its day has come. Raises NotScheduled where none waits."""
    act = "taking back an activation"
    async with procedure_rights.acting(
        db, act, procedure, *permissions.offices("take_back_activation"), actor=actor, at=at
    ) as (
        tx,
        acting,
    ):
        await _locked(tx, procedure, localtime.local_date(at))
        found = await version(tx, procedure, number)
        if found.status != VersionStatus.APPROVED or found.active_from is None:
            raise errors.NotScheduled(procedure, number, found.status)
        await tx.rows(_UNSCHEDULE, [procedure, number])
        was = found.active_from.isoformat()
        await openings.record(
            tx, acting, "activation_taken_back", procedure, at, number=str(number), active_from=was
        )
        return await version(tx, procedure, number)


async def _locked(tx: Transaction, procedure: str, today: date) -> None:
    """Lock all versions of a procedure, in the statuses that they have today."""
    await tx.rows(_LOCK, [procedure])
    await openings.settle(tx, procedure, today)


async def _require_unscheduled(tx: Transaction, procedure: str) -> None:
    for row in await tx.rows(_SCHEDULED, [procedure]):
        raise errors.ActivationScheduled(procedure, row.number, row.active_from)


async def version(
    asked: Database | Transaction, procedure: str, number: int, *, day: date | None = None
) -> Version:
    """One version in its status on a local date. Raises NotFound.

    Without a date it has the status to which an act has moved it.
    """
    rows = await asked.rows(
        f"{select_sql(day)} where procedure_code = $1 and number = $2", [procedure, number]
    )
    if not rows:
        raise errors.NotFound("version", f"{procedure}/{number}")
    return _version(rows[0])


async def declared(db: Database, procedure: str, number: int) -> package.Package:
    """The package of a version, with the versions that it calls. Raises NotFound."""
    rows = await db.rows(
        "select id from workflow_version where procedure_code = $1 and number = $2", [procedure, number]
    )
    for pin in (await dependencies.versions(db, {row.id for row in rows})).values():
        return pin.package
    raise errors.NotFound("version", f"{procedure}/{number}")


async def versions(
    db: Database,
    procedure: str,
    *,
    limit: int | None = None,
    after: str | None = None,
    day: date | None = None,
) -> Page[Version]:
    """One page of the versions of a procedure, newest first.

    In their statuses on a local date, as for `version`.
    """
    asked = Conditions()
    asked.equal("procedure_code", procedure)
    asked.behind("number", VERSIONS.values(after), falling=True)
    found = f"{select_sql(day)} where {{conditions}} order by number desc limit {{limit}}"
    return await pagination.page(db, found, asked, VERSIONS, limit=limit, item=_version)


async def active(
    db: Database, *, day: date, limit: int | None = None, after: str | None = None
) -> Page[Version]:
    """One page of the versions that new dossiers run on, by procedure. Without the procedures that take none on that day."""
    on = _literal(day)
    taken = f"coalesce(({openings.state_sql('v.procedure_code', on)} ->> 'open')::bool, true)"
    asked = Conditions(f"status = 'active' and {taken}")
    asked.behind("procedure_code", ACTIVE.values(after))
    found = f"{select_sql(day)} where {{conditions}} order by procedure_code limit {{limit}}"
    return await pagination.page(db, found, asked, ACTIVE, limit=limit, item=_version)


async def active_package(db: Database, procedure: str, *, day: date) -> package.Package:
    """The package of the version that new dossiers run on. Raises NotFound, ProcedureDamaged."""
    row = await db.row(_PACKAGE, [procedure, day])
    if row is None:
        raise errors.NotFound("active procedure", procedure)
    return damage.package_of(row)


async def _step(tx: Transaction, statement: str, parameters: list[Any], needed: str) -> Version:
    procedure, number = parameters[:2]
    if not await tx.rows(statement, parameters):
        found = await version(tx, procedure, number)
        raise errors.VersionStands(procedure, number, found.status, needed)
    return await version(tx, procedure, number)


def _version(row: Any) -> Version:
    return Version(*row)


def _literal(day: date) -> str:
    return f"date '{day.isoformat()}'"


def select_sql(day: date | None) -> str:
    """The versions as `v`, in their statuses on a local date."""
    status = "status" if day is None else _STATUS.format(day=_literal(day))
    return _SELECT.format(status=status)


_STATUS = """case
  when w.status = 'approved' and w.active_from <= {day} then 'active'
  when w.status = 'active' and exists (
    select from workflow_version n
    where n.procedure_code = w.procedure_code and n.status = 'approved' and n.active_from <= {day}) then 'retired'
  else w.status end"""
_SELECT = """
select procedure_code, number, name, status, sha256, report, declared_by, declared_at, approved_by, decision_no,
  decision_date, activated_at, submitted_by, activated_by, declared_for, submitted_for, approved_for, activated_for,
  active_from
from (select w.procedure_code, w.number, w.name, {status} as status, w.sha256, w.report, w.declared_by, w.declared_at,
    w.approved_by, w.decision_no, w.decision_date, w.activated_at, w.submitted_by, w.activated_by, w.declared_for,
    w.submitted_for, w.approved_for, w.activated_for, w.active_from, w.manifest
  from workflow_version w) v
"""
_PACKAGE = f"""
select v.procedure_code as code, v.number, v.package, v.sha256 from ({openings.in_force_sql("$1", "$2::date")}) f join workflow_version v on v.id = f.id
"""  # noqa: S608 - fixed text of this module
_DECLARE = """
insert into workflow_version (id, procedure_code, number, name, status, package, sha256, manifest, report, declared_by,
  declared_at, declared_for)
select $1, $2, coalesce(max(number), 0) + 1, $3, 'draft', $4, $5, $6::jsonb, $7::jsonb, $8, $9, $10
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
update workflow_version set status = 'submitted', submitted_by = $3, submitted_at = $4, submitted_for = $5
where procedure_code = $1 and number = $2 and status = 'draft' returning id
"""
_APPROVE = """
update workflow_version
set status = 'approved', approved_by = $3, approved_at = $4, decision_no = $5, decision_date = $6, approved_for = $7
where procedure_code = $1 and number = $2 and status = 'submitted' returning id
"""
_RETIRE = "update workflow_version set status = 'retired', retired_at = $2 where procedure_code = $1 and status = 'active'"
_ACTIVATE = """
update workflow_version
set status = 'active', activated_by = $3, activated_at = $4, activated_for = $5, active_from = $6
where procedure_code = $1 and number = $2
"""
_SCHEDULED = """
select number, active_from from workflow_version
where procedure_code = $1 and status = 'approved' and active_from is not null
"""
_SCHEDULE = """
update workflow_version set activated_by = $3, activated_at = $4, activated_for = $5, active_from = $6
where procedure_code = $1 and number = $2
"""
_UNSCHEDULE = """
update workflow_version set activated_by = null, activated_at = null, activated_for = null, active_from = null
where procedure_code = $1 and number = $2
"""
