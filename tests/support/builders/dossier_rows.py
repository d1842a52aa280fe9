"""Dossiers as they stand, put straight into the tables of the world: for sweeps and reports over more than a few."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from hoso_models import ClockStop, Dossier, UserTask, text_search
from hoso_models.storage.database import Database
from support import world as worlds


async def refers(db: Database) -> dict[str, Any]:
    """References that every dossier needs: a party, the person who filed, and a version."""
    party = uuid4()
    await db.one_statement(
        "insert into party (id, kind, name, name_folded, email, created_at) values ($1, 'person', $2, $3, $4, $5)",
        [party, "Người nộp 9", text_search.fold("Người nộp 9"), "nguoi.nop.9@example.org", worlds.FOUNDED],
    )
    version = await db.row("select id, procedure_code from workflow_version order by procedure_code limit 1")
    return {
        "procedure_code": version.procedure_code,
        "workflow_version_id": version.id,
        "applicant_id": party,
        "filed_by": worlds.person("reception", worlds.DESK),
    }


async def dossier(db: Database, referred: dict[str, Any], accepted: datetime, **given: Any) -> UUID:
    """An accepted dossier whose clock runs, unless something else is given."""
    defaults = {
        "reference": uuid4().hex,
        "code": uuid4().hex,
        "case_id": "default",
        "status": "in_process",
        "entry_channel": "desk",
        "receiving_unit": worlds.DESK,
        "handling_unit": worlds.DEPARTMENT,
        "deciding_unit": worlds.PROVINCE,
        "delivery_mode": "counter",
        "filed_at": accepted,
        "accepted_at": accepted,
        "clock_running": True,
        "cycle": 1,
    }
    async with db.transaction() as tx:
        made = Dossier.model_validate({**defaults, **referred, **given})
        tx.add(made)
    return made.id


async def step(db: Database, of: UUID, opened: datetime, **given: Any) -> UUID:
    """An open step of a dossier."""
    defaults = {
        "id": uuid4(),
        "dossier_id": of,
        "element": "B4",
        "name": "Thẩm định hồ sơ",
        "lane": "Chuyên viên",
        "role": "specialist",
        "unit_code": worlds.DEPARTMENT,
        "status": "open",
        "outcomes": [],
        "opened_at": opened,
        "arrived_at": opened,
    }
    async with db.transaction() as tx:
        made = UserTask.model_validate({**defaults, **given})
        tx.add(made)
    return made.id


async def stop(db: Database, of: UUID, started: datetime, **given: Any) -> None:
    """A stretch in which a dossier's clock stands still; a supplement is awaited and has not come, unless it is said."""
    defaults = {"dossier_id": of, "number": 1, "source": "supplement", "started_at": started}
    async with db.transaction() as tx:
        tx.add(ClockStop.model_validate({**defaults, **given}))


async def many(db: Database, referred: dict[str, Any], dues: Sequence[datetime], accepted: datetime) -> None:
    """A dossier for each due date, each with one late step that nobody has taken."""
    await db.one_statement(
        _MANY,
        [
            list(dues),
            accepted,
            referred["procedure_code"],
            referred["workflow_version_id"],
            referred["applicant_id"],
            referred["filed_by"],
            worlds.DESK,
            worlds.DEPARTMENT,
            worlds.PROVINCE,
        ],
    )


_MANY = """
with d as (
  insert into dossier (id, reference, code, procedure_code, workflow_version_id, case_id, status, entry_channel,
    applicant_id, filed_by, receiving_unit, handling_unit, deciding_unit, form_data, delivery_mode, filed_at,
    accepted_at, due_first, due_legal, due_promised, clock_running, cycle)
  select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), $3, $4, 'default', 'in_process', 'desk', $5, $6, $7, $8,
    $9, '{}', 'counter', $2, $2, due, due, due, true, 1
  from unnest($1::timestamptz[]) due
  returning id, due_legal, reference, code
)
insert into user_task (id, dossier_id, element, name, lane, role, unit_code, status, outcomes, cycle, opened_at,
  arrived_at, due_own, due_dossier, dossier_late_from, found_by)
select gen_random_uuid(), id, 'B4', 'Thẩm định hồ sơ', 'Chuyên viên', 'specialist', $8, 'open', '[]', 1, $2, $2, due_legal, due_legal, due_legal,
  upper(reference || ' ' || code)
from d
"""
