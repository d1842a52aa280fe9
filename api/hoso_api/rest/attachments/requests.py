"""Parts of the requests by which files are handed in."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TypeVar
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from hoso_api.http.authentication import Caller
from hoso_api.http.commands import answer
from hoso_api.rest.attachments import schemas
from hoso_api.translation import validation_errors
from hoso_workflows.attachments.uploads import Asked, Files
from hoso_workflows.dossiers.service import Outcome

_Form = TypeVar("_Form", bound=BaseModel)


def files(caller: Caller) -> Files:
    """Everything that work on files needs in this installation."""
    found: Files = caller.request.app.state.files
    return found


def asked(caller: Caller) -> Asked:
    """The caller, as work on files knows them."""
    return Asked(caller.principal, caller.at, caller.origin)


def placed(outcome: Outcome, identity: UUID) -> Response:
    """The answer to a file that was handed in, with its address."""
    told = answer(outcome, 201)
    told.headers["Location"] = f"/v1/dossiers/{outcome.reference}/attachments/{identity}"
    return told


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
