"""Look-up of a dossier by its code: code, degree and lateness alone.

Circular 01/2018/TT-VPCP, article 16, lets anybody read code and degree; its lateness tells of nobody in person."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.http.authentication import ServiceNow
from hoso_api.http.middleware import limits
from hoso_api.http.unknown_callers import throttled
from hoso_api.pages.portal.visit import AnybodyNow
from hoso_api.pages.shared import session
from hoso_api.translation.vietnamese import marked, spoken
from hoso_workflows import errors
from hoso_workflows.correspondence import applicant_mails
from hoso_workflows.dossiers import views
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.tracking import keys

ADDRESS, HERE = applicant_mails.LOOK_UP, "tra-cuu"
router = session.router(ADDRESS)
#: What no search engine keeps.
UNLISTED = {"X-Robots-Tag": "noindex"}
#: From which degree on a dossier is at each stage.
STAGES = ((0, marked("Đã tiếp nhận")), (1, marked("Đang giải quyết")), (100, marked("Có kết quả")))
Typed = Annotated[str, Form(alias="ma", max_length=500)]


@router.get("")
@acts.named("look_up_dossier")
async def look_up_page(visit: AnybodyNow) -> Response:
    """The field for a code."""
    return visit.page("look_up.html", here=HERE, found=None, typed="", fault="")


@router.post("")
@acts.named("look_up_dossier")
@limits.takes(limits.Size.FORM)
async def look_up(visit: AnybodyNow, typed: Typed = "") -> Response:
    """To the page of a code as it was typed, scanned or pasted.

    What is none goes into no address: it may be the number of a person.
    """
    found = keys.keys_in(typed)
    if found:
        return RedirectResponse(f"{ADDRESS}/{quote(found[-1], safe='')}", status_code=303)
    fault = spoken("Nhập mã hồ sơ.") if not typed.strip() else spoken("Đây không phải mã hồ sơ.")
    return visit.page("look_up.html", 422, found=None, typed=typed, fault=fault, here=HERE)


@router.get("/{code}", dependencies=[Depends(throttled)])
@acts.named("look_up_dossier")
async def looked_up(code: str, visit: AnybodyNow, request: Request, service: ServiceNow) -> Response:
    """The degree of completion and lateness of a dossier, without anything of anybody."""
    at = request.app.state.clock()
    found = await _found(service, code, at)
    if found is None:
        fault = spoken("Không có hồ sơ nào mang mã này.")
        return visit.page("look_up.html", 404, UNLISTED, found=None, typed=code, fault=fault, here=HERE)
    reached = [words for least, words in STAGES if found["degree"] >= least]
    stages = [(spoken(words), words in reached, words == reached[-1]) for _, words in STAGES]
    return visit.page(
        "look_up.html",
        200,
        UNLISTED,
        found=found,
        typed="",
        fault="",
        stages=stages,
        at=at,
        here=HERE,
    )


async def _found(service: DossierService, code: str, at: datetime) -> dict[str, Any] | None:
    for key in keys.keys_in(code):
        try:
            return await views.public(service, key, at)
        except errors.NotFound:
            continue
    return None
