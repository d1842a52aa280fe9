"""Lists of destruction, drawn up by one person and confirmed by another.

A job executes them. A dossier is erased by a command of its own, so an interrupted job goes on where it stopped, and two at once do everything once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from hoso_calendar.messages import say
from hoso_models import errors as storage
from hoso_models.storage.database import Database, Transaction
from hoso_workflows import errors, localtime, pagination
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.acts.refusals import ClosedAgain
from hoso_workflows.lifecycle.commands import Actor
from hoso_workflows.organisation import administration, permissions, principals
from hoso_workflows.organisation.permissions import table
from hoso_workflows.pagination import Conditions, Keyset, Page
from hoso_workflows.privacy import retention
from hoso_workflows.privacy.refusals import ListDecided, NothingDue, OwnList

LIST, READ, DRAW = "list_destructions", "get_destruction", "draw_destruction"
CONFIRM, REJECT = "confirm_destruction", "reject_destruction"
DRAWN = Keyset("destruction", drawn_at=pagination.INSTANT, id=pagination.IDENTITY)


@dataclass(frozen=True, slots=True)
class Executed:
    """The outcome of a call of the job."""

    erased: int = 0
    #: Dossiers that could not be erased: slugs of refusals, names of other faults, by reference. The next call tries again.
    refused: Mapping[str, str] | None = None


async def draw(service: DossierService, unit: str, basis: str, *, actor: UUID, at: datetime) -> UUID:
    """Draw up a list of a unit's dossiers that are due; the list's id.

    Those of the units below it are on it too.
    Raises Forbidden, NotFound, FormRefused without a basis, NothingDue.
    """
    await permissions.existing_unit(service.db, unit)
    rules = await retention.rules(service.db, service.reference_data)
    async with service.db.transaction() as tx:
        rights = await _acting(tx, DRAW, unit, actor, at)
        if not basis.strip():
            raise errors.FormRefused([errors.Fault("basis", say("is missing"))])
        # Two who draw up at once would put the same dossiers on both lists.
        await tx.rows("select pg_advisory_xact_lock(hashtext('hoso.destruction'))")
        below = [row.code for row in await tx.rows("select code from units_below($1) as code", [unit])]
        due = await retention.due(tx, rules, below, at)
        if not due:
            raise NothingDue(unit)
        identity, by = uuid4(), _author(rights, unit, actor)
        await tx.rows(
            _DRAW, [identity, unit, basis.strip(), at, actor, by.on_behalf_of, [each.id for each in due]]
        )
        await administration.record_of(
            tx, unit, "destruction_drawn", str(identity), by, at, basis=basis.strip(), dossiers=len(due)
        )
        return identity


async def decide(
    service: DossierService, identity: UUID, decision: str, *, confirmed: bool, actor: UUID, at: datetime
) -> None:
    """Confirm or reject a list, as another person than its authors.

    Its authors are who drew it up and the absent administrator in whose name.

    Raises NotFound, Forbidden, OwnList, ListDecided, FormRefused without a decision.
    """
    async with service.db.transaction() as tx:
        rows = await tx.rows(_LOCKED, [identity])
        if not rows:
            raise errors.NotFound("list", identity)
        (found,) = rows
        rights = await _acting(tx, CONFIRM if confirmed else REJECT, found.unit_code, actor, at)
        by = _author(rights, found.unit_code, actor)
        if {actor, by.on_behalf_of} & ({found.drawn_by, found.drawn_for} - {None}):
            raise OwnList
        if found.confirmed is not None:
            raise ListDecided
        if not decision.strip():
            raise errors.FormRefused([errors.Fault("decision", say("is missing"))])
        await tx.rows(_DECIDE, [identity, confirmed, decision.strip(), at, actor])
        kind = "destruction_confirmed" if confirmed else "destruction_rejected"
        await administration.record_of(
            tx, found.unit_code, kind, str(identity), by, at, decision=decision.strip()
        )


async def _acting(tx: Transaction, act: str, unit: str, actor: UUID, at: datetime) -> permissions.Rights:
    rights = await permissions.held(tx, actor, at, act=act)
    words = "drawing up a list of destruction" if act == DRAW else "deciding on a list of destruction"
    permissions.authorise_administration(rights, [unit], act, words)
    return rights


def _author(rights: permissions.Rights, unit: str, actor: UUID) -> Actor:
    """The actor by an administrator's office over the unit, first of all their own."""
    offices = (each for each in rights.held if each.role == permissions.ADMINISTRATOR and unit in each.below)
    return Actor(actor, min(offices, key=lambda it: it.rank(None)).on_behalf_of)


async def execute(service: DossierService, *, at: datetime) -> Executed:
    """Erase what confirmed lists name and is not erased yet.

    A dossier that cannot be erased does not stop the others. Raises StorageError when the database cannot answer.
    """
    erased, refused = set[str](), dict[str, str]()
    for row in await service.db.rows(_WAITING):
        why = await _erase(service, row, at)
        if why is None:
            erased.add(row.reference)
        else:
            refused[row.reference] = why
        await service.db.one_statement(_KEEP, [row.list_id, row.dossier_id, why])
    await service.db.one_statement(_FINISH, [at])
    return Executed(len(erased), refused)


