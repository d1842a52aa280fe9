"""Letters of a dossier for its readers, and the check of a paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hoso_workflows import errors, letters, localtime
from hoso_workflows.correspondence import letter_values
from hoso_workflows.correspondence.letter_values import Issued, Unit
from hoso_workflows.dossiers import applicant_views, views
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.letters import forms
from hoso_workflows.letters.values import Values
from hoso_workflows.organisation.access_log import WITHIN, Origin

LIST, READ = "list_letters", "read_letter"


@dataclass(frozen=True, slots=True)
class Asked:
    """The reader of letters, the instant, and the address of our pages."""

    reader: UUID
    at: datetime
    #: Such as `https://motcua.example.vn`; the public check of a paper is below it.
    public: str
    origin: Origin = WITHIN


async def listed(service: DossierService, key: str, asked: Asked) -> list[dict[str, Any]]:
    """The letters of a dossier in the order of their issue. Raises NotFound."""
    row, inside = await views.readable(service.db, LIST, key, asked.reader, asked.at, asked.origin)
    found = await service.db.rows(_LETTERS, [row.id])
    return [_item(each) for each in found if inside or each.form not in applicant_views.INTERNAL_LETTERS]


def _item(row: Any) -> dict[str, Any]:
    form = forms.titled(row.form)
    abbreviation = row.unit_code.rpartition(".")[2]
    return {
        "id": str(row.id),
        "form": row.form,
        "title": form.title,
        "number": row.number,
        "year": row.year,
        "series": forms.series(form, row.number, row.year, abbreviation),
        "issued_at": localtime.isoformat(row.issued_at),
    }


async def one(service: DossierService, key: str, letter: UUID, asked: Asked) -> Values:
    """The values of a letter. Raises NotFound, also for one that is not the reader's to see."""
    row, inside = await views.readable(service.db, READ, key, asked.reader, asked.at, asked.origin)
    found = await service.db.row(_LETTER, [row.id, letter])
    if found is None or not (inside or found.form not in applicant_views.INTERNAL_LETTERS):
        raise errors.NotFound("letter", letter)
    version = await service.reference_data.version(row.workflow_version_id)
    loaded = version.case(row.case_id)
    projection = await service.repository.load(row)
    made = projection.appointments(projection.clock.dates())
    issued = Issued(
        **{name: found[name] for name in ("form", "number", "year", "data", "issued_at")},
        unit=Unit(found.unit_code, found.unit_name, found.parent_name, found.place),
        receiving=row.receiving_name,
        other=found.other_name,
        code=row.code,
        reference=row.reference,
        procedure=loaded.package.name,
        case=loaded.case.name if len(loaded.package.cases) > 1 else None,
        applicant=row.applicant,
        components=[part for part in row.components if part["received"]],
        sets=loaded.case.sets,
        accepted_at=projection.state.accepted_at,
        promises=[(each["made_at"], each["due_promised"]) for each in made],
        check_address=f"{asked.public}{CHECK}/{letter}",
    )
    return letters.read(letters.write(letter_values.of(issued)))


#: Below the address of our pages: the public check of a paper.
CHECK = "/kiem-chung"


async def checked(service: DossierService, letter: UUID) -> dict[str, Any]:
    """The confirmation of a paper for its holder. Raises NotFound.

    Form, number, unit, day and the dossier's code; nothing of the applicant.
    """
    row = await service.db.row(_CHECKED, [letter])
    if row is None:
        raise errors.NotFound("letter", letter)
    return {**_item(row), "unit": row.unit_name, "code": row.code}


_LETTERS = "select id, form, number, year, unit_code, issued_at from letter where dossier_id = $1 order by issued_at, form"
#: $1 dossier, $2 letter. The place is the area of the unit, else of the nearest unit above it, else the name at the top.
_LETTER = """
with recursive up(code, parent_code, name, area_code, height) as (
  select u.code, u.parent_code, u.name, u.area_code, 0 from unit u join letter l on l.unit_code = u.code where l.id = $2
  union all
  select u.code, u.parent_code, u.name, u.area_code, up.height + 1 from unit u join up on u.code = up.parent_code
)
select l.form, l.number, l.year, l.data, l.issued_at, l.unit_code, u.name as unit_name, pu.name as parent_name,
  (select name from unit where code = coalesce(l.data ->> 'unit', l.data ->> 'to')) as other_name,
  coalesce((select a.name from up join area a on a.code = up.area_code order by up.height limit 1),
    (select name from up order by height desc limit 1)) as place
from letter l join unit u on u.code = l.unit_code left join unit pu on pu.code = u.parent_code
where l.dossier_id = $1 and l.id = $2
"""
_CHECKED = """
select l.id, l.form, l.number, l.year, l.unit_code, l.issued_at, u.name as unit_name, d.code
from letter l join unit u on u.code = l.unit_code join dossier d on d.id = l.dossier_id where l.id = $1
"""
