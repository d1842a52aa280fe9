"""Preview of a revision: every open dossier that it moves, from and to.

It is kept for whoever approves the revision and for whoever applies it.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from hoso_models import RevisionStatus
from hoso_models.storage import time_limits
from hoso_models.storage.database import Database
from hoso_workflows import localtime, pagination
from hoso_workflows.calendars import change, effects, register, revisions, rights
from hoso_workflows.calendars.change import Change
from hoso_workflows.calendars.dates import Act, Effect
from hoso_workflows.calendars.refusals import PreviewOutdated
from hoso_workflows.calendars.revisions import Revision
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.events import canonical
from hoso_workflows.pagination import Conditions, Keyset, Page

MOVES = Keyset("moves", dossier_id=pagination.IDENTITY)
#: Seconds of a request's time for the database that the last portion leaves.
SPARE = 2.0


@dataclass(frozen=True, slots=True)
class Move:
    """An open dossier that a revision moves, and its dates from and to."""

    reference: str
    code: str | None
    procedure: str
    handling_unit: str
    dates: dict[str, Any]


async def make(
    service: DossierService,
    calendar: str,
    number: int,
    *,
    actor: UUID,
    at: datetime,
    operator: UUID | None = None,
    most: int | None = None,
) -> Revision:
    """Preview a draft, or go on with a preview. At most so many dossiers are looked at.

    It also ends when the request's time for the database does: the figures say whether it is complete. A complete one is made
    again from the beginning. Nothing of a dossier changes. Raises CalendarRefused for a text with errors, RevisionStands,
    Forbidden.
    """
    found = await revisions.revision(service.db, calendar, number)
    over = [(await register.calendar(service.db, calendar)).unit, *found.units]
    await rights.permitted(
        service.db, rights.PREVIEWING, calendar, over, actor=actor, at=at, operator=operator
    )
    found.stands(RevisionStatus.DRAFT)
    planned = await change.of(service.db, found, localtime.local_date(at))
    effects.keep(service.reference_data, planned)
    units = await change.concerned_units(service.db, planned)
    if found.preview is None or found.previewed or found.base != planned.base:
        found = await _begun(service.db, found, planned)
    seen = 0
    async with effects.Portions(service, units, planned) as portions:
        while not found.previewed and (most is None or seen < most) and time_is_left():
            size = effects.PORTION if most is None else min(effects.PORTION, most - seen)
            found, looked = await _portion(service, found, planned, portions, size, Act(actor, None, at))
            seen += looked
    return found


async def _begun(db: Database, found: Revision, planned: Change) -> Revision:
    """The draft with an empty preview on the present calendars."""
    async with db.transaction() as tx:
        await tx.rows("delete from calendar_move where revision_id = $1", [found.id])
        await tx.rows(_BEGIN, [found.id, planned.base, _figures(Counter(), planned)])
        return await revisions.revision(tx, found.calendar, found.number)


async def _portion(
    service: DossierService,
    found: Revision,
    planned: Change,
    portions: effects.Portions,
    size: int,
    act: Act,
) -> tuple[Revision, int]:
    """The preview after its next dossiers, and how many these were."""
    async with service.db.transaction() as tx:
        await tx.rows("select from calendar_revision where id = $1 for update", [found.id])
        now = await revisions.revision(tx, found.calendar, found.number)
        if now.status is not RevisionStatus.DRAFT or now.base != planned.base:
            raise PreviewOutdated(found.calendar, found.number)
        if now.previewed:
            return now, 0
        open_ones = await portions.next(tx, after=now.previewed_to or effects.BEGINNING, most=size)
        made = await effects.effects(service, open_ones, planned, act)
        moved = [each for each in made if each.moves]
        await tx.rows(_MOVES, [found.id, _rows(moved)])
        figures = _figures(counted(made), planned, now.preview or {}, moved, complete=len(open_ones) < size)
        last = open_ones[-1].id if open_ones else now.previewed_to
        await tx.rows(_GO_ON, [found.id, figures, last])
        return await revisions.revision(tx, found.calendar, found.number), len(open_ones)


def counted(made: Sequence[Effect]) -> Counter[str]:
    """Figures of dossiers that are counted anew, and of those that move."""
    figures: Counter[str] = Counter()
    for each in made:
        moves = each.moves
        figures["counted"] += 1
        figures["moved"] += bool(moves)
        figures["promised"] += "due_promised" in moves
        figures["reception"] += "reception_due" in moves
        figures["steps"] += len(moves.get("steps", ()))
        old, new = moves.get("due_legal", (None, None))
        if old and new:
            figures["earlier" if new < old else "later"] += 1
    return figures


#: The figures of a preview, and of an application.
FIGURES = ("counted", "moved", "later", "earlier", "promised", "reception", "steps")


def _figures(
    more: Counter[str],
    planned: Change,
    before: dict[str, Any] | None = None,
    moved: Sequence[Effect] = (),
    *,
    complete: bool = False,
) -> dict[str, Any]:
    """The figures after a portion. The digest is of all dates that move, in order and portions."""
    before = before or {"digest": hashlib.sha256(canonical(planned.base)).hexdigest()}
    digest = hashlib.sha256(before["digest"].encode())
    for each in moved:
        digest.update(each.row.id.bytes + canonical(each.moves))
    figures = {name: before.get(name, 0) + more[name] for name in FIGURES}
    return {**figures, "digest": digest.hexdigest(), "complete": complete}


def _rows(moved: Sequence[Effect]) -> bytes:
    return orjson.dumps([{"id": str(each.row.id), "dates": each.moves} for each in moved])


def time_is_left() -> bool:
    left = time_limits.left()
    return left is None or left > SPARE


async def moves(
    db: Database, revision: Revision, *, limit: int | None = None, after: str | None = None
) -> Page[Move]:
    """One page of the dossiers that a revision moves, as its preview found them."""
    asked = Conditions()
    asked.add("m.revision_id = {}", revision.id)
    asked.behind("m.dossier_id", MOVES.values(after))
    return await pagination.page(
        db,
        _LISTED,
        asked,
        MOVES,
        limit=limit,
        item=lambda row: Move(row.reference, row.code, row.procedure_code, row.handling_unit, row.dates),
    )


async def may_read(db: Database, revision: Revision, *, actor: UUID, at: datetime) -> None:
    """Raise Forbidden for who is no administrator over the calendar."""
    over = [(await register.calendar(db, revision.calendar)).unit]
    await rights.permitted(db, rights.READING_MOVES, revision.calendar, over, actor=actor, at=at)


_BEGIN = """
update calendar_revision set base = $2::jsonb, preview = $3::jsonb, previewed_to = null where id = $1 and status = 'draft'
"""
_GO_ON = "update calendar_revision set preview = $2::jsonb, previewed_to = $3 where id = $1"
_MOVES = """
insert into calendar_move (revision_id, dossier_id, dates)
select $1, id, dates from jsonb_to_recordset($2::jsonb) as x(id uuid, dates jsonb)
"""
_LISTED = """
select m.dossier_id, d.reference, d.code, d.procedure_code, d.handling_unit, m.dates
from calendar_move m join dossier d on d.id = m.dossier_id
where {conditions} order by m.dossier_id limit {limit}
"""
