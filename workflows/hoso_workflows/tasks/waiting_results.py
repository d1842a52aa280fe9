"""Results that wait for a signature: open steps that decide, with their files.

A step without a file of the authority's own that is still to be signed waits for something else.
"""

from typing import Any

from hoso_models.tables import task
from hoso_workflows import localtime, pagination
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import Rights
from hoso_workflows.pagination import Conditions, Keyset, Page
from hoso_workflows.signatures.keys import Keyring

LIST = "list_waiting_results"
OPENED = Keyset("results", opened_at=pagination.INSTANT, id=pagination.IDENTITY)


async def search(
    service: DossierService, rights: Rights, keyring: Keyring, *, limit: int = 50, after: str | None = None
) -> Page[dict[str, Any]]:
    """One page of the steps that the reader may decide, those open longest first. Raises BadCursor."""
    asked = Conditions(
        f"u.{task.DECIDING}", "u.unit_code = place.unit", "u.role = place.role", _IN_PROCESS, _TO_SIGN
    )
    _, pairs = permissions.worklist_scope(rights, None, None, LIST)
    asked.given([unit for unit, _ in pairs])
    asked.given([role for _, role in pairs])
    asked.add("(u.assignee_id is null or u.assignee_id = {})", rights.principal)
    asked.behind("u.opened_at, u.id", OPENED.values(after))
    page = await pagination.page(service.db, _WAITING, asked, OPENED, limit=limit, item=lambda row: row)
    items = [{**_item(row, rights, keyring), "required": await _required(service, row)} for row in page.items]
    return Page(tuple(items), page.after)


def _item(row: Any, rights: Rights, keyring: Keyring) -> dict[str, Any]:
    return {
        "task": row.id,
        "step": row.name,
        "unit": row.unit_code,
        "opened_at": localtime.isoformat(row.opened_at),
        "has_key": keyring.has(row.unit_code, rights.principal),
        "files": row.files,
        "dossier": {"reference": row.reference, "code": row.code, "procedure": row.procedure_code},
    }


async def _required(service: DossierService, row: Any) -> bool:
    """True where the procedure gives signed results."""
    version = await service.reference_data.version(row.workflow_version_id)
    return version.case(row.case_id).case.policy_text.get("result") == "signed"


#: Nobody signs while the dossier is suspended or awaits a supplement, though its step stays open.
_IN_PROCESS = "d.status = 'in_process'"
#: Files of the dossier d that could be signed.
_FILES = """
from attachment a
where a.dossier_id = d.id and a.internal and not a.signed and a.superseded_at is null and a.media_type = 'application/pdf'
"""
_TO_SIGN = f"exists (select {_FILES})"
#: $1 units, $2 the role in each.
_WAITING = f"""
select w.*, (
  select jsonb_agg(jsonb_build_object('id', a.id, 'name', a.file_name, 'title', a.title) order by a.seq)
  from dossier d, lateral (select a.* {_FILES}) a where d.id = w.dossier_id
) as files
from (
  select t.* from unnest($1::text[], $2::text[]) as place(unit, role) cross join lateral (
    select u.id, u.opened_at, u.name, u.unit_code, u.dossier_id, d.reference, d.code, d.procedure_code,
      d.workflow_version_id, d.case_id
    from user_task u join dossier d on d.id = u.dossier_id
    where {{conditions}} order by u.opened_at, u.id limit {{limit}}
  ) t
  order by t.opened_at, t.id limit {{limit}}
) w
order by w.opened_at, w.id
"""  # noqa: S608 - fixed text of this module
