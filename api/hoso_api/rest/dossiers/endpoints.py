"""Dossiers: filing, reading, and the acts that change their course."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import CommandNow, Json, answer, documented, etag
from hoso_api.http.fields import Key
from hoso_api.http.paging import After, Limit
from hoso_api.http.problems import responses
from hoso_api.http.routing import DirectRoute
from hoso_api.rest.dossiers import applicant_schemas, schemas
from hoso_workflows.correspondence import conversation
from hoso_workflows.dossiers import views
from hoso_workflows.lifecycle import commands
from hoso_workflows.pagination import MOST
from hoso_workflows.portals import filing as portals
from hoso_workflows.tasks import notes

router = APIRouter(prefix="/dossiers", tags=["dossiers"], route_class=DirectRoute)

#: A dossier is asked for by the reference that it got when it was filed, or by its code after acceptance.
Reference = Annotated[Key, Path(description="The dossier's reference or code.")]
Incident = Annotated[UUID, Path(description="The id of an open incident.")]

#: Acts of applicants, and of other authorities, too: they are told what is theirs.
ANYBODYS = documented(applicant_schemas.AnyStanding)
READS = responses(400, 401, 404)
LISTS = responses(400, 401, 404)


@router.post("", status_code=201, **documented(applicant_schemas.AnyStanding, conditional=False))
@acts.named("file_dossier")
async def file_dossier(body: schemas.Filing, request: CommandNow) -> Response:
    """File a dossier: the applicant online, or the desk for them."""
    caller = request.caller
    outcome = await portals.file(
        *(caller.service, body.command()),
        actor=caller.principal,
        at=caller.at,
        key=request.key,
        body=request.body,
    )
    return answer(outcome, 201)


@router.post("/{reference}/messages", **ANYBODYS)
@acts.named("send_message")
async def send_message(reference: Reference, body: schemas.MessageSent, request: CommandNow) -> Response:
    """Deliver a message to whoever awaits it; a message that nobody awaits now is refused."""
    return await request.perform(reference, commands.Send(body.name, body.values, body.item))


@router.post("/{reference}/incidents/{incident}/resolution", **ANYBODYS)
@acts.named("resolve_incident")
async def resolve_incident(
    reference: Reference, incident: Incident, body: schemas.Resolution, request: CommandNow
) -> Response:
    """Let a timer that was held up fire again, with what was missing."""
    return await request.perform(reference, commands.Retry(str(incident), body.values))


@router.post("/{reference}/corrections", **ANYBODYS)
@acts.named("correct_instant")
async def correct_instant(reference: Reference, body: schemas.Correction, request: CommandNow) -> Response:
    """Record when an act really was that a wrong clock had stamped; dates and verdict follow. An administrator's."""
    return await request.perform(reference, commands.Correct(body.event, body.at, body.reason))


@router.get("/{reference}/waits", response_model=applicant_schemas.AnyWaits, responses=READS)
@acts.named("get_waits")
async def get_waits(reference: Reference, caller: CallerNow) -> Response:
    """The dossier's open waits; for an applicant only whose turn it is."""
    found = await views.waits(
        caller.service, reference, reader=caller.principal, at=caller.at, origin=caller.origin
    )
    return Json(found, headers={"ETag": etag(found["version"])})


@router.get("/{reference}", response_model=applicant_schemas.AnyDossier, responses=READS)
@acts.named("get_dossier")
async def get_dossier(reference: Reference, caller: CallerNow) -> Response:
    """A dossier with its dates, papers and promises, for an officer with its open tasks; the ETag is its version."""
    found = await views.dossier(
        caller.service, reference, reader=caller.principal, at=caller.at, origin=caller.origin
    )
    return Json(found, headers={"ETag": etag(found["version"])})


@router.get("/{reference}/deadline", response_model=dict[str, Any], responses=READS)
@acts.named("explain_deadline")
async def explain_deadline(reference: Reference, caller: CallerNow) -> Response:
    """The explanation of a due date."""
    return Json(
        await views.explain(
            caller.service, reference, reader=caller.principal, at=caller.at, origin=caller.origin
        )
    )


@router.get("/{reference}/events", response_model=applicant_schemas.AnyEvents, responses=LISTS)
@acts.named("list_events")
async def list_events(
    reference: Reference, caller: CallerNow, after: After = None, limit: Limit = MOST
) -> Response:
    """The dossier's events in order; for an applicant the public ones."""
    found = await views.history(
        caller.service,
        reference,
        reader=caller.principal,
        at=caller.at,
        limit=limit,
        after=after,
        origin=caller.origin,
    )
    return Json(found)


@router.get("/{reference}/notes", response_model=schemas.Notes, responses=LISTS)
@acts.named("list_notes")
async def list_notes(
    reference: Reference, caller: CallerNow, after: After = None, limit: Limit = 50
) -> Response:
    """The officers' notes on the dossier, the newest first; its applicant never reads them."""
    page = await notes.listed(
        caller.service,
        reference,
        reader=caller.principal,
        at=caller.at,
        limit=limit,
        after=after,
        origin=caller.origin,
    )
    return Json(page.answer())


@router.get("/{reference}/conversation", response_model=schemas.Conversation, responses=LISTS)
@acts.named("get_conversation")
async def get_conversation(
    reference: Reference, caller: CallerNow, after: After = None, limit: Limit = MOST
) -> Response:
    """The conversation of applicant and desk, in order; for officers also what was proposed to the desk."""
    found = await conversation.read(
        caller.service,
        reference,
        reader=caller.principal,
        at=caller.at,
        limit=limit,
        after=after,
        origin=caller.origin,
    )
    return Json(found)


@router.get("/{reference}/receipt", response_model=schemas.Receipt, responses=READS)
@acts.named("get_receipt")
async def get_receipt(reference: Reference, caller: CallerNow) -> Response:
    """The content of the receipt (Mẫu 01), from acceptance on."""
    return Json(
        await views.receipt(
            caller.service, reference, reader=caller.principal, at=caller.at, origin=caller.origin
        )
    )
