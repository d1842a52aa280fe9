"""Owners of procedures: the units in or above which versions are declared and approved.

A procedure without an owner belongs to the top of the tree: who holds the office in a unit without a superior claims it by
declaring it. An authority's package therefore never takes the place of another's, whatever code it bears (ADR 0022).
The tree is read on the local date of the act; of a unit that has been closed, its successor and its superiors speak.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models.database import Database, Transaction
from hoso_workflows import authority, localtime, refusals, statements
from hoso_workflows.authority import Right

#: Where an office has to be held, as a refusal says it: it names no unit to who is not of it.
OWNING = say("that owns the procedure, or in one above it")
#: The same while nobody owns the procedure.
TOP = say("at the top of the tree, as long as no unit owns the procedure")
#: Where it has to be held to say who owns a procedure.
COMMON_TOP = say(
    "at the top of the tree, above the unit that owns the procedure and the one that is to own it"
)
#: Why the first owner of a procedure owns it.
CLAIMED = "Khai báo lần đầu"


@dataclass(frozen=True, slots=True)
class Acting:
    """By what right somebody acts on a procedure."""

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


@dataclass(frozen=True, slots=True)
class Owner:
    """A unit that owns a procedure from a day on, until the day from which the next one does."""

    procedure: str
    unit: str
    unit_name: str
    valid_from: date
    basis: str
    named_at: datetime
    #: None where it follows from versions that were declared before there were owners.
    named_by: UUID | None
    #: In whose name, as for `Acting`.
    named_for: UUID | None


async def owners(db: Database, procedure: str) -> list[Owner]:
    """The owners of a procedure by day, the newest first; of one day the one named last holds."""
    return [Owner(*row) for row in await db.rows(_OWNERS, [procedure])]


async def entitled(
    asked: Database | Transaction,
    act: str,
    procedure: str,
    *roles: str,
    actor: UUID,
    at: datetime,
    operator: UUID | None = None,
) -> Acting:
    """By what right the actor does something to a procedure. Raises Forbidden.

    With an `operator` it is theirs, on the word of the actor, who has to hold the office themselves.
    """
    day = localtime.local_date(at)
    owner = await _owner(asked, procedure, day)
    units = await _tops(asked, day) if owner is None else await _above(asked, owner, day)
    rights = await _rights(asked, actor, at, act, operator)
    right = authority.holds(rights, act, units, TOP if owner is None else OWNING, *roles)
    return _acting(right, actor, operator, owned=owner is not None)


async def claim(tx: Transaction, procedure: str, named: str, acting: Acting, at: datetime) -> None:
    """Let a procedure that nobody owns be owned: by the unit that its package names, if it is one below; else by the top."""
    day, top = localtime.local_date(at), acting.right.unit
    above = await _above(tx, named, day)
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
    """Say which unit owns a procedure from a day on, today when absent: an administrator's act at the top of the tree.

    Raises Forbidden, NotFound for what is no unit, FormRefused without a basis, for a day that has passed, and for a unit
    that does not exist on that day.
    """
    act, today = "naming the owner of a procedure", localtime.local_date(at)
    begins = valid_from or today
    try:
        async with exclusively(db, procedure) as tx:
            tops = await _common_tops(tx, procedure, unit, today)
            rights = await _rights(tx, actor, at, act, operator)
            right = authority.holds(rights, act, tops, COMMON_TOP, authority.ADMINISTRATOR)
            await _nameable(tx, unit, basis, begins, today)
            acting = _acting(right, actor, operator, owned=True)
            await _write(tx, procedure, unit, begins, basis.strip(), acting, at)
    except refusals.Forbidden:
        await authority.remember(db, operator or actor, act, procedure, at)
        raise
    return next(each for each in await owners(db, procedure) if each.valid_from == begins)


@asynccontextmanager
async def exclusively(db: Database, procedure: str) -> AsyncIterator[Transaction]:
    """A transaction during which nobody else acts on the procedure, and nobody's rights change."""
    async with db.transaction() as tx:
        await tx.rows("select pg_advisory_xact_lock(hashtextextended($1, 0))", [f"declare {procedure}"])
        # In the order in which they refer to each other, as whoever enters people writes them.
        await tx.rows("lock table unit, principal, role_assignment, substitution in share mode")
        yield tx


