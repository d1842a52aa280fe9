"""What anybody may ask: how far a dossier is, and whether this process lives and serves."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from hoso_api.acts import Json
from hoso_api.bodies import Key
from hoso_api.problems import responses
from hoso_api.security import OfficeNow
from hoso_workflows import lookup

from . import schemas

router = APIRouter(tags=["public"])

Code = Annotated[Key, Path(description="The code on the receipt.")]


@router.get("/v1/public/dossiers/{code}", response_model=schemas.Degree, responses=responses(404))
async def look_up_dossier(code: Code, office: OfficeNow) -> Response:
    """How far a dossier is: its code and degree of completion, nothing of the person."""
    return Json(await lookup.public(office, code))


@router.get("/healthz", response_model=schemas.Health)
async def live() -> Response:
    """This process answers."""
    return Json({"status": "live"})


@router.get("/readyz", response_model=schemas.Health, responses=responses())
async def ready(office: OfficeNow) -> Response:
    """The database answers as well."""
    await office.db.row("select 1")
    return Json({"status": "ready"})
