"""Letters and the control sheet of a dossier; the check of a paper."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from starlette.responses import HTMLResponse, Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow, ServiceNow
from hoso_api.http.commands import CommandNow, Json, documented
from hoso_api.http.fields import Key
from hoso_api.http.problems import responses
from hoso_api.http.routing import DirectRoute, KnownRoute
from hoso_api.http.unknown_callers import throttled
from hoso_api.rest.dossiers import schemas as dossier_schemas
from hoso_api.rest.letters import papers, schemas
from hoso_workflows.correspondence import control_sheet, letter_copies, letter_views

router = APIRouter(prefix="/dossiers", tags=["dossiers"], route_class=DirectRoute)
checks = APIRouter(tags=["public"], route_class=KnownRoute)

Reference = Annotated[Key, Path(description="The dossier's reference or code.")]
Letter = Annotated[UUID, Path(description="The id of a letter.")]
Ordinal = Annotated[int, Path(description="The ordinal of a copy.", ge=1, le=2**31 - 1)]
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
    """A letter as PDF: the signed file once it was signed, else from the same values as its page.

    The receipt of a cancelled payment says that it is void, and is served without the signatures it had.
    """
    return await papers.pdf(await letter_views.paper(caller.service, reference, letter, papers.asked(caller)))


@router.post("/{reference}/letters/{letter}/copies", **documented(dossier_schemas.Standing))
@acts.named("issue_copy")
async def issue_copy(
    reference: Reference, letter: Letter, body: schemas.CopyRequest, request: CommandNow
) -> Response:
    """Give out a copy of a letter, marked with its ordinal, who asked and when; it is in the list then.

    A letter that was signed is given as the signed file, unchanged: a mark would break its signature. Any other copy has the
    letter's number and dates, and the names, papers and units of the day on which it is read.
    """
    return await request.perform(reference, body.command(letter))


@router.get("/{reference}/letters/{letter}/copies", response_model=schemas.LetterCopies, responses=READS)
@acts.named("list_letters")
async def list_copies(reference: Reference, letter: Letter, caller: CallerNow) -> Response:
    """The copies of a letter that were given out, in their order."""
    return Json(
        {"items": await letter_copies.listed(caller.service, reference, letter, papers.asked(caller))}
    )


@router.get(
    "/{reference}/letters/{letter}/copies/{ordinal}.html", response_class=HTMLResponse, responses=LETTER
)
@acts.named("read_letter")
async def show_copy(reference: Reference, letter: Letter, ordinal: Ordinal, caller: CallerNow) -> Response:
    """A copy of a letter as a page, with its mark. Where the signed file was given, the page says that it is not the copy."""
    asked = papers.asked(caller)
    return papers.page(await letter_copies.paper(caller.service, reference, letter, ordinal, asked))


@router.get(
    "/{reference}/letters/{letter}/copies/{ordinal}.pdf",
    response_class=Response,
    responses={**LETTER, **papers.PDF},
)
@acts.named("read_letter")
async def print_copy(reference: Reference, letter: Letter, ordinal: Ordinal, caller: CallerNow) -> Response:
    """A copy of a letter as PDF, with its mark; the signed file without one, where the letter was signed when it was given."""
    asked = papers.asked(caller)
    return await papers.pdf(await letter_copies.paper(caller.service, reference, letter, ordinal, asked))


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
