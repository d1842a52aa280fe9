"""The desk's queue, and the way from a code to its dossier."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.http.middleware import limits
from hoso_api.pages.desk import queue
from hoso_api.pages.officer import dossier_frame, search_endpoints
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Fault, Filled
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_calendar.messages import say
from hoso_workflows import errors
from hoso_workflows.organisation.permissions import RECEPTION

router = session.router(queue.ADDRESS)

#: The field of the form that opens a dossier. Sent, not asked for: an address would keep what was typed.
TYPED = "ma"


@router.get("")
@acts.named("list_dossiers")
async def desk_queue(
    visit: VisitNow,
    word: Annotated[str, Query(alias=queue.TAB, max_length=20)] = "",
    after: Annotated[str, Query(alias=queue.AFTER, max_length=200)] = "",
) -> Response:
    """The dossiers that wait for the desk, by what they wait for. Raises Forbidden for who receives nowhere."""
    return await _shown(visit, word, after, Filled())


async def _shown(visit: Visit, word: str, after: str, form: Filled) -> Response:
    if not visit.rights.has(RECEPTION):
        raise errors.Forbidden(visit.principal, say("reading this"), RECEPTION, None)
    tab = next((each for each in queue.TABS if each.word == word), queue.WAITING)
    try:
        rows, behind = await queue.listed(visit, tab, after)
    except errors.BadCursor:
        return RedirectResponse(tab.address, status_code=303)
    return visit.page(
        "desk/queue.html",
        form.status,
        form=form,
        here="mot-cua",
        tab=tab,
        tabs=queue.TABS,
        counts=await queue.counts(visit),
        readiness=await queue.readiness(visit, tab),
        rows=rows,
        after=behind,
        first=not after,
        flash=await acting.flash(visit),
    )


async def typed(request: Request) -> str:
    """The text that was typed or scanned at the desk."""
    return str((await request.form()).get(TYPED, "")).strip()[: search_endpoints.LONGEST]


@router.post("")
@limits.takes(limits.Size.FORM)
@acts.named("search_dossiers")
async def open_at_the_desk(visit: VisitNow, text: Annotated[str, Depends(typed)]) -> Response:
    """To the dossier's next page of the desk; else the queue, with the reason."""
    found = await search_endpoints.known(visit, text)
    if found is None:
        why = spoken("Không có hồ sơ nào của đơn vị bạn với mã này. Tìm theo tên hoặc số ở ô phía trên.")
        return await _shown(
            visit, "", "", Filled(faults=(Fault(why, TYPED),), typed={TYPED: text}, status=422)
        )
    key = quote(found["code"] or found["reference"], safe="")
    return RedirectResponse(f"{dossier_frame.ADDRESS}/{key}{queue.act_at(found['status'])}", status_code=303)
