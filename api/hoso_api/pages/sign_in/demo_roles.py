"""Roles of the demonstration that somebody at this machine may try."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request

from hoso_api.pages.shared import session as shared
from hoso_api.translation import wording
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import SessionKind
from hoso_workflows import localtime

#: The role of those who file.
APPLICANT = "citizen"
#: In the order of a dossier's way; further roles follow by name.
ORDER = (
    APPLICANT,
    "reception",
    "clerk",
    "specialist",
    "division_head",
    "agency_head",
    "head",
    "provincial_leader",
    "procedure_declarer",
    "procedure_approver",
    "administrator",
    "coordinator",
    "catalogue_editor",
    "auditor",
)
_TITLES = {**wording.ROLES, **wording.OFFICES, APPLICANT: marked("Công dân, doanh nghiệp")}


@dataclass(frozen=True, slots=True)
class DemoRole:
    """A role, and who plays it in the demonstration."""

    role: str
    title: str
    principal: UUID
    name: str

    @property
    def kind(self) -> SessionKind:
        """The kind of session that it begins."""
        return SessionKind.APPLICANT if self.role == APPLICANT else SessionKind.OFFICER


async def offered(request: Request) -> Sequence[DemoRole]:
    """Roles that officers hold today, and an applicant, for a demonstration here.

    Of several officers the one whose unit has most for the role to do; of the applicants the one with most open dossiers.
    """
    if not await shared.demonstrated(request):
        return ()
    state = request.app.state
    rows = await state.service.db.rows(_ROLES, [localtime.local_date(state.clock()), state.clock()])
    found = [
        DemoRole(row.role, spoken(_TITLES.get(row.role, row.role)), UUID(int=row.id.int), row.name)
        for row in rows
    ]
    return sorted(
        found, key=lambda each: (ORDER.index(each.role) if each.role in ORDER else len(ORDER), each.role)
    )


_ROLES = """
(select distinct on (r.role) r.role, p.id, p.name
from role_assignment r join principal p on p.id = r.principal_id
where p.kind = 'officer' and $1 between r.valid_from and coalesce(r.valid_to, 'infinity')
  and (p.closed_at is null or p.closed_at > $2)
order by r.role, (
  select count(*) from user_task t where t.unit_code = r.unit_code and t.role = r.role and t.status = 'open'
) + (
  select count(*) from dossier d where d.receiving_unit = r.unit_code and d.status = 'filed' and r.role = 'reception'
) desc, r.unit_code, p.name, p.id)
union all
(select 'citizen', p.id, p.name from principal p
where p.kind = 'citizen' and (p.closed_at is null or p.closed_at > $2)
order by (
  select count(*) from dossier d where d.filed_by = p.id and d.result_ready_at is null and d.closed_at is null
) desc, p.name, p.id limit 1)
"""
