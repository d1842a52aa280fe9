"""Acts on owed reports: written, approved by another person, submitted, returned, reminded of.

    owed → drafted → approved → submitted ⇄ returned → drafted

Each compares the version that its author has seen, and leaves an event of administration.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models import ReportPart, ReportStatus
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import access_log, administration, permissions
from hoso_workflows.organisation.permissions import ASSIGNERS, OFFICES, table
from hoso_workflows.reports.forms.accounting import Scope
from hoso_workflows.reports.obligations import frozen, register
from hoso_workflows.reports.obligations.refusals import (
    AlreadyConsolidated,
    OwnReport,
    PeriodRuns,
    RemindedToday,
    ReportChanged,
    ReportNotReady,
    ReportsMissing,
)
from hoso_workflows.reports.obligations.register import Obligation
from hoso_workflows.vocabulary import either

WRITE, APPROVE, SUBMIT, RETURN, REMIND = (
    *("write_report", "approve_report", "submit_report", "return_report"),
    "remind_report",
)
#: Texts of a report; the last one of a consolidated report only.
TEXTS = ("difficulties", "proposals", "chapter")
#: The longest text, in characters.
LONGEST = 20_000
_S = ReportStatus


@dataclass(frozen=True, slots=True)
class By:
    """Author of an act: person, time, version seen, and operator."""

    actor: UUID
    at: datetime
    #: Versions that they have seen; None where any will do.
    seen: frozenset[int] | None = None
    #: Who enters it on their word, at the command line.
    operator: UUID | None = None


async def write(db: Database, obligation: UUID, texts: Mapping[str, str], by: By) -> Obligation:
    """Write the texts of a report. One that was approved has to be approved anew.

    Raises Forbidden, NotFound, FormRefused, ReportChanged, ReportNotReady.
    """
    _legible(texts)
    async with db.transaction() as tx:
        found, author = await _entitled(db, tx, obligation, WRITE, by)
        _stands(found, by, _S.OWED, _S.DRAFTED, _S.APPROVED, _S.RETURNED)
        if "chapter" in texts and found.part is ReportPart.AGENCY:
            raise errors.FormRefused([errors.Fault("chapter", say("only a consolidated report has one"))])
        kept = {**found.texts, **{name: text.strip() for name, text in texts.items()}}
        await tx.rows(_WRITE, [obligation, kept, author.principal, by.at, author.on_behalf_of])
        return await _done(tx, found, "report_written", author, by.at, sorted(texts))


async def approve(db: Database, obligation: UUID, by: By) -> Obligation:
    """Approve a report as a head of its unit who has not written it.

    Raises Forbidden, NotFound, ReportChanged, ReportNotReady, OwnReport.
    """
    async with db.transaction() as tx:
        found, author = await _entitled(db, tx, obligation, APPROVE, by)
        _stands(found, by, _S.DRAFTED)
        if {author.principal, author.on_behalf_of} & found.writers:
            raise OwnReport
        await tx.rows(_APPROVE, [obligation, author.principal, by.at, author.on_behalf_of])
        return await _done(tx, found, "report_approved", author, by.at)


async def submit(db: Database, obligation: UUID, by: By, *, confirm_missing: bool = False) -> Obligation:
    """Submit an approved report: its figures are frozen with the dossiers behind them.

    Raises Forbidden, NotFound, ReportChanged, ReportNotReady, PeriodRuns, DoesNotAddUp; ReportsMissing where reports that are
    to be consolidated have not come in and `confirm_missing` is not said.
    """
    async with db.transaction() as tx:
        found, author = await _entitled(db, tx, obligation, SUBMIT, by)
        _stands(found, by, _S.APPROVED)
        if not Scope(found.period_from, found.period_to, found.unit).final(by.at):
            raise PeriodRuns(found.period_to)
        figures = await frozen.running(tx, found, at=by.at)
        if figures.missing and not confirm_missing:
            raise ReportsMissing(figures.missing)
        digest = await frozen.store(tx, found, figures, by=author.principal, at=by.at)
        await tx.rows(_SUBMIT, [obligation, author.principal, by.at])
        return await _done(tx, found, "report_submitted", author, by.at, digest)


async def return_(db: Database, obligation: UUID, reason: str, by: By) -> Obligation:
    """Return a submitted report with a reason.

    By an officer of the unit that it was submitted to. Its submission stays; the next one has a number of its own. Raises
    Forbidden, NotFound, ReasonMissing, ReportChanged, ReportNotReady, AlreadyConsolidated.
    """
    if not reason.strip():
        raise errors.ReasonMissing(say("returning a report"))
    _legible({"reason": reason})
    async with db.transaction() as tx:
        found, author = await _entitled(db, tx, obligation, RETURN, by)
        _stands(found, by, _S.SUBMITTED)
        if found.part is ReportPart.AGENCY and await tx.rows(_CONSOLIDATED, [found.kind, found.period_key]):
            raise AlreadyConsolidated
        await tx.rows(_RETURN, [obligation, author.principal, by.at, reason.strip()])
        return await _done(tx, found, "report_returned", author, by.at, reason.strip())


async def remind(db: Database, obligation: UUID, by: By) -> int:
    """Remind the heads of a unit of a report that it owes. Once a day; return how many were told.

    Raises Forbidden, NotFound, ReportNotReady, RemindedToday.
    """
    async with db.transaction() as tx:
        found, author = await _entitled(db, tx, obligation, REMIND, by)
        _stands(found, by, _S.OWED, _S.DRAFTED, _S.APPROVED, _S.RETURNED)
        day = localtime.local_date(by.at)
        told = await tx.rows(_REMIND, [by.at, day, list(ASSIGNERS), obligation, author.principal])
        if not told:
            raise RemindedToday
        await administration.record_of(
            tx, found.unit, "report_reminded", str(obligation), author, by.at, told=len(told)
        )
        return len(told)


def _legible(texts: Mapping[str, str]) -> None:
    faults = [
        errors.Fault(name, say("write at most {most} characters", most=LONGEST))
        for name, text in texts.items()
        if len(text) > LONGEST
    ]
    if faults:
        raise errors.FormRefused(faults)


async def _entitled(
    db: Database, tx: Transaction, obligation: UUID, act: str, by: By
) -> tuple[Obligation, Actor]:
    """The report, locked, and whoever acts on it. Raises Forbidden, NotFound."""
    found = await register.one(tx, obligation, lock=True)
    rights = await permissions.held(tx, by.actor, by.at)
    rights = rights.own() if by.operator else rights
    unit = found.above if act in (RETURN, REMIND) else found.unit
    if unit in table.units(act, rights):
        roles = (
            ASSIGNERS
            if act == APPROVE
            else tuple({each.role for each in rights.held if each.unit == unit and each.role not in OFFICES})
        )
        right = rights.find(unit, *roles)
        behalf = by.actor if by.operator else right.on_behalf_of if right else None
        return found, Actor(by.operator or by.actor, behalf)
    await access_log.record_refusal(db, by.actor, act, str(obligation), by.at)
    needed = either(ASSIGNERS) if act == APPROVE else None
    if not table.units(act, rights):
        raise errors.Forbidden(by.actor, table.ACTS[act].says, needed, None)
    if not register.readable(rights, found):
        raise errors.NotFound("report that is owed", obligation)
    raise errors.Forbidden(by.actor, table.ACTS[act].says, needed, unit)


def _stands(found: Obligation, by: By, *allowed: ReportStatus) -> None:
    if by.seen is not None and found.version not in by.seen:
        raise ReportChanged(found.version)
    if found.status not in allowed:
        raise ReportNotReady(found.status, allowed)


async def _done(
    tx: Transaction, found: Obligation, kind: str, author: Actor, at: datetime, what: str | Sequence[str] = ""
) -> Obligation:
    said: dict[str, Any] = {
        "report": found.kind,
        "period": found.period_key,
        "part": found.part.value,
        "what": what,
    }
    await administration.record_of(tx, found.unit, kind, str(found.id), author, at, **said)
    return await register.one(tx, found.id)


_WRITE = """
update report_obligation set status = 'drafted', version = version + 1, texts = $2, written_by = $3, written_at = $4, written_for = $5,
  approved_by = null, approved_for = null, approved_at = null where id = $1
