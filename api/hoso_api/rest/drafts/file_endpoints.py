"""Files of drafts: added, replaced, listed, read and detached by their owner."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.responses import Response

from hoso_api.http import acts, encoding
from hoso_api.http.authentication import Caller, CallerNow
from hoso_api.http.commands import CommandNow, CommandRequest, Json, StreamedCommandNow, documented
from hoso_api.http.middleware import limits
from hoso_api.http.problems import responses
from hoso_api.http.routing import DirectRoute
from hoso_api.rest.attachments import endpoints as attachments
from hoso_api.rest.attachments import multipart, requests, schemas, upload_endpoints
from hoso_api.rest.drafts.endpoints import Draft
from hoso_workflows.attachments.uploads import Described
from hoso_workflows.drafts import file_views, offered, uploads
from hoso_workflows.drafts.uploads import DraftUpload

router = APIRouter(prefix="/drafts", tags=["drafts"], route_class=DirectRoute)

File = Annotated[UUID, Path(description="The id of a file.")]
READS = responses(401, 403, 404, 409)


@router.post(
    "/{draft}/files",
    **attachments.documented_form(schemas.DraftFileDescribed, schemas.DraftFile, conditional=False),
)
@limits.takes(limits.Size.FILE)
@acts.named("attach_to_draft")
async def attach_to_draft(draft: Draft, request: StreamedCommandNow) -> Response:
    """Add a file to a draft of yours, as a form. It is looked at, sealed and stored; with the filing the dossier has it."""
    return await _received(draft, request, None)


@router.put(
    "/{draft}/files/{file}",
    **attachments.documented_form(
        schemas.DraftFileDescribed, schemas.DraftFile, status=200, conditional=False
    ),
)
@limits.takes(limits.Size.FILE)
@acts.named("attach_to_draft")
async def replace_draft_file(draft: Draft, file: File, request: StreamedCommandNow) -> Response:
    """Put another file in the place of one. It keeps title and component where none are said.

    Repeated under its key it changes nothing, and the answer is the file that is there by now.
    """
    return await _received(draft, request, file)


async def _received(draft: UUID, request: CommandRequest, replaces: UUID | None) -> Response:
    upload = await _begun(request.caller, draft)
    with upload.receiving() as incoming:
        came = await multipart.read(request.caller.request, incoming.write)
        form = requests.read(schemas.DraftFileDescribed, came.fields)
        said = form.described(requests.name(came.file_name), replaces)
        file, _ = await upload.finished(incoming, said, key=request.key)
    return requests.placed_in_draft(draft, file) if replaces is None else Json(file_views.item(file))


async def _begun(caller: Caller, draft: UUID) -> DraftUpload:
    return await uploads.begun(
        requests.files(caller), requests.drafts_of(caller), draft, requests.asked(caller)
    )


@router.post(
    "/{draft}/uploads",
    status_code=201,
    response_model=schemas.UploadStanding,
    responses=responses(400, 401, 403, 404, 409, 413, 415),
)
@acts.named("attach_to_draft")
async def begin_draft_upload(draft: Draft, body: schemas.DraftUploadAnnounced, caller: CallerNow) -> Response:
    """Begin to add a file whose bytes follow in parts. Filed meanwhile, it goes on as an upload to the dossier."""
    described = Described(
        requests.name(body.file), body.title or "", body.component, supersedes=body.replaces
    )
    return await upload_endpoints.begun(await _begun(caller, draft), described, body.size)


@router.get("/{draft}/files", response_model=schemas.DraftFiles, responses=READS)
@acts.named("list_draft_files")
async def list_draft_files(draft: Draft, caller: CallerNow) -> Response:
    """The files of a draft of yours, in their order."""
    return Json({"items": await file_views.listed(requests.drafts_of(caller), draft, requests.asked(caller))})


@router.get("/{draft}/files/{file}", response_model=schemas.DraftFile, responses=READS)
@acts.named("list_draft_files")
async def get_draft_file(draft: Draft, file: File, caller: CallerNow) -> Response:
    """One file of a draft: what it is, not its bytes."""
    return Json(await file_views.one(requests.drafts_of(caller), draft, file, requests.asked(caller)))


@router.delete("/{draft}/files/{file}", response_model=schemas.DraftFiles, responses=READS)
@acts.named("detach_from_draft")
async def detach_from_draft(draft: Draft, file: File, caller: CallerNow) -> Response:
    """Take a file out of a draft; those that are left are listed."""
    left = await file_views.detached(requests.drafts_of(caller), draft, file, requests.asked(caller))
    return Json({"items": left})


@router.get("/{draft}/files/{file}/content", **attachments.bytes_of("application/octet-stream", READS))
@acts.named("read_draft_file")
async def read_draft_file(draft: Draft, file: File, caller: CallerNow) -> Response:
    """The bytes of a file of a draft, to be saved."""
    files, drafts = requests.files(caller), requests.drafts_of(caller)
    return encoding.saved(await file_views.content(files, drafts, draft, file, requests.asked(caller)))


@router.get("/{draft}/files/{file}/thumbnail", **attachments.bytes_of("image/png", READS))
@acts.named("read_draft_file")
async def read_draft_thumbnail(draft: Draft, file: File, caller: CallerNow) -> Response:
    """A small picture of a file's first page, drawn here."""
    files, drafts = requests.files(caller), requests.drafts_of(caller)
    return encoding.picture(await file_views.thumbnail(files, drafts, draft, file, requests.asked(caller)))


@router.get("/{draft}/offered-papers", response_model=schemas.OfferedPapers, responses=READS)
@acts.named("list_draft_files")
async def list_papers_for_draft(draft: Draft, caller: CallerNow) -> Response:
    """Papers that you have given with accepted dossiers of the same applicant.

    The newest come first. The desk is offered papers of the person at the counter once the dossier is filed.
    """
    found = await offered.listed(requests.drafts_of(caller), draft, requests.asked(caller))
    return Json({"items": found})


@router.post(
    "/{draft}/offered-papers/{attachment}",
    status_code=201,
    **documented(schemas.DraftFile, conditional=False),
)
@acts.named("attach_to_draft")
async def attach_paper_to_draft(
    draft: Draft, attachment: attachments.AttachmentId, body: schemas.PaperChosen, request: CommandNow
) -> Response:
    """Add a paper that was given before. It is looked at again and sealed anew."""
    caller = request.caller
    file = await offered.attach(
        requests.files(caller),
        requests.drafts_of(caller),
        draft,
        body.chosen(attachment),
        requests.asked(caller),
        key=request.key,
    )
    return requests.placed_in_draft(draft, file)
