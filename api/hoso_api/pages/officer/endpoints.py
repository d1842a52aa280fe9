"""The first page of the inside, figures of its navigation, look of pages."""

from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.officer import inbox
from hoso_api.pages.shared import navigation, session
from hoso_api.pages.shared import visit as visits
from hoso_api.pages.shared.look import LANGUAGE, Look
from hoso_api.pages.shared.visit import VisitNow

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(authentication.same_site), Depends(session.secure)]
)

Word = Annotated[str, Query(max_length=20)]


@router.get(navigation.INSIDE)
@acts.named("get_account")
async def home(visit: VisitNow) -> Response:
    """To the page that the officer chose or their role begins at; to the account for one without a role."""
    found = navigation.home(visit.rights, visit.entries, visit.look.home)
    return RedirectResponse(found.address if found else "/tai-khoan", status_code=303)


@router.get(session.COUNTED)
@acts.named("count_user_tasks")
async def counted(
    visit: VisitNow,
    asked: Request,
    since: Annotated[str, Query(alias="tu", max_length=40)] = "",
    back: Annotated[str, Query(alias="ve", max_length=500)] = inbox.ADDRESS,
) -> Response:
    """The figures of the navigation, and how many tasks have come.

    They have come since a list was read at `tu`. 304 where the page knows the figures. A page asks by itself, which does not lengthen the session.
    """
    new = await inbox.arrived(visit, since)
    tag = f"{visit.tag}-{new}" if new else visit.tag
    if asked.headers.get("HX-PTag") == tag:
        return Response(status_code=304, headers={"HX-PTag": tag})
    onward = session.ours(back) if back.startswith(inbox.ADDRESS) else inbox.ADDRESS
    answer = visit.page("officer/counted.html", new=new, back=onward)
    answer.headers["HX-PTag"] = tag
    return answer


@router.get("/xem")
@acts.named("read_description")
async def choose_look(
    request: Request,
    language: Annotated[Word, Query(alias="ngon-ngu")] = "",
    size: Annotated[Word, Query(alias="co-chu")] = "",
    contrast: Annotated[Word, Query(alias="tuong-phan")] = "",
    keys: Annotated[Word, Query(alias="phim")] = "",
    following: Annotated[Word, Query(alias="xong-viec")] = "",
    rows: Annotated[Word, Query(alias="dong")] = "",
    begins: Annotated[str | None, Query(alias="trang-dau", pattern=r"^[a-z-]{0,20}$")] = None,
    onward: Annotated[str, Query(alias="tiep", max_length=2000)] = "",
) -> Response:
    """Keep a choice of the reader's look in the browser, and back to the page.

    Without `tiep` that is the page of the link, as the browser says it.
    """
    before = session.ours(onward or visits.page_before(request))
    # Not to itself, where the browser says nothing.
    back = "/" if urlsplit(before).path == request.url.path else before
    back = _without_language(back)
    answer = RedirectResponse(quote(back, safe="/?&=%.-_~+:"), status_code=303)
    Look.of(request).asked(
        language=language,
        size=size,
        contrast=contrast,
        keys=keys,
        onward=following,
        rows=rows,
        home=begins,
    ).keep(answer)
    return answer


def _without_language(address: str) -> str:
    """The address without the language that it may name, which would outlast the choice."""
    path, _, query = address.partition("?")
    kept = "&".join(each for each in query.split("&") if each.partition("=")[0] != LANGUAGE)
    return f"{path}?{kept}" if kept else path