def _acting(right: Right, actor: UUID, operator: UUID | None, *, owned: bool) -> Acting:
    if operator is None:
        return Acting(actor, right.on_behalf_of, right, owned)
    return Acting(operator, actor, right, owned)


async def _rights(
    asked: Database | Transaction, actor: UUID, at: datetime, act: str, operator: UUID | None
) -> authority.Rights:
    (row,) = await asked.rows(statements.LOAD_ACTOR, [actor, localtime.local_date(at), at, None])
    rights = authority.Rights.of(actor, row.rights, act=act)
    return rights if operator is None else rights.own()


async def _owner(asked: Database | Transaction, procedure: str, day: date) -> str | None:
    rows = await asked.rows(_OWNER, [procedure, day])
    return rows[0].unit_code if rows else None


async def _tops(asked: Database | Transaction, day: date) -> frozenset[str]:
    """The units without a superior."""
    return frozenset(row.code for row in await asked.rows(_TOPS, [day]))


async def _above(asked: Database | Transaction, unit: str, day: date) -> frozenset[str]:
    """The units from one upwards that exist on a day; where one has been closed, from its successor upwards too."""
    return frozenset(row.code for row in await asked.rows(_ABOVE, [unit, day]))


async def _common_tops(tx: Transaction, procedure: str, unit: str, day: date) -> frozenset[str]:
    """The units without a superior that stand above a unit, and above the owner of a procedure where it has one.

    A unit that is none keeps nobody from being told so.
    """
    tops = await _tops(tx, day)
    for each in filter(None, (unit, await _owner(tx, procedure, day))):
        tops &= await _above(tx, each, day) or tops
    return tops


async def _nameable(tx: Transaction, unit: str, basis: str, begins: date, today: date) -> None:
    """Raise FormRefused for what cannot be entered."""
    faults = []
    if not basis.strip():
        faults.append(refusals.Fault("basis", say("is missing")))
    if begins < today:
        faults.append(
            refusals.Fault(
                "valid_from", say("{begins} has passed; today is {today}", begins=begins, today=today)
            )
        )
    if unit not in await _above(tx, unit, begins):
        faults.append(
            refusals.Fault("unit", say("{unit} does not exist on {begins}", unit=unit, begins=begins))
        )
    if faults:
        raise refusals.FormRefused(faults)


async def _write(
    tx: Transaction, procedure: str, unit: str, begins: date, basis: str, acting: Acting, at: datetime
) -> None:
    await tx.rows(_NAME, [procedure, unit, begins, basis, at, acting.by, acting.behalf])


_OWNERS = """
select o.procedure_code, o.unit_code, u.name, o.valid_from, o.basis, o.named_at, o.named_by, o.named_for
from procedure_owner o join unit u on u.code = o.unit_code
where o.procedure_code = $1 order by o.valid_from desc, o.named_at desc
"""
_OWNER = """
select unit_code from procedure_owner where procedure_code = $1 and valid_from <= $2::date
order by valid_from desc, named_at desc limit 1
"""
_EXISTS = "$2::date between u.valid_from and coalesce(u.valid_to, 'infinity')"
_TOPS = f"select u.code from unit u where u.parent_code is null and {_EXISTS.replace('$2', '$1')}"  # noqa: S608 - fixed text of this module
_ABOVE = f"""
with recursive above(code) as (
  select code from unit where code = $1
  union
  select n.code from above a join unit u on u.code = a.code
    cross join lateral (values (u.parent_code), (case when u.valid_to < $2::date then u.successor_code end)) n(code)
  where n.code is not null
)
select u.code from above a join unit u on u.code = a.code where {_EXISTS}
"""  # noqa: S608 - fixed text of this module
_NAME = """
insert into procedure_owner (procedure_code, unit_code, valid_from, basis, named_at, named_by, named_for)
values ($1, $2, $3, $4, $5, $6, $7)
"""
