"""The register of data given to third parties, on screen and on paper."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.records import registers
from hoso_api.pages.records.registers import ADDRESS, HERE, LENGTH, AfterWord, PeriodAsked
from hoso_api.pages.register.units import CHOICES
from hoso_api.pages.shared import session
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_workflows import errors
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import readings, table
from hoso_workflows.pagination import MOST
from hoso_workflows.privacy import disclosures

PAGE = f"{ADDRESS}/cung-cap"
#: The words of the query: unit, dossier, and how it is to be shown; the word for paper.
UNIT, DOSSIER, FORM = "don-vi", "ho-so", "dang"
PAPER = "in"
router = session.router(PAGE)


@router.get("")
@acts.named("list_disclosures")
async def disclosures_page(
    visit: VisitNow,
    period: PeriodAsked,
    unit: Annotated[str, Query(alias=UNIT, max_length=80)] = "",
    dossier: Annotated[str, Query(alias=DOSSIER, max_length=200)] = "",
    form: Annotated[str, Query(alias=FORM, max_length=10)] = "",
    after: AfterWord = "",
) -> Response:
    """The register of a period, the newest line first. For paper all of it comes at once."""
    units = await _units(visit)
    key = registers.key(dossier)
    filled = period.filled(don_vi=unit, ho_so=key)
    printed = form == PAPER and not filled.faults
    wanted = disclosures.Wanted(unit or None, key or None, *period.days)
    try:
        found = (
            None
            if filled.faults
            else await disclosures.read(
                visit.service.db,
                visit.principal,
                wanted,
                visit.at,
                limit=MOST if printed else LENGTH,
                after=after or None,
                origin=visit.origin,
            )
        )
    except errors.BadCursor:
        return RedirectResponse(f"{PAGE}?{registers.query(filled)}", status_code=303)
    return visit.page(
        "records/disclosures.html",
        filled.status,
        here=HERE,
        registers=registers.places(visit),
        way=PAGE,
        form=filled,
        query=registers.query,
        units=units,
        most=CHOICES,
        readable=table.units("get_dossier", visit.rights),
        printed=printed,
        rows=found.items if found else (),
        read=found is not None,
        after=found.after if found else None,
        first=not after,
    )


async def _units(visit: Visit) -> Mapping[str, str]:
    """The units whose register the reader may read, by code. Raises Forbidden, which is recorded."""
    codes = table.units(disclosures.LIST, visit.rights)
    if codes:
        return dict(sorted((await registers.units(visit, codes)).items()))
    act = disclosures.LIST
    async with readings.refusals(visit.service.db, act, visit.principal, None, visit.at, visit.origin):
        raise errors.Forbidden(visit.principal, table.ACTS[act].says, permissions.ADMINISTRATOR, None)
