"""Legal holds on dossiers: those that stand, placed and lifted by administrators."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.administration import naming
from hoso_api.pages.administration.naming import KEY, REASON
from hoso_api.pages.register import administering
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation import permissions
from hoso_workflows.privacy import holds

ADDRESS = f"{administering.ADDRESS}/luu-tru"
router = APIRouter(
    prefix=ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

LENGTH = 50
#: Fields of the forms beside those of `naming`.
BASIS, ENDED = "can-cu", "ly-do-bo"
After = Annotated[str, Query(alias="sau", max_length=200)]


@router.get("")
@acts.named("list_holds")
async def holds_page(visit: VisitNow, after: After = "") -> Response:
    """Dossiers under a hold in the reader's units, with forms for holds."""
    try:
        return await _shown(visit, Filled.first(visit), after)
    except errors.BadCursor:
        return RedirectResponse(ADDRESS, status_code=303)


@router.post("")
@acts.named("place_hold")
async def place_hold(visit: VisitNow, form: FormNow) -> Response:
    """Have a dossier kept as it is."""
    try:
        key = naming.named(form, {REASON: spoken("Ghi lý do."), BASIS: spoken("Ghi căn cứ.")})
        command = commands.PlaceHold(form.text(REASON), form.text(BASIS))
        done = await naming.act(visit, form, key, command)
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped))
    return await acting.onward(visit, ADDRESS, done)


@router.post("/bo")
@acts.named("lift_hold")
async def lift_hold(visit: VisitNow, form: FormNow) -> Response:
    """Lift the hold of a dossier."""
    try:
        key = naming.named(form, {ENDED: spoken("Ghi lý do.")})
        done = await naming.act(visit, form, key, commands.LiftHold(form.text(ENDED)))
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped), lifted=form.text(KEY))
    return await acting.onward(visit, ADDRESS, done)


async def _shown(visit: Visit, form: Filled, after: str = "", lifted: str = "") -> Response:
    """The page; `lifted` is the dossier whose own form comes back."""
    page = await holds.read(visit.service.db, None, limit=LENGTH, after=after or None, **visit.reading)
    register = await visit.service.reference_data.register()
    return visit.page(
        "administration/holds.html",
        form.status,
        here=administering.HERE,
        sections=administering.PLACES,
        rows=[{**each, "unit_name": register.name(each["unit"])} for each in page.items],
        after=page.after,
        acts=bool(permissions.overseen(visit.rights, "place_hold")),
        form=form,
        first=Filled(),
        lifted=lifted,
        flash=await acting.flash(visit),
    )
