"""Letters of a dossier as list, page and PDF; the check of a paper."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from starlette.responses import HTMLResponse, Response

from hoso_api.http import acts
from hoso_api.http.authentication import Caller, CallerNow, ServiceNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.problems import responses
from hoso_api.http.routing import DirectRoute, KnownRoute
from hoso_api.http.unknown_callers import throttled
from hoso_api.rest.letters import schemas
from hoso_workflows import letters
from hoso_workflows.correspondence import letter_views
from hoso_workflows.correspondence.letter_views import Asked
from hoso_workflows.letters import forms, html
from hoso_workflows.letters.values import Values

router = APIRouter(prefix="/dossiers", tags=["dossiers"], route_class=DirectRoute)
checks = APIRouter(tags=["public"], route_class=KnownRoute)

Reference = Annotated[Key, Path(description="The dossier's reference or code.")]
Letter = Annotated[UUID, Path(description="The id of a letter.")]
READS = responses(400, 401, 404)
#: The page loads nothing, and its own style is known by its digest.
POLICY = f"default-src 'none'; style-src {html.style_digest()}; img-src data:; frame-ancestors 'none'"


@router.get("/{reference}/letters", response_model=schemas.Letters, responses=READS)
@acts.named("list_letters")
async def list_letters(reference: Reference, caller: CallerNow) -> Response:
    """The letters of a dossier, in the order of their issue."""
    return Json({"items": await letter_views.listed(caller.service, reference, _asked(caller))})


@router.get("/{reference}/letters/{letter}.html", response_class=HTMLResponse, responses=READS)
@acts.named("read_letter")
async def show_letter(reference: Reference, letter: Letter, caller: CallerNow) -> Response:
    """A letter as a page for the screen and the printer."""
    values = await letter_views.one(caller.service, reference, letter, _asked(caller))
    return HTMLResponse(letters.page(values), headers={"Content-Security-Policy": POLICY})


_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get(
    "/{reference}/letters/{letter}.pdf",
    response_class=Response,
    responses={**READS, **responses(503), **_PDF},
)
@acts.named("read_letter")
async def print_letter(reference: Reference, letter: Letter, caller: CallerNow) -> Response:
    """A letter as PDF, from the same values as its page."""
    values = await letter_views.one(caller.service, reference, letter, _asked(caller))
    headers = {"Content-Disposition": f'inline; filename="{_name(values)}.pdf"'}
    return Response(await letters.typeset(values), media_type="application/pdf", headers=headers)


def _asked(caller: Caller) -> Asked:
    # Never the address that was asked: a paper would lead wherever its reader says.
    public: str = caller.request.app.state.settings.public_origin
    return Asked(caller.principal, caller.at, public, caller.origin)


def _name(values: Values) -> str:
    """The name of the file: number and series, without slashes."""
    form = forms.titled(values.form)
    series = forms.series(form, values.number, values.year, values.authority.abbreviation)
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-.") else "-" for sign in series)


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
