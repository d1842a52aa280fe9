"""Drafts of entries, and their publication."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.asking import asked
from hoso_api.rest.catalogue import schemas, views
from hoso_workflows.catalogue import drafts, publishing, values

router = APIRouter(prefix="/catalogue", tags=["catalogue"], route_class=KnownRoute)

Code = Annotated[Key, Path(description="The procedure's code, as in 1.014464.")]
CHANGES = responses(401, 403, 404, 409, 413, 415)


@router.get("/drafts", response_model=schemas.EntryDrafts, responses=responses(400, 401, 403, 404))
@acts.named("edit_entry")
async def list_entry_drafts(
    caller: CallerNow,
    unit: Annotated[Key | None, Query(description="Of entries of this unit only.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The drafts of entries that you may change."""
    page = await drafts.listed(caller.service.db, asked(caller), unit=unit, limit=limit, after=after)
    return Json(page.answer(views.draft_item))


@router.get("/{code}/draft", response_model=schemas.EntryDraft, responses=responses(401, 403, 404))
@acts.named("edit_entry")
async def get_entry_draft(code: Code, caller: CallerNow) -> Response:
    """The draft of an entry, with what it would change."""
    return Json(views.draft(await drafts.read(caller.service.db, code, asked(caller))))


@router.put("/{code}/draft", response_model=schemas.EntryDraft, responses=CHANGES)
@acts.named("edit_entry")
async def save_entry_draft(code: Code, body: schemas.EntryDraftBody, caller: CallerNow) -> Response:
    """Begin the draft of an entry, or change it; `version` is that of the draft as you have read it, 0 where there was none."""
    content = values.content(body.content.model_dump())
    found = await drafts.save(caller.service.db, code, content, asked(caller), version=body.version)
    return Json(views.draft(found))


@router.delete("/{code}/draft", response_model=schemas.EntryDrafts, responses=responses(401, 403, 404, 409))
@acts.named("edit_entry")
async def discard_entry_draft(
    code: Code, caller: CallerNow, version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None
) -> Response:
    """Discard the draft of an entry, in the version that you have read. Those that are left are listed."""
    db, who = caller.service.db, asked(caller)
    await drafts.discard(db, code, who, version=version)
    return Json((await drafts.listed(db, who)).answer(views.draft_item))


@router.post("/{code}/publication", response_model=schemas.EntryVersion, responses=CHANGES)
@acts.named("publish_entry")
async def publish_entry(code: Code, body: schemas.EntryPublication, caller: CallerNow) -> Response:
    """Publish the draft of an entry, or abolish the entry, which needs none."""
    said = values.publication(body.model_dump(exclude={"draft_version"}))
    found = await publishing.publish(
        caller.service.db, code, said, asked(caller), draft_version=body.draft_version
    )
    return Json(views.version(found))
