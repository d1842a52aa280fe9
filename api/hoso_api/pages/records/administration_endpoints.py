"""The diary of the administration: acts in words, each verified where it stands."""

from typing import Annotated

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.records import administration_words, registers
from hoso_api.pages.records.registers import ADDRESS, HERE, LENGTH, AfterWord, Period, PeriodAsked
from hoso_api.pages.register import administering, people
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_workflows import errors
from hoso_workflows.organisation import administration
from hoso_workflows.organisation.administration import Recorded
from hoso_workflows.pagination import Page

PAGE = f"{ADDRESS}/quan-tri"
LIST = "list_administration_events"
#: The word of the query: what the acts are about.
SUBJECT = "ve"
router = session.router(PAGE)


@router.get("")
@acts.named("list_administration_events")
async def administration_page(
    visit: VisitNow,
    period: PeriodAsked,
    subject: Annotated[str, Query(alias=SUBJECT, max_length=80)] = "",
    after: AfterWord = "",
) -> Response:
    """Acts of administration in the authorities of the reader, the newest first."""
    authorities = await administering.overseen(visit, LIST)
    form = period.filled(ve=subject.strip())
    try:
        found = None if form.faults else await _read(visit, authorities, period, subject.strip(), after)
    except errors.BadCursor:
        return RedirectResponse(f"{PAGE}?{registers.query(form)}", status_code=303)
    return await _shown(visit, form, found, first=not after)


async def _read(
    visit: Visit, authorities: frozenset[str], period: Period, subject: str, after: str
) -> Page[Recorded]:
    first, last = period.days
    found = await administration.listed(
        visit.service.db,
        sorted(authorities),
        subject=subject or None,
        first=first,
        last=last,
        limit=LENGTH,
        after=after or None,
    )
    await people.listed(
        visit, LIST, subject or None, [f"{each.authority}/{each.number}" for each in found.items]
    )
    return found


async def _shown(visit: Visit, form: Filled, found: Page[Recorded] | None, *, first: bool) -> Response:
    rows = await administration_words.told(visit, found.items if found else ())
    return visit.page(
        "records/administration.html",
        form.status,
        here=HERE,
        registers=registers.places(visit),
        way=PAGE,
        form=form,
        query=registers.query,
        rows=rows,
        broken=[each for each in rows if each.fault],
        read=found is not None,
        after=found.after if found else None,
        first=first,
    )
