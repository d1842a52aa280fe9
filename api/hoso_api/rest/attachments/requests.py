"""Parts of the requests by which files are handed in."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, TypeVar
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from hoso_api.http.authentication import Caller
from hoso_api.http.commands import Json, answer
from hoso_api.rest.attachments import schemas
from hoso_api.translation import validation_errors
from hoso_workflows import drafts
from hoso_workflows.attachments import uploads
from hoso_workflows.attachments.resumable import Resumable
from hoso_workflows.attachments.uploads import Asked, Files, Upload
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.drafts import file_views
from hoso_workflows.drafts import uploads as draft_uploads
from hoso_workflows.drafts.files import File

_Form = TypeVar("_Form", bound=BaseModel)


def files(caller: Caller) -> Files:
    """Everything that work on files needs in this installation."""
    found: Files = caller.request.app.state.files
    return found


def drafts_of(caller: Caller) -> drafts.Drafts:
    """The drafts of this installation."""
    found: drafts.Drafts = caller.request.app.state.drafts
    return found


def asked(caller: Caller) -> Asked:
    """The caller, as work on files knows them."""
    return Asked(caller.principal, caller.at, caller.origin)


def placed(outcome: Outcome, identity: UUID) -> Response:
    """The answer to a file that was handed in, with its address."""
    told = answer(outcome, 201)
    told.headers["Location"] = f"/v1/dossiers/{outcome.reference}/attachments/{identity}"
    return told


def placed_in_draft(draft: UUID, file: File) -> Response:
    """The answer to a file that a draft has taken, with its address."""
    where = f"/v1/drafts/{draft}/files/{file.id}"
    return Json(file_views.item(file), status_code=201, headers={"Location": where})


async def letting(caller: Caller, found: Resumable) -> Upload[Any]:
    """The upload as its dossier or draft lets it in by now. Raises what refuses it."""
    if found.draft is not None:
        return await draft_uploads.begun(files(caller), drafts_of(caller), found.draft, asked(caller))
    return await uploads.begun(files(caller), found.dossier or "", asked(caller), found.key)


def name(given: str) -> str:
    """The last part of a file's name. Raises RequestValidationError for one that cannot be shown."""
    last = PurePosixPath(given.replace("\\", "/")).name
    return read(schemas.FileNamed, {"file": last}).file


def read(form: type[_Form], fields: Mapping[str, str]) -> _Form:
    """The fields of a form. Raises RequestValidationError."""
    try:
        return form.model_validate(dict(fields))
    except ValidationError as wrong:
        faults = [
            {"loc": ("body", *fault["loc"]), "msg": validation_errors.sentence(fault)}
            for fault in wrong.errors()
        ]
        raise RequestValidationError(faults) from wrong
