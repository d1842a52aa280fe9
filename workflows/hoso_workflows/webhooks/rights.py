"""Rights to acts on receivers of webhooks: administrators' and the operator's."""

from datetime import datetime
from uuid import UUID

from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import permissions, register
from hoso_workflows.organisation.permissions import table


async def over(
    asked: Database | Transaction, act: str, unit: str, actor: UUID, at: datetime, *, operator: bool
) -> Actor:
    """The actor of an act over a unit. Raises Forbidden, and NotFound for a unit that is none."""
    if operator:
        if not await asked.rows("select 1 from unit where code = $1", [unit]):
            raise errors.NotFound("unit", unit)
        return Actor(actor)
    author, units = await administered(asked, act, actor, at)
    if unit not in units:
        raise errors.Forbidden(actor, table.ACTS[act].says, permissions.ADMINISTRATOR, unit)
    return author


async def of_receiver(
    tx: Transaction, act: str, receiver: UUID, actor: UUID, at: datetime, *, operator: bool
) -> tuple[Actor, str, datetime | None]:
    """The actor of an act on a receiver, its unit, and its end.

    The row of the receiver is locked.

    Raises Forbidden for whoever administers nobody, and NotFound for a receiver of units that are not theirs.
    """
    author, units = (Actor(actor), None) if operator else await administered(tx, act, actor, at)
    rows = await tx.rows(
        "select unit_code, ended_at from webhook_receiver where id = $1 for update", [receiver]
    )
    if not rows or (units is not None and rows[0].unit_code not in units):
        raise errors.NotFound("webhook", receiver)
    return author, rows[0].unit_code, rows[0].ended_at


async def administered(
    asked: Database | Transaction, act: str, actor: UUID, at: datetime
) -> tuple[Actor, frozenset[str]]:
    """The actor and the units over which they may do the act. Raises Forbidden where there is none."""
    held = await permissions.held(asked, actor, at, act=table.ACTS[act].says)
    units = permissions.administered_units(held, act)
    return Actor(actor, register.absent(held)), frozenset(units)
