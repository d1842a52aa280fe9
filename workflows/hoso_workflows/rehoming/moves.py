"""Moves from a unit to its successors, and the open dossiers that they concern."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.organisation import permissions
from hoso_workflows.procedures.reference_data import Version

#: What is asked for, as refusals and the access log name it.
ACT = "moving dossiers to another unit"
#: A lane whose unit the data of the dossier names.
_BY_DATA = "item"


@dataclass(frozen=True, slots=True)
class Move:
    """A unit that is closed, merged or moved, and who takes its dossiers over."""

    old: str
    #: Who takes over what `procedures` does not name; None where nobody does.
    new: str | None = None
    #: By procedure, who takes its dossiers over.
    procedures: Mapping[str, str] = field(default_factory=dict)

    @property
    def successors(self) -> frozenset[str]:
        """Every unit that takes something over."""
        return frozenset(filter(None, (self.new, *self.procedures.values())))

    @property
    def pairs(self) -> Iterator[tuple[str, str | None, str]]:
        """Old unit, procedure or None for any other, new unit."""
        for procedure, unit in self.procedures.items():
            yield self.old, procedure, unit
        if self.new is not None:
            yield self.old, None, self.new

    def to_json(self) -> dict[str, Any]:
        """JSON-safe."""
        return {"old": self.old, "new": self.new, "procedures": dict(self.procedures)}

    @classmethod
    def of_json(cls, document: Mapping[str, Any]) -> "Move":
        """The move in such a document."""
        return cls(document["old"], document["new"], document["procedures"])


Moves = Sequence[Move]


async def permitted(
    db: Database, act: str, moves: Moves, actor: UUID, at: datetime, operator: UUID | None = None
) -> None:
    """Check the moves and the right to an act on them.

    Its author administers all of the units. With an `operator` the actor has to hold the office themselves. Raises Forbidden, FormRefused.
    """
    units = {unit for move in moves for unit in (move.old, *move.successors)}
    rights = await permissions.held(db, actor, at, act=ACT)
    permissions.authorise_administration(rights.own() if operator else rights, units, act, ACT)
    rows = await db.rows(_UNITS, [sorted(units), localtime.local_date(at)])
    faults = [*_faults(moves, {row.code: row for row in rows})]
    if faults:
        raise errors.FormRefused(faults)


def _faults(moves: Moves, known: Mapping[str, Any]) -> Iterator[errors.Fault]:
    closing = {move.old for move in moves}
    if not moves or len(closing) < len(moves):
        yield errors.Fault("unit", say("name each unit once"))
    for move in moves:
        if move.old not in known:
            yield errors.Fault("unit", say("{unit} is no unit", unit=move.old))
        if not move.successors:
            yield errors.Fault("successor", say("nobody takes over what {unit} has", unit=move.old))
    for unit in sorted({unit for move in moves for unit in move.successors}):
        if unit not in known or not known[unit].exists:
            yield errors.Fault("successor", say("{unit} does not exist on that day", unit=unit))
        elif not known[unit].counted:
            yield errors.Fault("successor", say("{unit} has no stored calendar", unit=unit))
        elif unit in closing:
            yield errors.Fault("successor", say("{unit} gives its own dossiers away", unit=unit))


async def concerned(service: DossierService, moves: Moves) -> list[Any]:
    """The parameters $1 to $6 of `CONCERNED`."""
    pairs = [pair for move in moves for pair in move.pairs]
    old, procedures, new = (list(column) for column in zip(*pairs, strict=True))
    lanes = [each async for each in _lanes(service, frozenset(old))]
    versions, units, ways = (list(column) for column in zip(*lanes, strict=True)) if lanes else ([], [], [])
    return [old, procedures, new, versions, units, ways]


async def _lanes(service: DossierService, old: frozenset[str]) -> AsyncIterator[tuple[UUID, str, str]]:
    """Versions with a lane that an old unit may play by its code."""
    earlier = await _earlier(service.db)
    for row in await service.db.rows(_RUNNING):
        named = _named(await service.reference_data.version(row.id))
        for unit in sorted(old):
            if unit in named:
                yield row.id, unit, "named"
            elif _BY_DATA in named:
                yield row.id, unit, "data"
            elif not named.isdisjoint(_replaced_by(unit, earlier)):
                yield row.id, unit, "earlier"


async def _earlier(db: Database) -> Mapping[str, set[str]]:
    """The units that earlier jobs replaced, by those that took their places."""
    found: dict[str, set[str]] = {}
    for row in await db.rows("select moves from rehoming"):
        for move in map(Move.of_json, row.moves["moves"]):
            for unit in move.successors:
                found.setdefault(unit, set()).add(move.old)
    return found


def _replaced_by(unit: str, earlier: Mapping[str, set[str]]) -> set[str]:
    """Every unit in whose place a unit stands by now, over however many replacements."""
    found: set[str] = set()
    waiting = [unit]
    while waiting:
        fresh = earlier.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return found


def _named(version: Version) -> set[str]:
    """The parts and units that play lanes of a version and its calls."""
    package = version.package
    if not package.pins:
        return {lane.unit for lane in package.lanes.values()}
    lanes = (version.case(case.id).specification.lanes.values() for case in package.cases)
    return {lane.unit for each in lanes for lane in each if lane.unit}


_UNITS = """
select u.code, $2::date between u.valid_from and coalesce(u.valid_to, 'infinity') as exists,
  exists (select from calendar_version v where v.calendar = u.calendar) as counted
