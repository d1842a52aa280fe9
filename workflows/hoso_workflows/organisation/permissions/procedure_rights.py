"""Rights to declare, approve and activate versions of procedures.

They are held in the unit that owns the procedure, or above it. The tree is read on the local date of the act; of a unit
that has been closed, its successor and its superiors count (ADR 0022).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime
from hoso_workflows.organisation import access_log
from hoso_workflows.organisation.permissions.acts import require_role
from hoso_workflows.organisation.permissions.rights import Right, Rights, held

#: Where an office has to be held, as a refusal says it: it names no unit to who is not of it.
OWNING = say("that owns the procedure, or in one above it")
#: The same while nobody owns the procedure.
TOP = say("at the top of the tree, as long as no unit owns the procedure")
#: Where it has to be held to say who owns a procedure.
COMMON_TOP = say(
    "at the top of the tree, above the unit that owns the procedure and the one that is to own it"
)


@dataclass(frozen=True, slots=True)
class Acting:
    """The right by which somebody acts on a procedure."""

    #: Who acts: a person, or the operator who enters it on their word.
    by: UUID
    #: In whose name: an absent officer's, or that of the person on whose word an operator entered it.
    behalf: UUID | None
    right: Right
    #: False as long as the procedure is the tree's top's.
    owned: bool

    @property
    def persons(self) -> frozenset[UUID]:
        """Everybody by whom or in whose name it is done."""
        return frozenset({self.by} if self.behalf is None else {self.by, self.behalf})


async def entitled(
    asked: Database | Transaction,
    act: str,
    procedure: str,
    *roles: str,
    actor: UUID,
    at: datetime,
    operator: UUID | None = None,
) -> Acting:
    """The actor's right to an act on a procedure. Raises Forbidden.

    With an `operator` the right is theirs, on the word of the actor, who has to hold the role themselves.
    """
    day = localtime.local_date(at)
    owner = await owning_unit(asked, procedure, day)
    units = await top_units(asked, day) if owner is None else await units_above(asked, owner, day)
    rights = await own_rights(asked, actor, at, act, operator)
    right = require_role(rights, act, units, TOP if owner is None else OWNING, *roles)
    return acting_by(right, actor, operator, owned=owner is not None)


async def permitted(
    db: Database,
    act: str,
    procedure: str,
    actor: UUID,
    at: datetime,
    *roles: str,
    operator: UUID | None = None,
) -> Acting:
    """The right to an act on a procedure. Raises Forbidden, and logs the refused attempt."""
    async with logging_refusals(db, act, procedure, operator or actor, at):
        return await entitled(db, act, procedure, *roles, actor=actor, at=at, operator=operator)


@asynccontextmanager
async def acting(
    db: Database,
    act: str,
    procedure: str,
    *roles: str,
    actor: UUID,
    at: datetime,
    operator: UUID | None = None,
) -> AsyncIterator[tuple[Transaction, Acting]]:
    """A transaction that locks the right on which it acts. Raises Forbidden."""
    async with (
        logging_refusals(db, act, procedure, operator or actor, at),
        exclusively(db, procedure) as tx,
    ):
        yield tx, await entitled(tx, act, procedure, *roles, actor=actor, at=at, operator=operator)


@asynccontextmanager
async def logging_refusals(
    db: Database, act: str, procedure: str, by: UUID, at: datetime
) -> AsyncIterator[None]:
    """Record a refused attempt in the access log."""
    try:
        yield
    except errors.Forbidden:
        await access_log.record_refusal(db, by, act, procedure, at)
        raise


@asynccontextmanager
async def exclusively(db: Database, procedure: str) -> AsyncIterator[Transaction]:
    """A transaction that locks the procedure and all rights."""
    async with db.transaction() as tx:
        await tx.rows("select pg_advisory_xact_lock(hashtextextended($1, 0))", [f"declare {procedure}"])
        # In the order in which they refer to each other, as whoever enters people writes them.
        await tx.rows("lock table unit, principal, role_assignment, substitution in share mode")
        yield tx


def acting_by(right: Right, actor: UUID, operator: UUID | None, *, owned: bool) -> Acting:
    if operator is None:
        return Acting(actor, right.on_behalf_of, right, owned)
    return Acting(operator, actor, right, owned)


async def own_rights(
    asked: Database | Transaction, actor: UUID, at: datetime, act: str, operator: UUID | None
) -> Rights:
    rights = await held(asked, actor, at, act=act)
    return rights if operator is None else rights.own()


async def owning_unit(asked: Database | Transaction, procedure: str, day: date) -> str | None:
    rows = await asked.rows(_OWNER, [procedure, day])
    return rows[0].unit_code if rows else None


async def top_units(asked: Database | Transaction, day: date) -> frozenset[str]:
    """The units without a superior."""
    return frozenset(row.code for row in await asked.rows(_TOPS, [day]))


async def units_above(asked: Database | Transaction, unit: str, day: date) -> frozenset[str]:
    """Units from one upwards that exist on a day. Where one has been closed, from its successor upwards too."""
    return frozenset(row.code for row in await asked.rows(_ABOVE, [unit, day]))


async def common_top_units(
    tx: Database | Transaction, procedure: str, unit: str | None, day: date
) -> frozenset[str]:
    """Top units above a unit, and above the procedure's owner where it has one.

    An unknown unit is ignored, so that the caller can refuse it by name.
    """
    tops = await top_units(tx, day)
    for each in filter(None, (unit, await owning_unit(tx, procedure, day))):
        tops &= await units_above(tx, each, day) or tops
    return tops


_OWNER = """
select unit_code from procedure_owner where procedure_code = $1 and valid_from <= $2::date
order by valid_from desc, named_at desc limit 1
"""
EXISTS = "$2::date between u.valid_from and coalesce(u.valid_to, 'infinity')"
_TOPS = f"select u.code from unit u where u.parent_code is null and {EXISTS.replace('$2', '$1')}"  # noqa: S608 - fixed text of this module
_ABOVE = f"""
with recursive above(code) as (
  select code from unit where code = $1
  union
  select n.code from above a join unit u on u.code = a.code
    cross join lateral (values (u.parent_code), (case when u.valid_to < $2::date then u.successor_code end)) n(code)
  where n.code is not null
)
select u.code from above a join unit u on u.code = a.code where {EXISTS}
"""  # noqa: S608 - fixed text of this module
