"""Steps of every page of a draft: keep it, lead on."""

from collections.abc import Awaitable, Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, ParamSpec
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from hoso_api.pages.filing import filing_draft, sections
from hoso_api.pages.filing.filing_draft import ADDRESS, SEEN, Change, FilingDraft
from hoso_api.pages.shared import acting
from hoso_api.pages.shared.acting import Fault, Form, Stopped
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors
from hoso_workflows.drafts.refusals import DraftBeingFiled, DraftFiled

#: The word of the query that leads back to the check.
BACK = "ve"
#: The button that keeps the page and leaves it.
LATER = "luu"

_Asked = ParamSpec("_Asked")
Endpoint = Callable[_Asked, Awaitable[Response]]


def of_a_draft(endpoint: Endpoint[_Asked]) -> Endpoint[_Asked]:
    """An endpoint that leads to the dossier where the draft has become one meanwhile."""

    @wraps(endpoint)
    async def answered(*positional: _Asked.args, **named: _Asked.kwargs) -> Response:
        try:
            return await endpoint(*positional, **named)
        except DraftFiled as filed:
            return RedirectResponse(dossier(filed.reference), status_code=303)
        except DraftBeingFiled as begun:
            return RedirectResponse(f"{ADDRESS}/{begun.draft}/{sections.CHECK}", status_code=303)

    return answered


def dossier(reference: str) -> str:
    """The page that says that a dossier was filed."""
    return f"/ho-so/{quote(reference, safe='')}/da-nop"


async def onward(filing: FilingDraft, path: str, form: Form, back: str) -> Response:
    """To the task list, the check, or the next section."""
    if form.wish == LATER:
        return RedirectResponse(f"{filing.address}?xong=luu", status_code=303)
    if back == sections.CHECK:
        return RedirectResponse(f"{filing.address}/{sections.CHECK}", status_code=303)
    found = await sections.of(filing)
    return RedirectResponse(f"{filing.address}/{found.behind(path)}", status_code=303)


async def keep(filing: FilingDraft, form: Form, part: Any, said: Any, change: Change) -> FilingDraft:
    """Keep a part of a draft as the page `said` it.

    Raises Stopped, also where another window has kept something else of that part; DraftFiled, DraftBeingFiled.
    """
    form.require_legible()
    if filing_draft.stale(form.text(SEEN), part, said):
        raise Stopped(form, [_elsewhere()], status=HTTPStatus.CONFLICT)
    try:
        return await filing_draft.changed(filing, change)
    except (DraftFiled, DraftBeingFiled):
        raise
    except errors.Refusal as refused:
        raise await acting.stopped(filing.visit, form, "", refused) from refused


def _elsewhere() -> Fault:
    return Fault(
        spoken(
            "Phần này đã được lưu ở cửa sổ khác sau khi trang này mở. Nội dung dưới đây chưa được lưu; bấm lại thì thay"
            " bản kia."
        )
    )
