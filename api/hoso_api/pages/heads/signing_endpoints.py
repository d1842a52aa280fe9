"""Decisions, files of results and letters that wait, one or many in an act."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.heads import signing
from hoso_api.pages.heads.signing import Listed, Told
from hoso_api.pages.officer import step
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.templating import new_key
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import marked, spoken
from hoso_workflows import errors

router = session.router(signing.ADDRESS)

After = Annotated[str, Query(alias="sau", max_length=200)]
DECISIONS, RESULTS, LETTERS, APOLOGIES = "", "tep", "giay", "xin-loi"
#: The lists by the last part of their addresses.
TABS = (
    (DECISIONS, marked("Quyết định")),
    (RESULTS, marked("Tệp kết quả")),
    (LETTERS, marked("Giấy tờ")),
    (APOLOGIES, marked("Thư xin lỗi")),
)
_LISTS: Mapping[str, Callable[[Visit, str], Awaitable[Listed]]] = {
    DECISIONS: signing.decisions,
    RESULTS: signing.results,
    LETTERS: signing.letters,
    APOLOGIES: signing.apologies,
}
_ACTS: Mapping[str, Callable[[Visit, Form], Awaitable[list[Told]]]] = {
    DECISIONS: signing.decide,
    RESULTS: signing.sign_results,
    LETTERS: signing.sign_letters,
    APOLOGIES: signing.apologise,
}
#: The field of each list, whose refused lines stay ticked.
_FIELDS = {
    DECISIONS: signing.TASKS,
    RESULTS: signing.FILES,
    LETTERS: signing.LETTERS,
    APOLOGIES: signing.APOLOGIES,
}


@router.get("")
@acts.named("list_waiting_results")
async def decisions_page(visit: VisitNow, after: After = "") -> Response:
    """The steps that wait for the reader's decision."""
    return await _listed(visit, DECISIONS, Filled.first(visit), after)


@router.post("")
@acts.named("bulk_user_tasks")
async def decide(visit: VisitNow, form: FormNow, after: After = "") -> Response:
    """Decide the ticked steps alike, each with its own outcome."""
    return await _done(visit, DECISIONS, form, after)


@router.get("/tep")
@acts.named("list_waiting_results")
async def results_page(visit: VisitNow, after: After = "") -> Response:
    """The files that could be signed to be results."""
    return await _listed(visit, RESULTS, Filled.first(visit), after)


@router.post("/tep")
@acts.named("sign_results")
async def sign_results(visit: VisitNow, form: FormNow, after: After = "") -> Response:
    """Sign the ticked files, each with its own outcome."""
    return await _done(visit, RESULTS, form, after)


@router.get("/giay")
@acts.named("list_waiting_letters")
async def letters_page(visit: VisitNow, after: After = "") -> Response:
    """The letters that wait for the reader's signature."""
    return await _listed(visit, LETTERS, Filled.first(visit), after)


@router.post("/giay")
@acts.named("sign_letter")
async def sign_letters(visit: VisitNow, form: FormNow, after: After = "") -> Response:
    """Sign the ticked letters, each with its own outcome."""
    return await _done(visit, LETTERS, form, after)


@router.get("/xin-loi")
@acts.named("list_drafted_apologies")
async def apologies_page(visit: VisitNow, after: After = "") -> Response:
    """The letters of apology that wait for the reader."""
    return await _listed(visit, APOLOGIES, Filled.first(visit), after)


@router.post("/xin-loi")
@acts.named("reappoint_dossier")
async def apologise(visit: VisitNow, form: FormNow, after: After = "") -> Response:
    """Issue the ticked letters of apology, each with its own outcome."""
    return await _done(visit, APOLOGIES, form, after)


async def _done(visit: Visit, tab: str, form: Form, after: str) -> Response:
    """The list with the outcomes. Sent again, the form does nothing twice and tells the same."""
    try:
        outcomes = await _ACTS[tab](visit, form)
    except Stopped as stopped:
        return await _listed(visit, tab, Filled.again(stopped), after)
    refused = sum(each.refused is not None for each in outcomes)
    typed = {name: said for name, said in form.typed.items() if name != signing.NUMBER} if refused else {}
    filled = Filled(new_key(), typed=typed, status=409 if refused else 200)
    return await _listed(visit, tab, filled, after, outcomes)


async def _listed(
    visit: Visit, tab: str, form: Filled, after: str, outcomes: list[Told] | None = None
) -> Response:
    try:
        found = await _LISTS[tab](visit, after)
    except errors.BadCursor:
        return RedirectResponse(f"{signing.ADDRESS}/{tab}".rstrip("/"), status_code=303)
    if after and not found.items:  # all of that page is done; there may be more before it
        found, after = await _LISTS[tab](visit, ""), ""
    return visit.page(
        "heads/signing.html",
        form.status,
        here="ky",
        tabs=TABS,
        tab=tab,
        found=found,
        after=after,
        form=form,
        field=_FIELDS[tab],
        results=step.RESULTS,
        outcomes=outcomes,
        summary=_summary(outcomes),
        flash=await acting.flash(visit),
    )


def _summary(outcomes: list[Told] | None) -> str:
    if outcomes is None:
        return ""
    refused = sum(each.refused is not None for each in outcomes)
    return spoken("Đã xong {done}, chưa xong {refused}", done=len(outcomes) - refused, refused=refused)
