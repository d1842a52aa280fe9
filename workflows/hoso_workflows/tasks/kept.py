"""Drafts and follow-up dates that an officer keeps at an open task.

Nothing of it is an event: it says nothing of the dossier, nobody else reads it (but for ticks of papers, `paper_ticks`), and it
goes when the task closes.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hoso_calendar.messages import say
from hoso_models import TaskStatus
from hoso_models.storage.database import Database
from hoso_workflows import errors, localtime
from hoso_workflows.organisation import access_log, permissions

FOLLOW_UP, SAVE, READ, DISCARD = "keep_follow_up", "keep_task_draft", "read_task_draft", "discard_task_draft"


class StepDraftChanged(errors.Refusal):
    """The draft was kept again since it was read, perhaps in another window."""

    slug = "step-draft-changed"
    remedy = "Read the draft, put both together, then keep it with the ETag that came with it."

    def __init__(self, version: int) -> None:
        super().__init__(
            say("The draft is at version {version}; the request had seen another.", version=version)
        )
        self.version = version


@dataclass(frozen=True, slots=True)
class Keeper:
    """An officer at an instant."""

    principal: UUID
    at: datetime


async def follow_up(db: Database, task: UUID, day: date | None, keeper: Keeper) -> None:
    """Keep the local date on which the officer looks at the task again; None takes it away.

    Raises NotFound, Forbidden, TaskNotOpen.
    """
    await _allowed(db, FOLLOW_UP, task, keeper)
    stored = await db.one_statement(_FOLLOWED, [task, keeper.principal, day])
    if not stored:
        raise errors.TaskNotOpen(task)


async def save(
    db: Database,
    task: UUID,
    draft: Mapping[str, Any],
    keeper: Keeper,
    if_match: Collection[int] | None = None,
) -> dict[str, Any]:
    """Keep a draft in place of the one before.

    Its answers need not be complete or right. With versions in `if_match` only over one of them. Raises NotFound, Forbidden,
    TaskNotOpen, StepDraftChanged.
    """
    await _allowed(db, SAVE, task, keeper)
    seen = None if if_match is None else list(if_match)
    rows = await db.one_statement(_SAVED, [task, keeper.principal, dict(draft), keeper.at, seen])
    if rows:
        return _shown(rows[0])
    kept = await db.row(_READ, [task, keeper.principal])
    if kept is None or seen is None:
        raise errors.TaskNotOpen(task)
    raise StepDraftChanged(kept.draft_version or 0)


async def read(db: Database, task: UUID, keeper: Keeper) -> dict[str, Any]:
    """The officer's own draft. Raises NotFound where there is none, Forbidden, TaskNotOpen."""
    draft, _ = await found(db, task, keeper)
    if draft is None:
        raise errors.NotFound("draft", task)
    return draft


async def found(db: Database, task: UUID, keeper: Keeper) -> tuple[dict[str, Any] | None, int]:
    """The officer's own draft, and the version over which the next one is kept.

    The draft is None where there is none. Raises NotFound, Forbidden, TaskNotOpen.
    """
    await _allowed(db, READ, task, keeper)
    kept = await db.row(_READ, [task, keeper.principal])
    if kept is None:
        raise errors.TaskNotOpen(task)
    return (None if kept.draft is None else _shown(kept)), kept.draft_version or 0


async def discard(db: Database, task: UUID, keeper: Keeper) -> bool:
    """Take the officer's own draft away; False where there was none. Raises NotFound, Forbidden, TaskNotOpen."""
    await _allowed(db, DISCARD, task, keeper)
    return bool(await db.one_statement(_DISCARDED, [task, keeper.principal]))


async def expire(db: Database) -> int:
    """Delete what is left of closed tasks; return the number of rows.

    A trigger does so as a task closes, but for what an earlier release kept while the tables were changed already.
    """
    return len(await db.one_statement(_LEFT))