"""
_APPROVE = """
update report_obligation set status = 'approved', version = version + 1, approved_by = $2, approved_at = $3, approved_for = $4 where id = $1
"""
_SUBMIT = """
update report_obligation set status = 'submitted', version = version + 1, submitted_by = $2, submitted_at = $3,
  first_submitted_at = coalesce(first_submitted_at, $3), submissions = submissions + 1 where id = $1
"""
_RETURN = """
update report_obligation set status = 'returned', version = version + 1, submitted_by = null, submitted_at = null,
  returned_by = $2, returned_at = $3, return_reason = $4, approved_by = null, approved_for = null,
  approved_at = null where id = $1
"""
_CONSOLIDATED = """
select 1 from report_obligation o join report_kind k on k.id = o.kind_id
where k.code = $1 and o.period_key = $2 and o.part = 'consolidated' and o.status = 'submitted'
"""
#: $1 instant, $2 local date, $3 roles of a head, $4 the report, $5 whoever reminds.
_REMIND = """
insert into outbox (dedup_key, topic, recipient_id, payload, created_at, available_at)
select distinct concat_ws('/', 'report.reminder', o.id, $2::date, r.principal_id), 'report.reminder', r.principal_id,
  jsonb_build_object('obligation', o.id, 'report', k.name, 'period', o.period_key, 'unit', o.unit_code, 'unit_name', u.name, 'day', o.due_before),
  $1::timestamptz, $1::timestamptz
from report_obligation o
join report_kind k on k.id = o.kind_id
join unit u on u.code = o.unit_code
join role_assignment r on r.unit_code = o.unit_code and r.role = any($3::text[])
  and $2::date between r.valid_from and coalesce(r.valid_to, 'infinity')
join principal p on p.id = r.principal_id and (p.closed_at is null or p.closed_at > $1)
where o.id = $4 and r.principal_id <> $5
on conflict (dedup_key) do nothing returning id
"""
