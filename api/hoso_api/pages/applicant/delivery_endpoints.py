"""Mail to an applicant: language, digest, office hours, hours without word."""

from typing import Annotated

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.account import delivery_form
from hoso_api.pages.account.delivery_form import DONE
from hoso_api.pages.portal.visit import ApplicantVisit, ApplicantVisitNow
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_workflows.correspondence import applicant_mails
from hoso_workflows.notifications import email, preferences

ADDRESS = applicant_mails.DELIVERY
router = session.router(ADDRESS)


@router.get("")
@acts.named("get_delivery_preference")
async def preference_page(
    visit: ApplicantVisitNow, done: Annotated[str, Query(alias=DONE, max_length=10)] = ""
) -> Response:
    """The applicant's preference about mail."""
    now = await preferences.of(visit.service.db, visit.principal)
    return _shown(visit, Filled.first(visit, **delivery_form.typed(now)), done=bool(done))


@router.post("")
@acts.named("set_delivery_preference")
async def keep(visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Keep how the applicant wants to be told, from the next message on."""
    db = visit.service.db
    try:
        wish = delivery_form.wish(form, await preferences.of(db, visit.principal))
    except Stopped as stopped:
        return _shown(visit, Filled.again(stopped))
    await preferences.keep(db, visit.principal, wish, at=visit.at)
    return RedirectResponse(f"{ADDRESS}?{DONE}=co", status_code=303)


def _shown(visit: ApplicantVisit, form: Filled, *, done: bool = False) -> Response:
    return visit.page(
        "applicant/delivery.html",
        form.status,
        here="tai-khoan",
        form=form,
        done=done,
        usual=email.MailSettings.read().quiet,
        **delivery_form.choices(),
    )
