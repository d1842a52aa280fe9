"""The demonstration's totals, and an independent recount of every explanation. The counts must add up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from hoso_models.storage.database import Database
from hoso_workflows import recompute
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.service import DossierService


class InconsistentCounts(Exception):
    """The counts of a demonstration break an identity. This is a defect of ours, never of the user's."""

    def __init__(self, counts: dict[str, int]) -> None:
        super().__init__(f"the counts do not add up: {counts}")
        self.counts = counts


@dataclass(frozen=True, slots=True)
class Recount:
    """The number of recounted explanations, and the codes of those that differ."""

    explanations: int
    mismatches: tuple[str, ...]


async def counts(db: Database, at: datetime) -> dict[str, int]:
    """The number of dossiers by status at `at`. Raises InconsistentCounts."""
    row = await db.row(_COUNTS, [at])
    assert row is not None  # noqa: S101 - an aggregate without group by has one row
    found: dict[str, int] = dict(row)
    before = ("accepted", "refused", "withdrawn_before_acceptance", "closed_unanswered", "waiting")
    after = ("returned", "result_ready", "open", "withdrawn_after_acceptance", "stopped")
    if found["dossiers"] != sum(found[k] for k in before) or found["accepted"] != sum(
        found[k] for k in after
    ):
        raise InconsistentCounts(found)
    return found


async def explanations(service: DossierService, at: datetime) -> Recount:
    """Recompute every accepted dossier's dates from its explanation's JSON alone.

    The result is compared with the stored dates.
    """
    rows = await service.db.rows(_STORED)
    wrong = []
    for row in rows:
        explained = await views.explain(service, row.reference, reader=None, at=at)
        again = recompute.dates(orjson.loads(orjson.dumps(explained)))
        if _dates(again) != _dates(row.stored):
            wrong.append(row.code)
    return Recount(len(rows), tuple(wrong))


_NAMES = ("due_first", "due_legal", "due_promised", "late_since")


def _dates(document: dict[str, Any]) -> dict[str, Any]:
    """The dates of either side in a comparable form, instants as datetimes."""
    made = {
        a["number"]: {name: _instant(a["sets"][name]) for name in _NAMES[:3]}
        for a in document["appointments"]
    }
    steps = {
        task: {"own": _instant(s["own"]), "plan": _instant(s["plan"])}
        for task, s in document["steps"].items()
    }
    dates = {name: _instant(document[name]) for name in _NAMES}
    return dates | {
        "verdict": document["verdict"],
        "cycle": document["cycle"],
        "appointments": made,
        "steps": steps,
    }


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


_COUNTS = """
select count(*)::int as dossiers,
  count(*) filter (where status in ('filed', 'awaiting_supplement_before'))::int as waiting,
  count(*) filter (where status = 'refused')::int as refused,
  count(*) filter (where status = 'withdrawn' and accepted_at is null)::int as withdrawn_before_acceptance,
  count(*) filter (where status = 'closed_unanswered' and accepted_at is null)::int as closed_unanswered,
  count(*) filter (where accepted_at is not null)::int as accepted,
  count(*) filter (where status = 'returned')::int as returned,
  count(*) filter (where status = 'result_ready')::int as result_ready,
  count(*) filter (where status in ('in_process', 'awaiting_supplement', 'suspended', 'financial_obligation'))::int as open,
  count(*) filter (where status = 'withdrawn' and accepted_at is not null)::int as withdrawn_after_acceptance,
  count(*) filter (where status = 'stopped' or status = 'closed_unanswered' and accepted_at is not null)::int as stopped,
  count(*) filter (where clock_running and due_legal < $1)::int as overdue,
  (select count(*) from user_task where status = 'closed')::int as tasks_completed,
  (select count(*) from dossier_event)::int as events,
  (select count(*) from report_obligation where status = 'submitted')::int as reports_submitted,
  (select count(*) from report_obligation
    where coalesce(first_submitted_at, $1) >= due_before::timestamp at time zone 'Asia/Ho_Chi_Minh')::int as reports_late
from dossier
"""
_STORED = """
select d.reference, d.code, jsonb_build_object(
  'due_first', d.due_first, 'due_legal', d.due_legal, 'due_promised', d.due_promised, 'late_since', d.late_since,
  'verdict', d.verdict, 'cycle', d.cycle,
  'appointments', (select jsonb_agg(jsonb_build_object('number', a.number, 'sets', jsonb_build_object(
      'due_first', a.due_first, 'due_legal', a.due_legal, 'due_promised', a.due_promised)) order by a.number)
    from appointment a where a.dossier_id = d.id),
  'steps', (select jsonb_object_agg(t.id, jsonb_build_object('own', t.due_own, 'plan', t.due_plan))
    from user_task t where t.dossier_id = d.id)) as stored
from dossier d where d.accepted_at is not null order by d.code
"""
