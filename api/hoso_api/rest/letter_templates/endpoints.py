"""Templates of letters: entered, approved by a second person, read."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import CallerNow
from hoso_api.http.commands import Json
from hoso_api.http.fields import Key
from hoso_api.http.problems import responses
from hoso_api.http.routing import KnownRoute
from hoso_api.rest.letter_templates import schemas
from hoso_api.rest.letters import papers
from hoso_workflows import letters
from hoso_workflows.correspondence import own_templates
from hoso_workflows.correspondence.own_templates import Entry, Stored
from hoso_workflows.letters import forms, samples

router = APIRouter(prefix="/letter-templates", tags=["letter-templates"], route_class=KnownRoute)

forms_router = APIRouter(prefix="/letter-forms", tags=["letter-templates"], route_class=KnownRoute)

Template = Annotated[UUID, Path(description="The id of a template.")]
CHANGES = responses(401, 403, 404, 409, 413, 415)
Form = Annotated[Key, Path(description="The code of a form, as `01` or `stop`.")]
SPECIMEN = responses(400, 401, 403, 404, 503)
PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("", response_model=schemas.LetterTemplates, responses=responses(400, 401, 403))
@acts.named("list_letter_templates")
async def list_letter_templates(
    officer: CallerNow, unit: Annotated[Key | None, Query(description="Of this unit only.")] = None
) -> Response:
    """The templates that authorities entered, by unit and form, the newest first."""
    found = await own_templates.listed(officer.service.db, unit)
    return Json({"items": [_said(each, schemas.LetterTemplateListed) for each in found]})


@router.post("", status_code=201, response_model=schemas.LetterTemplate, responses=CHANGES)
@acts.named("enter_letter_template")
async def enter_letter_template(body: schemas.LetterTemplateEntry, caller: CallerNow) -> Response:
    """Enter a template: checked as a whole, it waits for a second person. Without sources the form is our own again."""
    entry = Entry(body.unit, body.form, body.html, body.typst, body.basis, body.valid_from)
    made = await own_templates.enter(caller.service.db, entry, actor=caller.principal, at=caller.at)
    return Json(_said(made), status_code=201)


@forms_router.get("", response_model=schemas.LetterForms, responses=responses(401, 403))
@acts.named("list_letter_templates")
async def list_letter_forms(officer: CallerNow) -> Response:
    """The forms of letters, each of which an authority may enter a template for."""
    del officer
    return Json({"items": [_form(each) for each in forms.FORMS.values()]})


@forms_router.get("/{form}/sample.pdf", response_class=Response, responses={**SPECIMEN, **papers.PDF})
@acts.named("get_letter_template")
async def print_letter_form(form: Form, officer: CallerNow) -> Response:
    """A sample letter by our own template of a form, as PDF."""
    del officer
    return _file(await letters.typeset(samples.short(form)), "application/pdf", f"mau-{form}.pdf")


@forms_router.get("/{form}/sample.png", response_class=Response, responses={**SPECIMEN, **PICTURE})
@acts.named("get_letter_template")
async def draw_letter_form(form: Form, officer: CallerNow) -> Response:
    """The first page of a sample letter by our own template of a form, as PNG."""
    del officer
    return _file(await letters.picture(samples.short(form)), "image/png", f"mau-{form}.png")


@router.get("/{template}/sample.pdf", response_class=Response, responses={**SPECIMEN, **papers.PDF})
@acts.named("get_letter_template")
async def print_letter_template(template: Template, officer: CallerNow) -> Response:
    """A sample letter by a template, as PDF: of the same values as its check."""
    found = await own_templates.one(officer.service.db, template)
    made = await letters.typeset(samples.short(found.form), found.typst)
    return _file(made, "application/pdf", f"mau-{found.form}-{found.number}.pdf")


@router.get("/{template}/sample.png", response_class=Response, responses={**SPECIMEN, **PICTURE})
@acts.named("get_letter_template")
async def draw_letter_template(template: Template, officer: CallerNow) -> Response:
    """The first page of a sample letter by a template, as PNG."""
    found = await own_templates.one(officer.service.db, template)
    made = await letters.picture(samples.short(found.form), found.typst)
    return _file(made, "image/png", f"mau-{found.form}-{found.number}.png")


@router.get("/{template}", response_model=schemas.LetterTemplate, responses=responses(401, 403, 404))
@acts.named("get_letter_template")
async def get_letter_template(template: Template, officer: CallerNow) -> Response:
    """A template with its sources."""
    return Json(_said(await own_templates.one(officer.service.db, template)))


@router.post("/{template}/approval", response_model=schemas.LetterTemplate, responses=CHANGES)
@acts.named("approve_letter_template")
async def approve_letter_template(template: Template, caller: CallerNow) -> Response:
    """Approve a template that another person entered: letters issued from then and from its day on are set by it."""
    done = await own_templates.approve(caller.service.db, template, actor=caller.principal, at=caller.at)
    return Json(_said(done))


def _said(found: Stored, shown: type[Any] = schemas.LetterTemplate) -> dict[str, Any]:
    values = asdict(found)
    return {name: values[name] for name in shown.model_fields}


def _form(form: forms.Form) -> dict[str, Any]:
    return {name: getattr(form, name) for name in schemas.LetterForm.model_fields}


def _file(made: bytes, media_type: str, name: str) -> Response:
    """The bytes of a sample letter, shown by a browser that asks for it."""
    return Response(
        made, media_type=media_type, headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
