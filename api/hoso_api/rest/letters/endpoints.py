"""Letters and the control sheet of a dossier; the check of a paper."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from starlette.responses import HTMLResponse, Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow, ServiceNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.problems import responses
from hoso_api.http.routing import DirectRoute, KnownRoute
from hoso_api.http.unknown_callers import throttled
from hoso_api.rest.letters import papers, schemas
from hoso_workflows.correspondence import control_sheet, letter_views

router = APIRouter(prefix="/dossiers", tags=["dossiers"], route_class=DirectRoute)
checks = APIRouter(tags=["public"], route_class=KnownRoute)

Reference = Annotated[Key, Path(description="The dossier's reference or code.")]
Letter = Annotated[UUID, Path(description="The id of a letter.")]
READS = responses(400, 401, 404)
#: What a letter said is erased with its dossier.
LETTER = {**READS, **responses(409)}


@router.get("/{reference}/letters", response_model=schemas.Letters, responses=READS)
@acts.named("list_letters")
async def list_letters(reference: Reference, caller: CallerNow) -> Response:
    """The letters of a dossier, in the order of their issue."""
    return Json({"items": await letter_views.listed(caller.service, reference, papers.asked(caller))})


@router.get("/{reference}/letters/{letter}.html", response_class=HTMLResponse, responses=LETTER)
@acts.named("read_letter")
async def show_letter(reference: Reference, letter: Letter, caller: CallerNow) -> Response:
    """A letter as a page for the screen and the printer."""
    return papers.page(await letter_views.paper(caller.service, reference, letter, papers.asked(caller)))


@router.get("/{reference}/letters/{letter}.pdf", response_class=Response, responses={**LETTER, **papers.PDF})
@acts.named("read_letter")
async def print_letter(reference: Reference, letter: Letter, caller: CallerNow) -> Response:
    """A letter as PDF: the signed file once it was signed, else from the same values as its page."""
    return await papers.pdf(await letter_views.paper(caller.service, reference, letter, papers.asked(caller)))


@router.get("/{reference}/control-sheet.html", response_class=HTMLResponse, responses=READS)
@acts.named("read_control_sheet")
async def show_control_sheet(reference: Reference, caller: CallerNow) -> Response:
    """The control sheet of a dossier (Mẫu 05) as it stands now, as a page."""
    return papers.page(await control_sheet.read(caller.service, reference, papers.asked(caller)))


@router.get("/{reference}/control-sheet.pdf", response_class=Response, responses={**READS, **papers.PDF})
@acts.named("read_control_sheet")
async def print_control_sheet(reference: Reference, caller: CallerNow) -> Response:
    """The control sheet of a dossier (Mẫu 05) as it stands now, as PDF."""
    return await papers.pdf(await control_sheet.read(caller.service, reference, papers.asked(caller)))


@checks.get(
    "/v1/public/letters/{letter}",
    response_model=schemas.LetterChecked,
    responses=responses(404, 429),
    dependencies=[Depends(throttled)],
)
@acts.named("check_letter")
async def check_letter(letter: Letter, service: ServiceNow) -> Response:
    """Confirm a paper: its form, number, unit and day, and the dossier's code; no names."""
    return Json(await letter_views.checked(service, letter))
