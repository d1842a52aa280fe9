"""An applicant's own dossiers, by what there is to do."""

from typing import Annotated

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.applicant import dossiers
from hoso_api.pages.portal.visit import HOME, ApplicantVisitNow
from hoso_api.pages.shared import acting, session
from hoso_workflows import errors
from hoso_workflows.tracking.own_list import Part

router = session.router(HOME)

#: Where the part of what waits, of what goes on and of what is done goes on.
Theirs = Annotated[str, Query(alias="viec", max_length=200)]
Open = Annotated[str, Query(alias="tiep", max_length=200)]
Done = Annotated[str, Query(alias="sau", max_length=200)]


@router.get("")
@acts.named("list_dossiers")
async def own_page(
    visit: ApplicantVisitNow, theirs: Theirs = "", open_after: Open = "", done_after: Done = ""
) -> Response:
    """One's own dossiers by what there is to do, each with one next act."""
    try:
        waiting, more_waiting = await dossiers.part(visit, Part.THEIRS, theirs)
        going, more_going = await dossiers.part(visit, Part.OPEN, open_after)
        done, more_done = await dossiers.part(visit, Part.DONE, done_after)
    except errors.BadCursor:
        return RedirectResponse(HOME, status_code=303)
    ending, drafts = await dossiers.drafts(visit)
    return visit.page(
        "applicant/own.html",
        here="ho-so",
        waiting=[*waiting, *([] if theirs else ending)],
        going=going,
        drafts=drafts,
        done=done,
        more={"viec": more_waiting, "tiep": more_going, "sau": more_done},
        first=not (theirs or open_after or done_after),
        flash=await acting.flash(visit),
    )
