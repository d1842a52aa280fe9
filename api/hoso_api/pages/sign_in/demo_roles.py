"""Roles of the demonstration that somebody at this machine may try."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
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
    #: The unit in which it is held, none for who files, and the open work of the role there.
    unit: str | None = None
    unit_name: str = ""
    busy: int = 0

    @property
    def kind(self) -> SessionKind:
        """The kind of session that it begins."""
        return SessionKind.APPLICANT if self.role == APPLICANT else SessionKind.OFFICER

    @property
    def word(self) -> str:
        """The word by which it is chosen, as `reception` or `reception@H27`."""
        return self.role if self.unit is None else f"{self.role}@{self.unit}"


async def everybody(request: Request) -> Sequence[DemoRole]:
    """Roles of a demonstration here: an officer of each role and unit, an applicant.

    Roles count that are held today. Of the applicants the one with most open dossiers.
    """
    if not await shared.demonstrated(request):
        return ()
    state = request.app.state
    rows = await state.service.db.rows(_ROLES, [localtime.local_date(state.clock()), state.clock()])
    found = [
        DemoRole(
            row.role,
            spoken(_TITLES.get(row.role, row.role)),
            UUID(int=row.id.int),
            row.name,
            row.unit_code,
            row.unit_name or "",
            row.busy,
        )
        for row in rows
    ]
    return sorted(
        found, key=lambda each: (ORDER.index(each.role) if each.role in ORDER else len(ORDER), each.role)
    )


def first(found: Iterable[DemoRole]) -> Sequence[DemoRole]:
    """One of each role, from the unit that has most for it to do."""
    return [
        min(held, key=lambda each: (-each.busy, each.unit or ""))
        for _, held in groupby(found, key=lambda each: each.role)
    ]


def by_unit(found: Iterable[DemoRole]) -> Sequence[tuple[str, Sequence[DemoRole]]]:
    """Names of units, each with the roles that are held there."""
    held: dict[str, list[DemoRole]] = {}
    for each in sorted((each for each in found if each.unit), key=lambda each: each.unit or ""):
        held.setdefault(each.unit_name, []).append(each)
    return list(held.items())


def chosen(found: Iterable[DemoRole], word: str) -> DemoRole | None:
    """The role of a word; without a unit, the first of the role."""
    known = list(found)
    return next((each for each in (*first(known), *known) if word in {each.role, each.word}), None)


_ROLES = """
(select distinct on (r.role, r.unit_code) r.role, p.id, p.name, r.unit_code, u.name as unit_name, (
  select count(*) from user_task t where t.unit_code = r.unit_code and t.role = r.role and t.status = 'open'
) + (
  select count(*) from dossier d where d.receiving_unit = r.unit_code and d.status = 'filed' and r.role = 'reception'
) as busy
from role_assignment r join principal p on p.id = r.principal_id join unit u on u.code = r.unit_code
where p.kind = 'officer' and $1 between r.valid_from and coalesce(r.valid_to, 'infinity')
  and (p.closed_at is null or p.closed_at > $2)
order by r.role, r.unit_code, p.name, p.id)
union all
(select 'citizen', p.id, p.name, null, null, 0 from principal p
where p.kind = 'citizen' and (p.closed_at is null or p.closed_at > $2)
order by (
  select count(*) from dossier d where d.filed_by = p.id and d.result_ready_at is null and d.closed_at is null
) desc, p.name, p.id limit 1)
"""
