"""The pages: overdue board, explanation of a date, problems."""

from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication, problems
from hoso_api.http.fields import Key
from hoso_api.pages import board, deadline
from hoso_api.pages.shared.session import FactorsMissing, ReaderNow
from hoso_api.pages.shared.templating import page
from hoso_api.translation import wording
from hoso_workflows.dossiers import views
from hoso_workflows.identity.refusals import PasskeyMissing, ProofTooOld
from hoso_workflows.organisation import permissions

router = APIRouter(include_in_schema=False, dependencies=[Depends(authentication.same_site)])

Unit = Annotated[str, Query(alias=board.UNIT, pattern=r"^[A-Za-z0-9._-]{0,80}$")]
After = Annotated[str, Query(alias=board.AFTER, max_length=100)]


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


def wanted(request: Request) -> bool:
    """True when a person with a browser waits for the answer."""
    program = request.url.path.startswith("/v1/")
    return not program and "text/html" in request.headers.get("accept", "")


def problem(request: Request, found: problems.Problem, headers: dict[str, str]) -> Response:
    """A problem as a page; whoever has to sign in, or to confirm who they are, is shown where."""
    slug = found.type.removeprefix(problems.PREFIX)
    if slug == FactorsMissing.slug:
        return RedirectResponse("/tai-khoan", status_code=303)
    if found.status == 401 or slug == ProofTooOld.slug:
        way = "/dang-nhap" if found.status == 401 else "/xac-thuc-lai"
        return RedirectResponse(f"{way}?tiep={quote(_asked(request))}", status_code=303)
    title, advice = wording.PROBLEM_PAGES.get(slug) or wording.PROBLEMS.get(
        found.status, wording.PROBLEMS[422]
    )
    again = quote(_asked(request)) if slug == PasskeyMissing.slug else None
    answer = page("problem.html", found.status, problem=found, title=title, advice=advice, again=again)
    answer.headers.update(headers)
    return answer


def _asked(request: Request) -> str:
    """The page to come back to: the one asked for, or that of the form."""
    if request.method == "POST":
        return urlsplit(request.headers.get("referer", "/")).path or "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