async def make_findable(db: Database) -> int:
    """Fill in what open tasks are found by, where it is missing.

    Returns the number of tasks. It is written as a task opens, but for one that an earlier release opened while the tables were changed already.
    """
    return len(await db.one_statement(_UNFOUND))


async def _allowed(db: Database, act: str, task: UUID, keeper: Keeper) -> None:
    """Check that the officer may do this at the open task. A refusal is recorded."""
    day = localtime.local_date(keeper.at)
    row = await db.row(_STANDING, [task, keeper.principal, day, keeper.at])
    units = [] if row is None else [row.unit_code, row.receiving_unit, row.handling_unit, row.deciding_unit]
    if row is None or not permissions.readable(keeper.principal, row.rights, units):
        await access_log.record_refusal(db, keeper.principal, act, str(task), keeper.at)
        raise errors.NotFound("task", task)
    rights = permissions.Rights.of(keeper.principal, row.rights)
    if not permissions.reaches_task(act, rights, row.unit_code, row.role):
        await access_log.record_refusal(db, keeper.principal, act, row.reference, keeper.at)
        raise errors.Forbidden(
            keeper.principal, say("keeping something of the task"), row.role, row.unit_code
        )
    if row.status != TaskStatus.OPEN:
        raise errors.TaskNotOpen(task)


def _shown(row: Any) -> dict[str, Any]:
    return {
        **row.draft,
        "version": row.draft_version,
        "saved_at": localtime.isoformat(row.draft_saved_at),
    }


_STANDING = f"""
select t.unit_code, t.role, t.status, d.reference, d.receiving_unit, d.handling_unit, d.deciding_unit,
  {permissions.rights_sql("$2::uuid", "$3::date", "$4::timestamptz")} as rights
from user_task t join dossier d on d.id = t.dossier_id where t.id = $1
"""  # noqa: S608 - fixed text of this module
#: Only of a task that is open, which is marked; who closes it meanwhile waits, or is waited for.
_OPEN = """
with o as (
  select id, kept from user_task where id = $1 and status = 'open' for no key update
), m as (
  update user_task set kept = true from o where user_task.id = o.id and not o.kept
)"""
_FOLLOWED = f"""
{_OPEN} insert into officer_task (task_id, principal_id, follow_up_on) select id, $2, $3::date from o
on conflict (task_id, principal_id) do update set follow_up_on = excluded.follow_up_on
returning task_id
"""  # noqa: S608 - fixed text of this module
_SAVED = f"""
{_OPEN} insert into officer_task (task_id, principal_id, draft, draft_version, draft_saved_at)
select id, $2, $3::jsonb, 1, $4 from o where $5::int[] is null or 0 = any($5::int[])
  or exists (select from officer_task k where k.task_id = $1 and k.principal_id = $2)
on conflict (task_id, principal_id) do update set draft = excluded.draft,
  draft_version = officer_task.draft_version + 1, draft_saved_at = excluded.draft_saved_at
  where $5::int[] is null or officer_task.draft_version = any($5::int[])
returning draft, draft_version, draft_saved_at
"""  # noqa: S608 - fixed text of this module
_READ = """
select k.draft, k.draft_version, k.draft_saved_at
from user_task t left join officer_task k on k.task_id = t.id and k.principal_id = $2
where t.id = $1 and t.status = 'open'
"""
_LEFT = """
delete from officer_task k using user_task t where t.id = k.task_id and t.status <> 'open' returning k.task_id
"""
_UNFOUND = """
update user_task t set found_by = upper(concat_ws(' ', d.reference, d.code)) from dossier d
where d.id = t.dossier_id and t.status = 'open' and t.found_by is null returning t.id
"""
#: Its version counts on: a window that still holds the draft does not bring it back unseen.
_DISCARDED = """
update officer_task set draft = null, draft_saved_at = null, draft_version = draft_version + 1
where task_id = $1 and principal_id = $2 and draft is not null returning task_id
"""
