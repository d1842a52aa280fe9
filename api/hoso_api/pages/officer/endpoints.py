"""The first page of the inside, and the look of pages."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.shared import navigation, session
from hoso_api.pages.shared.look import Look
from hoso_api.pages.shared.visit import VisitNow

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(authentication.same_site), Depends(session.secure)]
)

Word = Annotated[str, Query(max_length=20)]


@router.get(navigation.INSIDE)
@acts.named("get_account")
async def home(visit: VisitNow) -> Response:
    """To the page at which the officer begins; to the account for one who has no role."""
    found = navigation.home(visit.rights, visit.entries)
    return RedirectResponse(found.address if found else "/tai-khoan", status_code=303)


@router.get("/xem")
@acts.named("read_description")
async def choose_look(
    request: Request,
    language: Annotated[Word, Query(alias="ngon-ngu")] = "",
    size: Annotated[Word, Query(alias="co-chu")] = "",
    contrast: Annotated[Word, Query(alias="tuong-phan")] = "",
    keys: Annotated[Word, Query(alias="phim")] = "",
    following: Annotated[Word, Query(alias="xong-viec")] = "",
    onward: Annotated[str, Query(alias="tiep", max_length=2000)] = "/",
) -> Response:
    """Keep a choice of the reader's look in the browser, and back to the page."""
    answer = RedirectResponse(quote(session.ours(onward), safe="/?&=%.-_~+:"), status_code=303)
    Look.of(request).asked(language, size, contrast, keys, following).keep(answer)
    return answer
