"""Authors of acts at a unit, and the units that they reach."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.access_log import WITHIN, Origin
from hoso_workflows.organisation.permissions import ASSIGNERS, Relation, Rights, readings, table
from hoso_workflows.organisation.permissions.rights import WATCHING
from hoso_workflows.vocabulary import either


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asks at an instant, themselves or through an operator of the machine."""

    actor: UUID
    at: datetime
    origin: Origin = WITHIN
    #: Who has entered it at the shell, on the word of the actor.
    operator: UUID | None = None

    @property
    def by(self) -> UUID:
        """The principal to whom the act is ascribed."""
        return self.operator or self.actor

    @property
    def author(self) -> Actor:
        """The same for the diary of the administration."""
        return Actor(self.by, self.actor if self.operator else None)


@asynccontextmanager
async def acting(db: Database, act: str, unit: str, asked: Asked) -> AsyncIterator[Transaction]:
    """A transaction of somebody who may do the act at a unit.

    There one comes after the other. Raises NotFound for no unit, and Forbidden, which is recorded.
    """
    await permissions.existing_unit(db, unit)
    async with (
        readings.refusals(db, act, asked.actor, unit, asked.at, asked.origin),
        db.transaction() as tx,
    ):
        if unit not in table.units(act, await _rights(tx, act, asked)):
            raise _forbidden(act, unit, asked)
        await tx.rows("select pg_advisory_xact_lock(hashtextextended('coordination/' || $1, 0))", [unit])
        yield tx


async def reached(db: Database, act: str, unit: str | None, asked: Asked) -> list[str]:
    """The named unit, or all that the act reaches for who asks. Raises NotFound, Forbidden."""
    await permissions.existing_unit(db, unit)
    units = table.units(act, await _rights(db, act, asked))
    async with readings.refusals(db, act, asked.actor, unit, asked.at, asked.origin):
        if not units or (unit is not None and unit not in units):
            raise _forbidden(act, unit, asked)
    return sorted(units) if unit is None else [unit]


async def read(db: Database, act: str, unit: str | None, asked: Asked, ids: Iterable[object]) -> None:
    """Record a granted read of a list, before it is answered."""
    reading = readings.of_list(await _rights(db, act, asked), act, unit)
    seen = readings.access(act, asked.actor, unit, asked.at, asked.origin, reading=reading)
    await readings.record(db, seen, ids)


@dataclass(frozen=True, slots=True)
class Circle:
    """Units whose internal registers somebody reads."""

    #: Where they work or hold an office.
    own: tuple[str, ...]
    #: All of their authorities, those above, and those that they watch over.
    units: tuple[str, ...]


async def circle(db: Database, asked: Asked) -> Circle:
    """The circle of who asks. Raises Forbidden for a principal that is unknown or closed."""
    rights = await permissions.held(db, asked.actor, asked.at)
    own = {right.unit for right in rights.held}
    rows = await db.rows(_CIRCLE, [asked.actor, sorted(own)])
    return Circle(tuple(sorted(own)), tuple(sorted({row.code for row in rows} | rights.over(*WATCHING))))


async def require_in_circle(db: Database, unit: str, unknown: errors.NotFound, asked: Asked) -> None:
    """Raise NotFound for a record of a unit beyond the circle of who asks.

    It is the one of a record that is not there.
    """
    if unit not in (await circle(db, asked)).units:
        raise unknown


async def _rights(db: Database | Transaction, act: str, asked: Asked) -> Rights:
    rights = await permissions.held(db, asked.actor, asked.at, act=table.ACTS[act].says)
    return rights.own() if asked.operator else rights


def _forbidden(act: str, unit: str | None, asked: Asked) -> errors.Forbidden:
    row = table.ACTS[act]
    if Relation.WORKER in row.who:
        return errors.Forbidden(asked.actor, row.says, None, unit)
    heads = ASSIGNERS[:1] if Relation.ASSIGNER in row.who else ()
    return errors.Forbidden(asked.actor, row.says, either((*heads, *permissions.offices(act))), unit)


#: $1 principal, $2 units where it holds a role. A unit of no authority of its own belongs to the nearest one above.
_CIRCLE = """
with recursive upwards(code, parent_code, answers, passed) as (
  select u.code, u.parent_code, u.is_authority or u.parent_code is null, false
  from unit u where u.code = any($2::text[]) or u.code = (select home_unit_code from principal where id = $1)
  union
  select u.code, u.parent_code, u.is_authority or u.parent_code is null, a.passed or a.answers
  from upwards a join unit u on u.code = a.parent_code
)
select code from upwards
union
select unnest(units_below(code)) from upwards where answers and not passed
"""
