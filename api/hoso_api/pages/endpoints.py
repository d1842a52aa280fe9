"""The pages: overdue board, explanation of a date, and sign-in."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication, problems
from hoso_api.http.fields import Key
from hoso_api.http.middleware import limits
from hoso_api.pages import board, deadline
from hoso_api.pages.shared.session import ReaderNow, cookie, signed_in
from hoso_api.pages.shared.templating import page
from hoso_api.translation import wording
from hoso_workflows import errors
from hoso_workflows.dossiers import views
from hoso_workflows.operation.rate_limit import Purpose
from hoso_workflows.organisation import permissions

router = APIRouter(include_in_schema=False, dependencies=[Depends(authentication.same_site)])

Unit = Annotated[str, Query(alias=board.UNIT, pattern=r"^[A-Za-z0-9._-]{0,80}$")]
After = Annotated[str, Query(alias=board.AFTER, max_length=100)]
#: Where to go after signing in: a path of ours, never another host.
Onward = Annotated[str, Query(alias="tiep", max_length=500)]


@router.get("/")
@acts.named("list_overdue")
async def overdue_board(
    reader: ReaderNow,
    unit: Unit = "",
    kind: Annotated[str, Query(alias=board.KIND, max_length=20)] = "",
    after: After = "",
) -> Response:
    """The overdue board: late items by unit, most late first."""
    calendars = await reader.service.reference_data.unit_calendars()
    units = await board.counted(reader, calendars)
    wanted = await permissions.existing_unit(reader.service.db, unit or None)
    async with reader.refusals("list_overdue", wanted):
        asked = board.chosen(reader, wanted, units)
    view = board.View(
        unit=asked if isinstance(asked, str) else None,
        tab=board.tab(kind),
        after=after or None,
    )
    found = await view.tab.listed(
        reader.service.db, calendars, at=reader.at, unit=asked, after=view.after, limit=board.LENGTH
    )
    await reader.listed("list_overdue", view.unit, [each.id for each in found.items])
    sums = board.totals(units)
    return page(
        "board.html",
        reader=reader,
        at=reader.at,
        totals=sums,
        tiles=board.tiles(sums),
        units=units,
        view=view,
        tabs=board.TABS,
        rows=[board.row(item) for item in found.items],
        after=found.after,
    )


@router.get("/ho-so")
@acts.named("explain_deadline")
async def looked_for(
    reader: ReaderNow, code: Annotated[str, Query(alias="ma", max_length=80)] = ""
) -> Response:
    """To the dossier of a code, whose page says whether there is one for this reader."""
    del reader
    key = code.strip()
    return RedirectResponse(f"/ho-so/{quote(key, safe='')}/thoi-han" if key else "/", status_code=303)


@router.get("/ho-so/{key}/thoi-han")
@acts.named("explain_deadline")
async def explained_deadline(key: Annotated[Key, Path()], reader: ReaderNow) -> Response:
    """The explanation of a dossier's due date, day by day."""
    principal = reader.rights.principal if reader.rights else None
    document = await views.explain(reader.service, key, reader=principal, at=reader.at, origin=reader.origin)
    dossier, dates = document["dossier"], document["dates"]
    calendars = await reader.service.reference_data.unit_calendars([dossier["unit"]])
    mark, verdict = deadline.standing(dates, calendars[dossier["unit"]], reader.at)
    return page(
        "explanation.html",
        reader=reader,
        dossier=dossier,
        due=deadline.instant(dates["due_promised"]),
        standing=wording.STATUSES[dossier["status"]],
        mark=mark,
        verdict=verdict,
        cycles=deadline.cycles(document),
        erased=deadline.erased(document),
        corrections=deadline.corrections(document),
    )


@router.get("/dang-nhap")
@acts.named("sign_in")
async def sign_in_page(onward: Onward = "/") -> Response:
    """The form that takes a token."""
    return page("sign_in.html", onward=onward, fault=None)


@router.post("/dang-nhap")
@limits.takes(limits.Size.FORM)
@acts.named("sign_in")
async def sign_in(
    request: Request,
    token: Annotated[str, Form(alias="ma", max_length=200)] = "",
    onward: Annotated[str, Form(alias="tiep", max_length=500)] = "/",
) -> Response:
    """Keep a valid token in a cookie that no script can read."""
    try:
        await signed_in(request, token.strip(), Purpose.SIGN_IN)
    except errors.TooManyRequests as soon:
        fault = f"Đã nhập sai quá nhiều lần từ mạng này. Chờ {soon.retry_after} giây rồi thử lại."
        return page("sign_in.html", 429, {"Retry-After": str(soon.retry_after)}, onward=onward, fault=fault)
    except (authentication.TokenRefused, errors.Forbidden):
        fault = "Mã truy cập không đúng, đã hết hạn, hoặc không phải của công chức."
        return page("sign_in.html", 422, onward=onward, fault=fault)
    answer = RedirectResponse(_ours(onward), status_code=303)
    secure = request.url.scheme == "https"
    answer.set_cookie(cookie(request), token.strip(), httponly=True, samesite="lax", secure=secure)
    return answer


@router.post("/dang-xuat")
@limits.takes(limits.Size.FORM)
@acts.named("sign_out")
async def sign_out(request: Request) -> Response:
    """Forget the token on this machine."""
    answer = RedirectResponse("/dang-nhap", status_code=303)
    answer.delete_cookie(cookie(request), httponly=True, samesite="lax", secure=request.url.scheme == "https")
    return answer


def wanted(request: Request) -> bool:
    """True when a person with a browser waits for the answer."""
    program = request.url.path.startswith("/v1/")
    return not program and "text/html" in request.headers.get("accept", "")


def problem(request: Request, found: problems.Problem, headers: dict[str, str]) -> Response:
    """A problem as a page; whoever has to sign in is shown where."""
    if found.status == 401:
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/dang-nhap?tiep={quote(asked)}", status_code=303)
    title, advice = wording.PROBLEMS.get(found.status, wording.PROBLEMS[422])
    answer = page("problem.html", found.status, problem=found, title=title, advice=advice)
    answer.headers.update(headers)
    return answer


def _ours(onward: str) -> str:
    local = onward.startswith("/") and not onward.startswith(("//", "/\\"))
    return onward if local and onward.isprintable() else "/"
