"""The register of plans, measures, internal regulations and targets."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.asking import asked, said
from hoso_api.rest.coordination import schemas
from hoso_models import DocumentKind
from hoso_workflows.coordination import asking, documents

router = APIRouter(prefix="/register-documents", tags=["coordination"], route_class=KnownRoute)

CHANGES = responses(401, 403, 404, 409, 413, 415)
DocumentId = Annotated[UUID, Path(description="The id of a document of the register.")]


@router.get("", response_model=schemas.RegisterDocuments, responses=responses(400, 401, 403))
@acts.named("list_register_documents")
async def list_register_documents(
    caller: CallerNow,
    unit: Annotated[Key | None, Query(description="Of this unit only.")] = None,
    kind: Annotated[DocumentKind | None, Query(description="Only documents of a kind.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """The documents of one's authority with the notes on their progress. What was issued last comes first."""
    db = caller.service.db
    within = await asking.circle(db, asked(caller))
    page = await documents.listed(db, unit=unit, kind=kind, limit=limit, after=after, within=within)
    return Json(page.answer(lambda each: said(each, schemas.RegisterDocument)))


@router.post("", status_code=201, response_model=schemas.RegisterDocument, responses=CHANGES)
@acts.named("enter_register_document")
async def enter_register_document(body: schemas.RegisterEntry, caller: CallerNow) -> Response:
    """Enter a document of a unit. A target has a year, a figure and what it counts."""
    said_of = body.target
    target = documents.Target(said_of.year, said_of.amount, said_of.measured_in) if said_of else None
    entry = documents.Entry(
        body.kind,
        body.unit,
        body.number,
        body.title,
        body.issued_on,
        body.valid_from,
        body.valid_to,
        body.content,
        target,
    )
    made = await documents.enter(caller.service.db, entry, asked(caller))
    return Json(said(made, schemas.RegisterDocument), status_code=201)


@router.post("/{document}/progress", response_model=schemas.RegisterDocument, responses=CHANGES)
@acts.named("note_document_progress")
async def note_document_progress(
    document: DocumentId, body: schemas.ProgressEntry, caller: CallerNow
) -> Response:
    """Note how far a document is carried out. Of a target, also what is reached."""
    found = await documents.note(
        caller.service.db, document, body.text, body.state, asked(caller), reached=body.reached
    )
    return Json(said(found, schemas.RegisterDocument))