from unit u where u.code = any($1::text[])
"""
_RUNNING = """
select distinct d.workflow_version_id as id from dossier d join engine_state e on e.dossier_id = d.id where not e.finished
"""
#: Each open dossier with everything in it that is an old unit's, and who takes that over. $1 old units, $2 for each a procedure
#: or null for any other, $3 for each the new unit, $4 versions with a lane that an old unit may play by its code, $5 for each the unit,
#: $6 for each the way: `named` there, by the `data` of a dossier, or as the successor of an `earlier` one. The newest replacement of
#: a dossier that tells of the unit says whether it plays such a lane now.
CONCERNED = """
with move as (
  select * from unnest($1::text[], $2::text[], $3::text[]) as m(old, procedure, new)
), ahead as (
  select * from unnest($4::uuid[], $5::text[], $6::text[]) as n(version, unit, way)
), involved as (
  select d.id, d.reference, d.code, d.procedure_code, d.workflow_version_id, d.status, u.part,
    coalesce(d.late_since, d.due_legal) as due, u.unit as old, (
    select m.new from move m where m.old = u.unit and (m.procedure = d.procedure_code or m.procedure is null)
    order by m.procedure is null limit 1
  ) as new
  from dossier d join engine_state e on e.dossier_id = d.id and not e.finished
  cross join lateral (
    values ('receiving', d.receiving_unit), ('handling', d.handling_unit), ('deciding', d.deciding_unit)
    union all
    select 'task', t.unit_code from user_task t where t.dossier_id = d.id and t.status = 'open'
    union all
    select 'consultation', c.unit_code from consultation c where c.dossier_id = d.id and c.closed_at is null
    union all
    select 'incident', i ->> 'unit' from jsonb_array_elements(d.incidents) i
    union all
    select 'ahead', a.unit from ahead a
    where a.version = d.workflow_version_id and coalesce((
      select v.payload ->> 'to' = a.unit from dossier_event v
      where v.dossier_id = d.id and v.at >= d.filed_at and v.kind = 'unit_replaced'
        and a.unit in (v.payload ->> 'from', v.payload ->> 'to')
      order by v.seq desc limit 1
    ), case a.way
      when 'named' then true
      when 'data' then position(a.unit in d.form_data::text) > 0 or exists (
        select from user_task t where t.dossier_id = d.id and position(a.unit in t.answers::text) > 0
      )
      else false
    end)
  ) u(part, unit)
  where u.unit in (select old from move)
)
"""
