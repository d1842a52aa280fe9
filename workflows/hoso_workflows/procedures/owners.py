"""Owners of procedures: the units in or above which versions are declared and approved.

A procedure without an owner belongs to the top of the tree: who holds the office in a unit without a superior claims it by
declaring it. An authority's package therefore never takes the place of another's, whatever code it bears (ADR 0022).
The tree is read on the local date of the act; of a unit that has been closed, its successor and its superiors speak.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import access_log, permissions
from hoso_workflows.organisation.permissions import procedure_rights

#: Why the first owner of a procedure owns it.
CLAIMED = "Khai báo lần đầu"


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner of a procedure from a day on, until the next owner's."""

    procedure: str
    unit: str
    unit_name: str
    valid_from: date
    basis: str
    named_at: datetime
    #: None where it follows from versions that were declared before there were owners.
    named_by: UUID | None
    #: In whose name, as for `procedure_rights.Acting`.
    named_for: UUID | None


async def owners(db: Database, procedure: str) -> list[Owner]:
    """Owners of a procedure by day, the newest first. Of one day the one named last holds."""
    return [Owner(*row) for row in await db.rows(_OWNERS, [procedure])]


async def claim(
    tx: Transaction, procedure: str, named: str, acting: procedure_rights.Acting, at: datetime
) -> None:
    """Give an unowned procedure its first owner.

    The unit that its package names, if that is one below; else the top unit.
    """
    day, top = localtime.local_date(at), acting.right.unit
    above = await procedure_rights.units_above(tx, named, day)
    unit = named if {named, top} <= above else top
    await _write(tx, procedure, unit, day, CLAIMED, acting, at)


async def name(
    db: Database,
    procedure: str,
    unit: str,
    *,
    basis: str,
    actor: UUID,
    at: datetime,
    valid_from: date | None = None,
    operator: UUID | None = None,
) -> Owner:
    """Name the owner of a procedure from a day on, by default today. An administrator's act at the top of the tree.

    Raises Forbidden, NotFound for what is no unit, FormRefused without a basis, for a day that has passed, and for a unit
    that does not exist on that day.
    """
    act, today = "naming the owner of a procedure", localtime.local_date(at)
    begins = valid_from or today
    try:
        async with procedure_rights.exclusively(db, procedure) as tx:
            tops = await procedure_rights.common_top_units(tx, procedure, unit, today)
            rights = await procedure_rights.own_rights(tx, actor, at, act, operator)
            right = permissions.require_role(
                rights, act, tops, procedure_rights.COMMON_TOP, *permissions.offices("name_owner")
            )
            await _nameable(tx, unit, basis, begins, today)
            acting = procedure_rights.acting_by(right, actor, operator, owned=True)
            await _write(tx, procedure, unit, begins, basis.strip(), acting, at)
    except errors.Forbidden:
        await access_log.record_refusal(db, operator or actor, act, procedure, at)
        raise
    return next(each for each in await owners(db, procedure) if each.valid_from == begins)


async def enter(
    tx: Transaction, procedure: str, unit: str, begins: date, basis: str, actor: Actor, at: datetime
) -> None:
    """Enter an owner that an authorised act has named."""
    await tx.rows(_NAME, [procedure, unit, begins, basis, at, actor.principal, actor.on_behalf_of])


async def _nameable(tx: Transaction, unit: str, basis: str, begins: date, today: date) -> None:
    """Raise FormRefused for what cannot be entered."""
    faults = []
    if not basis.strip():
        faults.append(errors.Fault("basis", say("is missing")))
    if begins < today:
        faults.append(
            errors.Fault(
                "valid_from", say("{begins} has passed; today is {today}", begins=begins, today=today)
            )
        )
    if unit not in await procedure_rights.units_above(tx, unit, begins):
        faults.append(
            errors.Fault("unit", say("{unit} does not exist on {begins}", unit=unit, begins=begins))
        )
    if faults:
        raise errors.FormRefused(faults)


async def _write(
    tx: Transaction,
    procedure: str,
    unit: str,
    begins: date,
    basis: str,
    acting: procedure_rights.Acting,
    at: datetime,
) -> None:
    await tx.rows(_NAME, [procedure, unit, begins, basis, at, acting.by, acting.behalf])


_OWNERS = """
select o.procedure_code, o.unit_code, u.name, o.valid_from, o.basis, o.named_at, o.named_by, o.named_for
from procedure_owner o join unit u on u.code = o.unit_code
where o.procedure_code = $1 order by o.valid_from desc, o.named_at desc
"""
_NAME = """
insert into procedure_owner (procedure_code, unit_code, valid_from, basis, named_at, named_by, named_for)
values ($1, $2, $3, $4, $5, $6, $7)
"""
