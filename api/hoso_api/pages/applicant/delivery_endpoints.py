"""Mail to an applicant: language, digest, office hours, hours without word."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.account import delivery_form
from hoso_api.pages.account.delivery_form import DONE
from hoso_api.pages.shared import session as shared
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_api.pages.shared.session import ApplicantNow
from hoso_api.pages.shared.templating import page
from hoso_workflows.notifications import email, preferences

ADDRESS = "/cua-toi/nhan-thu"
router = shared.router(ADDRESS)


@router.get("")
@acts.named("get_delivery_preference")
async def preference_page(
    request: Request, session: ApplicantNow, done: Annotated[str, Query(alias=DONE, max_length=10)] = ""
) -> Response:
    """The applicant's preference about mail."""
    now = await preferences.of(request.app.state.service.db, session.principal)
    return _shown(Filled(typed=delivery_form.typed(now)), done=bool(done))


@router.post("")
@acts.named("set_delivery_preference")
async def keep(request: Request, session: ApplicantNow, form: FormNow) -> Response:
    """Keep how the applicant wants to be told, from the next message on."""
    state = request.app.state
    try:
        wish = delivery_form.wish(form, await preferences.of(state.service.db, session.principal))
    except Stopped as stopped:
        return _shown(Filled.again(stopped))
    await preferences.keep(state.service.db, session.principal, wish, at=state.clock())
    return RedirectResponse(f"{ADDRESS}?{DONE}=co", status_code=303)


def _shown(form: Filled, *, done: bool = False) -> HTMLResponse:
    return page(
        "applicant/delivery.html",
        form.status,
        form=form,
        done=done,
        usual=email.MailSettings().quiet,
        **delivery_form.choices(),
    )
