"""Steps that a rung of the ladder gives to whoever it tells.

A late step goes to the person who was told where they may do it; else it goes back to its unit. What somebody has taken since
stays theirs. Running twice, late or beside another one changes nothing more.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hoso_models import errors as storage
from hoso_models.storage.database import Database
from hoso_models.tables import task
from hoso_workflows import errors
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.ladder import rungs
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import principals

#: What was told longer ago is not tried any more.
TRIED = timedelta(days=7)
#: Found at once.
BATCH = 200
#: In the dossier's diary.
REASON = "Bước quá hạn: chuyển theo mức cảnh báo {level}."


@dataclass(frozen=True, slots=True)
class Reassigned:
    """Result of a round."""

    #: Steps that went to who was told.
    given: int = 0
    #: Steps that went back to their unit, since who was told may not do them.
    returned: int = 0
    #: What could not be done now, by the dossier's id, and why; the next round tries again.
    failed: Mapping[str, str] = field(default_factory=dict)


async def run(service: DossierService, *, at: datetime) -> Reassigned:
    """Reassign the late steps of which a rung with `reassign` has told. Raises StorageError."""
    levels = sorted({each.level for each in await rungs.every(service.db) if each.reassign})
    if not levels:
        return Reassigned()
    given = returned = 0
    failed: dict[str, str] = {}
    async for row in _found(service.db, levels, at):
        why = REASON.format(level=row.level)
        try:
            if await _done(service, row, row.recipient_id, why, at):
                given += 1
            elif row.assignee_id is not None and await _done(service, row, None, why, at):
                returned += 1
        except storage.StorageError:
            raise
        except Exception as fault:  # whatever is wrong with one step must not hold up those behind it
            failed[str(row.dossier)] = type(fault).__name__
    return Reassigned(given, returned, failed)


async def _found(db: Database, levels: Sequence[str], at: datetime) -> AsyncIterator[Any]:
    """The steps, those due first first, each once."""
    place: tuple[datetime, UUID] | tuple[None, None] = (None, None)
    while rows := await db.rows(_LATE, [levels, at - TRIED, at, BATCH, *place]):
        for row in rows:
            yield row
        place = rows[-1].due_own, rows[-1].id


async def _done(service: DossierService, row: Any, assignee: UUID | None, why: str, at: datetime) -> bool:
    """Carry the command out; False where it is refused."""
    try:
        command = commands.Reassign(row.id, assignee, why)
        await service.perform(row.reference, command, actor=principals.SYSTEM, at=at)
    except errors.Refusal:
        return False
    return True


#: $1 levels, $2 since when something was told, $3 instant, $4 how many, $5 and $6 the place of the last one found. A step that nobody
#: has is left to its unit where who was told does not play its role there.
_LATE = f"""
select t.id, t.due_own, t.assignee_id, d.id as dossier, d.reference, e.recipient_id, e.level
from user_task t join dossier d on d.id = t.dossier_id
join lateral (
  select recipient_id, level, at from escalation
  where subject_kind = 'task' and subject_id = t.id and cycle = d.cycle and level = any($1::text[]) and at > $2
  order by at desc, level limit 1
) e on true
where t.{task.OPEN} and t.due_own < $3 and t.assignee_id is distinct from e.recipient_id
  and coalesce(t.claimed_at, '-infinity') <= e.at and ($5::timestamptz is null or (t.due_own, t.id) > ($5, $6::uuid))
  and (t.assignee_id is not null or exists (
    select from role_assignment r where r.principal_id = e.recipient_id and r.unit_code = t.unit_code and r.role = t.role
      and ($3 at time zone 'Asia/Ho_Chi_Minh')::date between r.valid_from and coalesce(r.valid_to, 'infinity')
  ))
order by t.due_own, t.id limit $4
"""  # noqa: S608 - fixed text of this module
