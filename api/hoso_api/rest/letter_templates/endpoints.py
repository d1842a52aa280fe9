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
from hoso_workflows.correspondence import own_templates
from hoso_workflows.correspondence.own_templates import Entry, Stored

router = APIRouter(prefix="/letter-templates", tags=["letter-templates"], route_class=KnownRoute)

Template = Annotated[UUID, Path(description="The id of a template.")]
CHANGES = responses(401, 403, 404, 409, 413, 415)


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
