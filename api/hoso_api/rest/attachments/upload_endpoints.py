"""Uploads that go on where they were cut off.

The resource of an upload is that of draft-ietf-httpbis-resumable-upload; it is begun by a document, which says what the file is.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json, StreamedCommandNow, conditional
from hoso_api.http.fields import Key
from hoso_api.http.middleware import limits
from hoso_api.http.problems import responses
from hoso_api.http.routing import DirectRoute
from hoso_api.rest.attachments import requests, schemas
from hoso_api.rest.dossiers import applicant_schemas
from hoso_calendar.messages import say
from hoso_workflows import localtime
from hoso_workflows.attachments import resumable, uploads
from hoso_workflows.attachments.resumable import Receiving, Resumable
from hoso_workflows.attachments.uploads import Asked, Described, Upload

router = APIRouter(tags=["dossiers"], route_class=DirectRoute)

Reference = Annotated[Key, Path(description="The dossier's reference or code.")]
UploadId = Annotated[UUID, Path(description="The id of an upload.")]
MEDIA_TYPE = "application/partial-upload"
#: A boolean of a structured field (RFC 9651).
_TRUE, _FALSE = "?1", "?0"


@router.post(
    "/dossiers/{reference}/uploads",
    status_code=201,
    response_model=schemas.UploadStanding,
    responses=responses(400, 401, 403, 404, 409, 413, 415),
)
@acts.named("attach_file")
async def begin_upload(reference: Reference, body: schemas.UploadAnnounced, caller: CallerNow) -> Response:
    """Begin to hand in a file whose bytes follow in parts. Whether it may be added is asked first."""
    files, asked = requests.files(caller), requests.asked(caller)
    described = Described(
        requests.name(body.file), body.title or "", body.component, body.internal, body.supersedes
    )
    return await begun(await uploads.begun(files, reference, asked), described, body.size)


async def begun(letting: Upload[Any], described: Described, size: int) -> Response:
    """The answer to an upload that was begun, with its address."""
    found = await resumable.begun(letting, described, size)
    return _told(found, letting.asked, status=201, headers={"Location": f"/v1/uploads/{found.id}"})


@router.get(
    "/uploads/{upload}", response_model=schemas.UploadStanding, responses=responses(400, 401, 403, 404)
)
@acts.named("continue_upload")
async def get_upload(upload: UploadId, caller: CallerNow) -> Response:
    """Tell how much of an upload of your own has come; HEAD tells it by its headers alone."""
    asked = requests.asked(caller)
    return _told(await resumable.taken(requests.files(caller), upload, asked), asked)


def _documented() -> dict[str, Any]:
    found = conditional(applicant_schemas.AnyStanding, 401, 403, 404, 409, 413, 415, 429)
    found["responses"][200] = {"model": schemas.UploadStanding}
    body = {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}
    found["openapi_extra"] = {
        "parameters": [*found["openapi_extra"]["parameters"], _OFFSET, _COMPLETE],
        "requestBody": {"required": True, "content": body},
    }
    return {**found, "status_code": 201}


_OFFSET = {
    "name": "Upload-Offset",
    "in": "header",
    "required": True,
    "description": "The byte of the file with which this request begins.",
    "schema": {"type": "integer", "minimum": 0, "examples": [0]},
}
_COMPLETE = {
    "name": "Upload-Complete",
    "in": "header",
    "required": True,
    "description": "`?1` where the file ends with this request, `?0` where more follows.",
    "schema": {"type": "string", "enum": [_FALSE, _TRUE], "examples": [_TRUE]},
}


@router.patch("/uploads/{upload}", **_documented())
@limits.takes(limits.Size.FILE)
@acts.named("continue_upload")
async def continue_upload(upload: UploadId, request: StreamedCommandNow) -> Response:
    """Send the next bytes of an upload of your own. With the last ones the dossier or draft takes the file."""
    caller = request.caller
    asked = requests.asked(caller)
    offset, complete = _expected(caller.request.headers)
    found = await resumable.taken(requests.files(caller), upload, asked)
    found.expects(offset)
    letting = await requests.letting(caller, found)
    found = await _received(caller.request, await resumable.receiving(found, letting))
    if not complete:
        return _told(found, asked)
    done, attachment = await resumable.finished(found, letting, if_match=request.if_match)
    if found.draft is not None:
        return _told(replace(found, attachment=attachment), asked)
    answer = requests.placed(done, attachment)
    answer.headers.update({"Upload-Offset": str(found.size), "Upload-Complete": _TRUE})
    return answer


async def _received(request: Request, receiving: Receiving) -> Resumable:
    try:
        async for piece in request.stream():
            await receiving.write(piece)
    except ClientDisconnect:
        await receiving.flush()
        raise
    await receiving.flush()
    return receiving.upload


@router.delete(
    "/uploads/{upload}", response_model=schemas.UploadStanding, responses=responses(400, 401, 403, 404)
)
@acts.named("continue_upload")
async def cancel_upload(upload: UploadId, caller: CallerNow) -> Response:
    """Cancel an upload of your own; how far it had come is told."""
    asked = requests.asked(caller)
    return _told(await resumable.cancelled(requests.files(caller), upload, asked), asked)


def _expected(headers: Headers) -> tuple[int, bool]:
    """The offset of a request, and whether the upload ends with it. Raises HTTPException."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise HTTPException(415, say("Send the body as {kind}.", kind=MEDIA_TYPE))
    offset, complete = headers.get("upload-offset", ""), headers.get("upload-complete", "")
    if not (offset.isascii() and offset.isdecimal() and len(offset) <= _DIGITS):
        raise HTTPException(400, say("Say in Upload-Offset with which byte the request begins."))
    if complete not in (_TRUE, _FALSE):
        raise HTTPException(
            400, say("Say in Upload-Complete whether the file ends with the request: ?1 or ?0.")
        )
    return int(offset), complete == _TRUE


#: Digits of the largest integer of a structured field.
_DIGITS = 15


def _told(found: Resumable, asked: Asked, *, status: int = 200, headers: Mapping[str, str] = {}) -> Response:
    """The standing of an upload, in the headers of the draft too."""
    left = max(0, int((found.expires_at - asked.at).total_seconds()))
    said = {
        "id": str(found.id),
        "dossier": found.dossier,
        "draft": None if found.draft is None else str(found.draft),
        "size": found.size,
        "offset": found.offset,
        "expires_at": localtime.isoformat(found.expires_at),
        "attachment": None if found.attachment is None else str(found.attachment),
    }
    standing = {
        "Upload-Offset": str(found.offset),
        "Upload-Length": str(found.size),
        "Upload-Complete": _FALSE if found.attachment is None else _TRUE,
        "Upload-Limit": f"max-size={found.size}, max-age={left}",
    }
    return Json(said, status_code=status, headers={**standing, **headers})
