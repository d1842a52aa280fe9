"""Keys: those by which papers are signed, and one's own tokens and sessions."""

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.account import views
from hoso_api.pages.register import administering, doing
from hoso_api.pages.register.administering import HERE
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows.identity import sessions
from hoso_workflows.organisation import credentials
from hoso_workflows.procedures import overview
from hoso_workflows.signatures.keys import Token

ADDRESS = f"{administering.ADDRESS}/khoa"
router = APIRouter(
    prefix=ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)


@router.get("")
@acts.named("list_signing_certificates")
async def keys_page(visit: VisitNow) -> Response:
    """The keys by which papers are signed, and one's own tokens and sessions."""
    return await _shown(visit, Filled())


@router.post("/ma-truy-cap/thu-hoi")
@acts.named("revoke_own_token")
async def drop_token(visit: VisitNow, form: FormNow) -> Response:
    """Revoke a token of one's own."""
    try:
        doing.required(form, ma=spoken("Chọn mã truy cập."))
        async with visit.service.db.transaction() as tx:
            await credentials.revoke_own(tx, visit.principal, form.text("ma"), at=visit.at)
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped))
    return RedirectResponse(ADDRESS, status_code=303)


async def _shown(visit: Visit, form: Filled) -> Response:
    db, keyring = visit.service.db, visit.request.app.state.settings.keyring
    names = await overview.names(db, [each.person for each in keyring.keys])
    return visit.page(
        "register/keys.html",
        form.status,
        here=HERE,
        sections=administering.PLACES,
        keys=[(each, names.get(each.person), isinstance(each.source, Token)) for each in keyring.keys],
        tokens=await credentials.own_tokens(db, visit.principal, at=visit.at),
        scopes=views.SCOPES,
        sessions=len(await sessions.lasting(db, visit.principal, at=visit.at)),
        form=form,
    )
