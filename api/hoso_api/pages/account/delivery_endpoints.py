"""Mail to the reader: language, digest, office hours."""

from typing import Annotated

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.account import delivery_form
from hoso_api.pages.account.delivery_form import DONE
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_workflows.notifications import preferences

ADDRESS = "/noi-bo/toi/nhan-thu"
router = session.router(ADDRESS)


@router.get("")
@acts.named("get_delivery_preference")
async def preference_page(
    visit: VisitNow, done: Annotated[str, Query(alias=DONE, max_length=10)] = ""
) -> Response:
    """The reader's preference about mail."""
    now = await preferences.of(visit.service.db, visit.principal)
    return _shown(visit, Filled.first(visit, **delivery_form.typed(now)), done=bool(done))


@router.post("")
@acts.named("set_delivery_preference")
async def keep(visit: VisitNow, form: FormNow) -> Response:
    """Keep how the reader wants to be told, from the next mail on."""
    db = visit.service.db
    try:
        wish = delivery_form.wish(form, await preferences.of(db, visit.principal))
    except Stopped as stopped:
        return _shown(visit, Filled.again(stopped))
    await preferences.keep(db, visit.principal, wish, at=visit.at)
    return RedirectResponse(f"{ADDRESS}?{DONE}=co", status_code=303)


def _shown(visit: Visit, form: Filled, *, done: bool = False) -> Response:
    return visit.page("account/delivery.html", form.status, form=form, done=done, **delivery_form.choices())
