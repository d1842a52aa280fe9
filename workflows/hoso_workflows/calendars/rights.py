"""Rights to revise a calendar, held by administrators over its unit.

A calendar without a unit belongs to the top of the tree. The tree is read on the local date of the act.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import administration, permissions
from hoso_workflows.organisation.permissions import procedure_rights
from hoso_workflows.organisation.permissions.procedure_rights import Acting

#: Acts of the table.
CREATING = "create_calendar"
CLOSING = "close_units"
ENTERING = "enter_calendar_revision"
PREVIEWING = "preview_calendar_revision"
READING_MOVES = "list_calendar_moves"
APPROVING = "approve_calendar_revision"
APPLYING = "apply_calendar_revision"
#: What refusals and the access log call each.
_WORDS = {
    CREATING: "entering a calendar",
    CLOSING: "entering a calendar",
    ENTERING: "entering a calendar",
    PREVIEWING: "previewing a calendar",
    READING_MOVES: "previewing a calendar",
    APPROVING: "approving a calendar",
    APPLYING: "applying a calendar",
}
#: The kinds of events.
_KINDS = {
    CREATING: "calendar_entered",
    CLOSING: "calendar_entered",
    ENTERING: "calendar_entered",
    APPROVING: "calendar_approved",
    APPLYING: "calendar_applied",
}
#: Where the office has to be held, as a refusal says it.
_OWNING = say("that the calendar belongs to, or in one above it")
_TOP = say("at the top of the tree, because the calendar belongs to no unit")


async def permitted(
    db: Database,
    act: str,
    subject: str,
    units: Iterable[str | None],
    *,
    actor: UUID,
    at: datetime,
    operator: UUID | None = None,
) -> Acting:
    """The right to an act over units. Raises Forbidden, and logs the refused attempt.

    None among the units stands for the top of the tree.
    """
    async with procedure_rights.logging_refusals(db, _WORDS[act], subject, operator or actor, at):
        return await _entitled(db, act, units, actor, at, operator)


@asynccontextmanager
async def acting(
    db: Database,
    act: str,
    subject: str,
    units: Iterable[str | None],
    *,
    actor: UUID,
    at: datetime,
    operator: UUID | None = None,
) -> AsyncIterator[tuple[Transaction, Acting]]:
    """A transaction that locks calendars and the right on which it acts. Raises Forbidden."""
    async with (
        procedure_rights.logging_refusals(db, _WORDS[act], subject, operator or actor, at),
        db.transaction() as tx,
    ):
        # One act at a time, and before the tables: who applies changes units, and must not wait for another's lock on them.
        await tx.rows("select pg_advisory_xact_lock(hashtextextended('calendars', 0))")
        await tx.rows("lock table unit, principal, role_assignment, substitution in share mode")
        yield tx, await _entitled(tx, act, units, actor, at, operator)


async def entitled(
    tx: Transaction,
    act: str,
    units: Iterable[str | None],
    *,
    actor: UUID,
    at: datetime,
    operator: UUID | None = None,
) -> Acting:
    """The right of one act among several of a transaction. Raises Forbidden."""
    return await _entitled(tx, act, units, actor, at, operator)


async def record(
    tx: Transaction, acting: Acting, act: str, calendar: str, at: datetime, **detail: str
) -> None:
    """Record an act on a calendar in the chain of the authority concerned."""
    author = Actor(acting.by, acting.behalf)
    await administration.record_of(tx, acting.right.unit, _KINDS[act], calendar, author, at, **detail)


async def _entitled(
    asked: Database | Transaction,
    act: str,
    units: Iterable[str | None],
    actor: UUID,
    at: datetime,
    operator: UUID | None,
) -> Acting:
    words = _WORDS[act]
    rights = await procedure_rights.own_rights(asked, actor, at, words, operator)
    found = [
        permissions.require_role(
            rights,
            words,
            await _above(asked, unit, at),
            _OWNING if unit else _TOP,
            *permissions.offices(act),
        )
        for unit in dict.fromkeys(units)
    ]
    return procedure_rights.acting_by(found[0], actor, operator, owned=True)


async def _above(asked: Database | Transaction, unit: str | None, at: datetime) -> frozenset[str]:
    day = localtime.local_date(at)
    if unit is None:
        return await procedure_rights.top_units(asked, day)
    above = await procedure_rights.units_above(asked, unit, day)
    if not above:
        raise errors.NotFound("unit", unit)
    return above
