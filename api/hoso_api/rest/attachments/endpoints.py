"""Files of a dossier: handed in as a form, listed, read."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel
from starlette.responses import Response

from hoso_api.http import acts, encoding
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import CommandNow, CommandRequest, Json, StreamedCommandNow, documented
from hoso_api.http.fields import Key
from hoso_api.http.middleware import limits
from hoso_api.http.problems import responses
from hoso_api.http.routing import DirectRoute
from hoso_api.rest.attachments import multipart, requests, schemas
from hoso_api.rest.dossiers import applicant_schemas
from hoso_workflows.attachments import file_views, offered, uploads
from hoso_workflows.attachments.uploads import Correcting, Described, Exchanging, Proving

router = APIRouter(prefix="/dossiers", tags=["dossiers"], route_class=DirectRoute)

Reference = Annotated[Key, Path(description="The dossier's reference or code.")]
AttachmentId = Annotated[UUID, Path(description="The id of a file.")]
READS = responses(400, 401, 404)
_BINARY = {"type": "string", "format": "binary"}
_Form = TypeVar("_Form", bound=BaseModel)


def documented_form(
    form: type[BaseModel], answer: Any, *, status: int = 201, conditional: bool = True
) -> dict[str, Any]:
    """The documentation of a route that takes a form with a file."""
    found = documented(answer, conditional=conditional)
    schema = form.model_json_schema()
    body = {
        **{name: schema[name] for name in ("type", "title", "additionalProperties")},
        "properties": {multipart.FILE: _BINARY, **schema["properties"]},
        "required": [multipart.FILE],
    }
    content = {multipart.MEDIA_TYPE: {"schema": body}}
    found["openapi_extra"] |= {"requestBody": {"required": True, "content": content}}
    found["responses"] |= responses(413, 429)
    return {**found, "status_code": status}


@router.post(
    "/{reference}/attachments", **documented_form(schemas.FileDescribed, applicant_schemas.AnyStanding)
)
@limits.takes(limits.Size.FILE)
@acts.named("attach_file")
async def attach_file(reference: Reference, request: StreamedCommandNow) -> Response:
    """Hand in a file, as a form. It is looked at, sealed and stored before the dossier names it."""
    return await _received(reference, request, schemas.FileDescribed, lambda said, name: said.described(name))


@router.post(
    "/{reference}/attachments/{attachment}/supersede",
    **documented_form(schemas.NewVersion, applicant_schemas.AnyStanding),
)
@limits.takes(limits.Size.FILE)
@acts.named("attach_file")
async def supersede_attachment(
    reference: Reference, attachment: AttachmentId, request: StreamedCommandNow
) -> Response:
    """Hand in a newer version of a file; the older one stays where it is."""
    files, asked = requests.files(request.caller), requests.asked(request.caller)
    internal = await uploads.superseding(files, reference, attachment, asked)

    def described(said: schemas.NewVersion, name: str) -> Described:
        return Described(name, said.title or "", internal=internal, supersedes=attachment)

    return await _received(reference, request, schemas.NewVersion, described)


@router.post(
    "/{reference}/attachments/{attachment}/exchange",
    **documented_form(schemas.ResultExchanged, applicant_schemas.AnyStanding),
)
@limits.takes(limits.Size.FILE)
@acts.named("exchange_result")
async def exchange_result(
    reference: Reference, attachment: AttachmentId, request: StreamedCommandNow
) -> Response:
    """Exchange a file of a result that was not handed over yet, such as one that was scanned wrongly."""
    asked = Exchanging("", internal=True, supersedes=attachment, reason="…")

    def described(said: schemas.ResultExchanged, name: str) -> Exchanging:
        return replace(asked, name=name, title=said.title or "", reason=said.reason)

    return await _received(reference, request, schemas.ResultExchanged, described, possible=[asked])


@router.post(
    "/{reference}/result-corrections",
    **documented_form(schemas.ResultCorrected, applicant_schemas.AnyStanding),
)
@limits.takes(limits.Size.FILE)
@acts.named("correct_result")
async def correct_result(reference: Reference, request: StreamedCommandNow) -> Response:
    """Correct a result that was handed over: by a newer version of a file of it, or by one more file.

    The applicant is told and keeps both versions. No date moves; the desk then records the hand-over of what was corrected.
    """
    asked = Correcting("", internal=True, reason="…")

    def described(said: schemas.ResultCorrected, name: str) -> Correcting:
        return replace(
            asked, name=name, title=said.title or "", supersedes=said.supersedes, reason=said.reason
        )

    return await _received(reference, request, schemas.ResultCorrected, described, possible=[asked])


@router.post(
    "/{reference}/payment-proofs",
    **documented_form(schemas.ProofDescribed, applicant_schemas.AnyStanding),
)
@limits.takes(limits.Size.FILE)
@acts.named("submit_proof")
async def submit_proof(reference: Reference, request: StreamedCommandNow) -> Response:
    """Hand in the proof of a payment; the desk is told, and records the payment by its own act."""
    asked = Proving("", text="…")
    return await _received(
        reference,
        request,
        schemas.ProofDescribed,
        lambda said, name: said.described(name),
        possible=[asked],
    )


async def _received(
    reference: str, request: CommandRequest, form: type[_Form], described: Any, **asked: Any
) -> Response:
    caller = request.caller
    upload = await uploads.begun(
        requests.files(caller), reference, requests.asked(caller), request.key, **asked
    )
    with upload.receiving() as incoming:
        came = await multipart.read(caller.request, incoming.write)
        said = described(requests.read(form, came.fields), requests.name(came.file_name))
        outcome, identity = await upload.finished(incoming, said, key=request.key, if_match=request.if_match)
    return requests.placed(outcome, identity)


@router.get("/{reference}/attachments", response_model=schemas.Attachments, responses=READS)
@acts.named("list_attachments")
async def list_attachments(reference: Reference, caller: CallerNow) -> Response:
    """The files of a dossier, all versions; for an applicant their own and the results."""
    return Json({"items": await file_views.listed(requests.files(caller), reference, requests.asked(caller))})


@router.get("/{reference}/attachments/{attachment}", response_model=schemas.Attachment, responses=READS)
@acts.named("list_attachments")
async def get_attachment(reference: Reference, attachment: AttachmentId, caller: CallerNow) -> Response:
    """One file: what it is, not its bytes."""
    return Json(await file_views.one(requests.files(caller), reference, attachment, requests.asked(caller)))


@router.get("/{reference}/offered-papers", response_model=schemas.OfferedPapers, responses=READS)
@acts.named("list_attachments")
async def list_offered_papers(reference: Reference, caller: CallerNow) -> Response:
    """Papers that the applicant has given with other dossiers, so that nobody is asked for them again; the newest first."""
    return Json({"items": await offered.listed(requests.files(caller), reference, requests.asked(caller))})


@router.post(
    "/{reference}/offered-papers/{attachment}", status_code=201, **documented(applicant_schemas.AnyStanding)
)
@acts.named("attach_file")
async def attach_offered_paper(
    reference: Reference, attachment: AttachmentId, body: schemas.PaperChosen, request: CommandNow
) -> Response:
    """Hand in a paper that was given before: looked at again and sealed anew, by the key of this dossier."""
    outcome, identity = await offered.attach(
        requests.files(request.caller),
        reference,
        body.chosen(attachment),
        requests.asked(request.caller),
        idempotency=request.key,
        if_match=request.if_match,
    )
    return requests.placed(outcome, identity)


def bytes_of(media_type: str, reads: Mapping[int | str, Any] = READS) -> dict[str, Any]:
    """The documentation of a route that gives bytes."""
    content: dict[int | str, Any] = {200: {"content": {media_type: {"schema": _BINARY}}}}
    return {"response_class": Response, "responses": {**reads, **content}}


@router.get("/{reference}/attachments/{attachment}/content", **bytes_of("application/octet-stream"))
@acts.named("read_attachment")
async def read_attachment(reference: Reference, attachment: AttachmentId, caller: CallerNow) -> Response:
    """The bytes of a file, to be saved; no browser is to show them here."""
    opened = await file_views.content(requests.files(caller), reference, attachment, requests.asked(caller))
    return encoding.saved(opened)


@router.get("/{reference}/attachments/{attachment}/thumbnail", **bytes_of("image/png"))
@acts.named("read_attachment")
async def read_thumbnail(reference: Reference, attachment: AttachmentId, caller: CallerNow) -> Response:
    """A small picture of a file's first page, drawn here."""
    opened = await file_views.thumbnail(requests.files(caller), reference, attachment, requests.asked(caller))
    return encoding.picture(opened)
