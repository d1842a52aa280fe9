"""The desk's queue, and the way from a code to its dossier."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.desk import queue
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.visit import VisitNow
from hoso_calendar.messages import say
from hoso_workflows import errors
from hoso_workflows.organisation.permissions import RECEPTION

router = APIRouter(
    prefix=queue.ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)


@router.get("")
@acts.named("list_dossiers")
async def desk_queue(
    visit: VisitNow,
    word: Annotated[str, Query(alias=queue.TAB, max_length=20)] = "",
    after: Annotated[str, Query(alias=queue.AFTER, max_length=200)] = "",
    code: Annotated[str, Query(alias="ma", max_length=80)] = "",
) -> Response:
    """The dossiers that wait for the desk, by what they wait for. Raises Forbidden for who receives nowhere."""
    if not visit.rights.has(RECEPTION):
        raise errors.Forbidden(visit.principal, say("reading this"), RECEPTION, "any unit")
    if code.strip():
        return RedirectResponse(f"/noi-bo/ho-so/{quote(code.strip(), safe='')}/tiep-nhan", status_code=303)
    tab = next((each for each in queue.TABS if each.word == word), queue.WAITING)
    try:
        listed = queue.waiting(visit, after) if tab.status is None else queue.standing_at(visit, tab, after)
        rows, behind = await listed
    except errors.BadCursor:
        return RedirectResponse(tab.address, status_code=303)
    return visit.page(
        "desk/queue.html",
        here="mot-cua",
        tab=tab,
        tabs=queue.TABS,
        counts=await queue.counts(visit),
        rows=rows,
        after=behind,
        first=not after,
        flash=await acting.flash(visit),
    )
