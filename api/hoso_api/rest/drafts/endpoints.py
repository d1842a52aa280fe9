"""Drafts: begun, changed, judged, discarded and filed by their owner."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import Caller, CallerNow
from hoso_api.http.commands import CommandNow, Json, answer, conditional, documented, versioned
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import DirectRoute
from hoso_api.rest.dossiers import applicant_schemas
from hoso_api.rest.drafts import schemas
from hoso_api.rest.drafts.reading import Reader
from hoso_calendar.messages import translated
from hoso_models import PrincipalKind
from hoso_workflows import drafts, errors
from hoso_workflows.dossiers.service import DossierService

router = APIRouter(prefix="/drafts", tags=["drafts"], route_class=DirectRoute)

Draft = Annotated[UUID, Path(description="The draft's `id`.")]


@router.post("", status_code=201, **documented(schemas.DraftShown, conditional=False))
@acts.named("create_draft")
async def create_draft(body: schemas.NewDraft, request: CommandNow) -> Response:
    """Begin a draft: for yourself, or as the desk for somebody at the counter. It is no dossier until it is filed.

    Under the same `Idempotency-Key` it is the same draft, as it stands by now.
    """
    caller = request.caller
    found = await _drafts(caller).create(
        caller.principal, body.procedure, body.content, at=caller.at, key=request.key
    )
    if found.begun_before and not found.may_have_begun(body.procedure, body.content):
        raise errors.KeyReused(request.key or "")
    return await _shown(caller, found, 201)


@router.get("", response_model=schemas.DraftList, responses=responses(400, 401, 403))
@acts.named("list_drafts")
async def list_drafts(caller: CallerNow, after: After = None, limit: Limit = 50) -> Response:
    """Your drafts, the newest first; those that were filed stay for 30 days and name their dossier."""
    page = await _drafts(caller).search(caller.principal, at=caller.at, limit=limit, after=after)
    return Json(page.answer(listed))


@router.get("/{draft}", response_model=schemas.DraftShown, responses=responses(401, 403, 404, 409))
@acts.named("get_draft")
async def get_draft(draft: Draft, caller: CallerNow) -> Response:
    """A draft of yours with what is missing or wrong in it. The ETag is its version."""
    return await _shown(caller, await _drafts(caller).read(caller.principal, draft, at=caller.at))


@router.put("/{draft}", **conditional(schemas.DraftShown, 401, 403, 404, 409, 413, 415, 422))
@acts.named("change_draft")
async def change_draft(draft: Draft, body: schemas.DraftChange, request: CommandNow) -> Response:
    """Keep what is typed now in the place of what was. The same again changes nothing."""
    caller = request.caller
    found = await _drafts(caller).change(
        caller.principal, draft, body.content, at=caller.at, if_match=request.if_match
    )
    return await _shown(caller, found)


@router.delete("/{draft}", response_model=schemas.DraftList, responses=responses(401, 403, 404, 409))
@acts.named("discard_draft")
async def discard_draft(draft: Draft, caller: CallerNow) -> Response:
    """Discard a draft for good; those that are left are listed."""
    await _drafts(caller).discard(caller.principal, draft, at=caller.at)
    page = await _drafts(caller).search(caller.principal, at=caller.at)
    return Json(page.answer(listed))


@router.post(
    "/{draft}/filing",
    status_code=201,
    **conditional(applicant_schemas.AnyStanding, 401, 403, 404, 409, 413, 415),
)
@acts.named("file_draft")
async def file_draft(draft: Draft, request: CommandNow) -> Response:
    """File a draft of yours: exactly once, and what came of it is told again for 30 days. A refusal leaves it as it was.

    The draft itself is the key of the request, so no `Idempotency-Key` is read.
    """
    caller = request.caller
    outcome = await drafts.file(
        caller.service,
        _drafts(caller),
        draft,
        Reader(caller.kind).request,
        owner=caller.principal,
        at=caller.at,
        if_match=request.if_match,
    )
    return answer(outcome, 201)


def listed(draft: drafts.Draft) -> dict[str, Any]:
    """A draft in a list."""
    names = ("id", "procedure", "version", "created_at", "updated_at", "expires_at", "filing_at", "reference")
    return {each: getattr(draft, each) for each in (*names, "applicant")}


async def shown(
    service: DossierService, kind: PrincipalKind, draft: drafts.Draft, at: datetime
) -> dict[str, Any]:
    """A draft with its findings."""
    found = await Reader(kind).findings(service, draft, at=at)
    findings = [{"field": each.field or None, "message": translated(each.message)} for each in found]
    return {**listed(draft), "content": draft.content, "findings": findings}


async def _shown(caller: Caller, draft: drafts.Draft, status: int = 200) -> Response:
    found = await shown(caller.service, caller.kind, draft, caller.at)
    return versioned(found, draft.version, status, replayed=draft.begun_before)


def _drafts(caller: Caller) -> drafts.Drafts:
    found: drafts.Drafts = caller.request.app.state.drafts
    return found
