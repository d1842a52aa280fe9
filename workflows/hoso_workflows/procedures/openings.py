"""Days on which procedures open, close, and change their version.

Nothing has to run at midnight: whoever asks, asks for a local date. An activation for a day to come stands with the approved
version (`active_from`); from that day on it is in force, and the first act on the procedure after it moves the statuses along
(`settle`). Whether a procedure takes new dossiers is said by rows that are only added: the one that begins last holds, so that
closing is undone by opening from the same day (ADR 0036). What runs goes on.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import administration, permissions
from hoso_workflows.organisation.permissions import procedure_rights


@dataclass(frozen=True, slots=True)
class Opening:
    """New dossiers are taken, or not, from a day on, until another one begins."""

    procedure: str
    valid_from: date
    is_open: bool
    basis: str
    entered_at: datetime
    entered_by: UUID
    #: In whose name, as for `procedure_rights.Acting`.
    entered_for: UUID | None


def in_force_sql(procedure: str, day: str) -> str:
    """SQL of the version in force on a local date: `id`, `field`; or no row."""
    return f"""select id, manifest ->> 'field' as field from workflow_version
    where procedure_code = {procedure} and {living_sql("workflow_version", day)}
    order by status = 'approved' desc limit 1"""  # noqa: S608 - fixed text of this module


def living_sql(version: str, day: str) -> str:
    """SQL condition for a version that is active, or whose day has come. Of two the approved one is in force."""
    return (
        f"({version}.status = 'active' or {version}.status = 'approved' and {version}.active_from <= {day})"
    )


def state_sql(procedure: str, day: str) -> str:
    """SQL of the opening that holds on a date: jsonb or null."""
    return f"""(select jsonb_build_object('open', o.is_open, 'from', o.valid_from, 'basis', o.basis) from procedure_opening o
    where o.procedure_code = {procedure} and o.valid_from <= {day}
    order by o.valid_from desc, o.entered_at desc limit 1)"""  # noqa: S608 - fixed text of this module


def require_open(procedure: str, state: dict[str, Any] | None) -> None:
    """Raise ProcedureClosed for a state of `state_sql` in which no dossiers are taken."""
    if state is not None and not state["open"]:
        raise errors.ProcedureClosed(procedure, date.fromisoformat(state["from"]), state["basis"])


async def unopened(db: Database, procedure: str, day: date) -> errors.Refusal:
    """The refusal of a procedure without a version in force."""
    row = await db.row(_BEGINS, [procedure, day])
    if row is None:
        return errors.NotFound("active procedure", procedure)
    return errors.ProcedureNotYet(procedure, row.active_from)


async def openings(db: Database, procedure: str) -> list[Opening]:
    """Days from which a procedure is open or closed, the newest first. Of one day the row entered last holds."""
    return [Opening(*row) for row in await db.rows(_OPENINGS, [procedure])]


async def close(
    db: Database, procedure: str, *, basis: str, actor: UUID, at: datetime, valid_from: date | None = None
) -> Opening:
    """Take no new dossiers of a procedure from a day on, by default today.

    Raises Forbidden, NotFound for a procedure without a version, FormRefused without a basis and for a day that has passed,
    OpeningStands where it is closed on that day already.
    """
    return await _change(db, "closing a procedure", procedure, False, basis.strip(), actor, at, valid_from)


async def reopen(
    db: Database, procedure: str, *, basis: str, actor: UUID, at: datetime, valid_from: date | None = None
) -> Opening:
    """Take new dossiers of a procedure again from a day on. Raises the errors of `close`."""
    return await _change(db, "opening a procedure", procedure, True, basis.strip(), actor, at, valid_from)


async def _change(
    db: Database,
    act: str,
    procedure: str,
    is_open: bool,
    basis: str,
    actor: UUID,
    at: datetime,
    valid_from: date | None,
) -> Opening:
    today = localtime.local_date(at)
    begins = valid_from or today
    async with procedure_rights.acting(
        db, act, procedure, *permissions.offices("change_opening"), actor=actor, at=at
    ) as (tx, acting):
        if not await tx.rows(_KNOWN, [procedure]):
            raise errors.NotFound("procedure", procedure)
        faults = [] if basis else [errors.Fault("basis", say("is missing"))]
        _refuse([*faults, *past("valid_from", begins, today)])
        ((state,),) = await tx.rows(f"select {state_sql('$1', '$2::date')}", [procedure, begins])
        if (state is None or state["open"]) == is_open:
            since = state and date.fromisoformat(state["from"])
            raise errors.OpeningStands(procedure, is_open, begins, since)
        await tx.rows(_ENTER, [procedure, begins, is_open, basis, at, acting.by, acting.behalf])
        kind = "procedure_opened" if is_open else "procedure_closed"
        await record(tx, acting, kind, procedure, at, valid_from=begins.isoformat(), basis=basis)
    return next(each for each in await openings(db, procedure) if each.valid_from == begins)


def past(field: str, begins: date, today: date) -> list[errors.Fault]:
    """The fault of a day that has passed, if it has."""
    if begins >= today:
        return []
    return [errors.Fault(field, say("{begins} has passed; today is {today}", begins=begins, today=today))]


def _refuse(faults: list[errors.Fault]) -> None:
    if faults:
        raise errors.FormRefused(faults)


async def settle(tx: Transaction, procedure: str, day: date) -> None:
    """Move the statuses along where the day of a scheduled activation has come."""
    await tx.rows(_RETIRE, [procedure, day])
    await tx.rows(_COME, [procedure, day])


async def record(
    tx: Transaction, acting: procedure_rights.Acting, kind: str, procedure: str, at: datetime, **payload: str
) -> None:
    """Record an act on a procedure in the chain of the authority concerned."""
    author = Actor(acting.by, acting.behalf)
    await administration.record_of(tx, acting.right.unit, kind, procedure, author, at, **payload)


_BEGINS = """
select active_from from workflow_version where procedure_code = $1 and status = 'approved' and active_from > $2
"""
_KNOWN = "select 1 from workflow_version where procedure_code = $1 limit 1"
_OPENINGS = """
select procedure_code, valid_from, is_open, basis, entered_at, entered_by, entered_for
from procedure_opening where procedure_code = $1 order by valid_from desc, entered_at desc
"""
_ENTER = """
insert into procedure_opening (procedure_code, valid_from, is_open, basis, entered_at, entered_by, entered_for)
values ($1, $2, $3, $4, $5, $6, $7)
"""
_RETIRE = """
update workflow_version v set status = 'retired', retired_at = n.active_from::timestamp at time zone 'Asia/Ho_Chi_Minh'
from workflow_version n
where v.procedure_code = $1 and v.status = 'active'
  and n.procedure_code = $1 and n.status = 'approved' and n.active_from <= $2
"""
_COME = """
update workflow_version set status = 'active'
where procedure_code = $1 and status = 'approved' and active_from <= $2
"""