async def _erase(service: DossierService, row: Any, at: datetime) -> str | None:
    """Erase one dossier; the slug of its refusal, or the name of a fault."""
    command = commands.Erase(row.list_id, f"{row.basis}; {row.decision}")
    try:
        await service.perform(row.reference, command, actor=principals.SYSTEM, at=at)
    except storage.StorageError:
        raise
    except errors.Erased:
        return None  # the call before was interrupted behind it
    except errors.Refusal as refused:
        return refused.slug
    except Exception as fault:  # whatever is wrong with one dossier must not hold up those behind it
        return type(fault).__name__
    return None


async def search(
    db: Database, units: list[str] | None, *, limit: int = 50, after: str | None = None
) -> Page[dict[str, Any]]:
    """One page of the lists of these units, the newest first.

    Of all without any. Raises BadCursor.
    """
    wanted = Conditions()
    wanted.equal("l.unit_code", units)
    wanted.behind("l.drawn_at, l.id", DRAWN.values(after), falling=True)
    return await pagination.page(db, _LISTS, wanted, DRAWN, limit=limit, item=_shown)


async def read(db: Database, identity: UUID, units: list[str] | None) -> dict[str, Any]:
    """A list with its dossiers. Raises NotFound for one of other units."""
    row = await db.row(_ONE, [identity])
    if row is None or (units is not None and row.unit not in units):
        raise errors.NotFound("list", identity)
    items = await db.rows(_ITEMS, [identity])
    return {**_shown(row), "items": [{**dict(each.items())} for each in items]}


def units_of(rights: permissions.Rights, act: str = LIST) -> list[str]:
    """The units whose lists somebody reads. Raises Forbidden without any."""
    if not (units := sorted(table.units(act, rights))):
        raise errors.Forbidden(
            rights.principal, "seeing what is to be destroyed", permissions.ADMINISTRATOR, None
        )
    return units


def _shown(row: Any) -> dict[str, Any]:
    """A list, JSON-safe."""
    return {
        "id": str(row["id"]),
        **{name: row[name] for name in ("unit", "basis", "drawn_by", "drawn_for", "decision", "decided_by")},
        "status": _status(row),
        **{name: localtime.isoformat(row[name]) for name in ("drawn_at", "decided_at", "finished_at")},
        "dossiers": row["dossiers"],
        "erased": row["erased"],
    }


def _status(row: Any) -> str:
    if row["confirmed"] is None:
        return "drawn"
    if not row["confirmed"]:
        return "rejected"
    return "finished" if row["finished_at"] else "confirmed"


_DRAW = """
with l as (
  insert into destruction_list (id, unit_code, basis, drawn_at, drawn_by, drawn_for) values ($1, $2, $3, $4, $5, $6) returning id
)
insert into destruction_item (list_id, dossier_id) select l.id, d from l, unnest($7::uuid[]) as d
"""
_LOCKED = "select unit_code, drawn_by, drawn_for, confirmed from destruction_list where id = $1 for update"
_DECIDE = """
update destruction_list set confirmed = $2, decision = $3, decided_at = $4, decided_by = $5 where id = $1
"""
#: True of an item that its list still concerns: what was closed again behind the list waits for a new one.
_PENDING = f"i.refused is distinct from '{ClosedAgain.slug}'"
_WAITING = f"""
select i.list_id, i.dossier_id, d.reference, l.basis, l.decision
from destruction_list l join destruction_item i on i.list_id = l.id join dossier d on d.id = i.dossier_id
where l.confirmed and l.finished_at is null and not i.erased and {_PENDING} order by l.decided_at, l.id, d.id
"""  # noqa: S608 - fixed text of this module
#: $1 list, $2 dossier, $3 what refused it.
_KEEP = """
update destruction_item set erased = $3::text is null, refused = $3 where list_id = $1 and dossier_id = $2
"""
_FINISH = f"""
update destruction_list l set finished_at = $1 where l.confirmed and l.finished_at is null
  and not exists (select from destruction_item i where i.list_id = l.id and not i.erased and {_PENDING})
"""  # noqa: S608 - fixed text of this module
_LISTED = """
select l.id, l.unit_code as unit, l.basis, l.drawn_at, p.name as drawn_by, f.name as drawn_for, l.confirmed, l.decision, l.decided_at,
  q.name as decided_by, l.finished_at, i.dossiers, i.erased
from destruction_list l join principal p on p.id = l.drawn_by left join principal f on f.id = l.drawn_for
  left join principal q on q.id = l.decided_by
cross join lateral (
  select count(*) as dossiers, count(*) filter (where erased) as erased from destruction_item where list_id = l.id
) i
"""
_LISTS = f"{_LISTED} where {{conditions}} order by l.drawn_at desc, l.id desc limit {{limit}}"
_ONE = f"{_LISTED} where l.id = $1"
_ITEMS = """
select d.reference, d.code, d.procedure_code as procedure, d.handling_unit as unit, i.erased, i.refused
from destruction_item i join dossier d on d.id = i.dossier_id where i.list_id = $1 order by d.closed_at, d.id
"""
