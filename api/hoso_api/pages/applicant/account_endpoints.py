"""An applicant's own account: look, sessions, readers of dossiers, copy of data."""

from typing import Annotated

import orjson
from fastapi import Form as Field
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, encoding
from hoso_api.http.middleware import limits
from hoso_api.pages.account import delivery_form, views
from hoso_api.pages.account.own_endpoints import SIZES
from hoso_api.pages.portal.visit import HOME, ApplicantVisitNow
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled, FormNow
from hoso_workflows.identity import contact_points, sessions
from hoso_workflows.notifications import email, preferences
from hoso_workflows.organisation import accesses
from hoso_workflows.portability import export

ADDRESS = f"{HOME}/tai-khoan"
router = session.router(ADDRESS)
Which = Annotated[str, Field(alias="phien", max_length=40)]


@router.get("")
@acts.named("get_account")
async def own_account_page(visit: ApplicantVisitNow) -> Response:
    """Name, ways to be reached, look, sessions, and readers of one's dossiers."""
    db = visit.service.db
    return visit.page(
        "applicant/account.html",
        here="tai-khoan",
        contacts=await contact_points.listed(db, visit.principal),
        delivery=delivery_form.in_words(
            await preferences.of(db, visit.principal), email.MailSettings.read().quiet
        ),
        lasting=views.listed(await sessions.lasting(db, visit.principal, at=visit.at)),
        looked=await accesses.of_own_dossiers(db, visit.principal),
        sizes=SIZES,
        others=views.OTHERS,
        own=visit.session.id,
        first=Filled(),
    )


@router.post("/phien")
@acts.named("end_own_session")
@limits.takes(limits.Size.FORM)
async def end_applicants_session(visit: ApplicantVisitNow, which: Which = "") -> Response:
    """End one of one's own sessions, or all but this one."""
    one = views.identity(which)
    if which == views.OTHERS or one is not None:
        but = None if one else visit.session.id
        await sessions.end_own(visit.service.db, visit.principal, one, at=visit.at, but=but)
    return RedirectResponse(ADDRESS, status_code=303)


@router.post("/du-lieu")
@acts.named("export_own_data")
async def save_own_data(visit: ApplicantVisitNow, form: FormNow) -> Response:
    """A file of everything that is kept about the reader."""
    del form
    asked = export.Asked(visit.principal, visit.at)
    told = await export.export(visit.request.app.state.drafts, asked)
    headers = {"Content-Disposition": 'attachment; filename="du-lieu-cua-toi.json"'}
    body = encoding.encode(told, option=orjson.OPT_INDENT_2)
    return Response(body, headers=headers, media_type="application/json")
