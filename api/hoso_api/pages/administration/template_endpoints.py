"""Templates of letters: the house's forms, and the templates that authorities entered."""

from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.administration import revision_form
from hoso_api.pages.register import administering
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_workflows.correspondence import own_templates
from hoso_workflows.correspondence.own_templates import Stored
from hoso_workflows.letters import forms
from hoso_workflows.organisation import permissions
from hoso_workflows.procedures import overview

ADDRESS = "/noi-bo/quan-tri/mau-giay"
APPROVING = "approve_letter_template"

router = APIRouter(
    prefix=ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)


@router.get("")
@acts.named("list_letter_templates")
async def templates_page(visit: VisitNow) -> Response:
    """The forms of letters, and the templates that authorities entered for them."""
    found = await own_templates.listed(visit.service.db, None)
    return visit.page(
        "administration/templates.html",
        sections=administering.PLACES,
        here="quan-tri",
        forms=forms.FORMS.values(),
        rows=found,
        titles={each.code: each.title for each in forms.FORMS.values()},
        persons=await _persons(visit, *found),
    )


@router.get("/{template}")
@acts.named("get_letter_template")
async def template_page(template: UUID, visit: VisitNow) -> Response:
    """A template with its sources, and the form that approves it."""
    return await _shown(visit, template, Filled.first(visit))


@router.post("/{template}/phe-duyet")
@acts.named("approve_letter_template")
async def approve_template(template: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Approve a template that another person entered. The same button once more changes nothing."""

    async def doing() -> Stored:
        found = await own_templates.one(visit.service.db, template)
        if found.approved_by == visit.principal:
            return found
        return await own_templates.approve(visit.service.db, template, actor=visit.principal, at=visit.at)

    try:
        await revision_form.act(visit, form, doing)
    except Stopped as stopped:
        return await _shown(visit, template, Filled.again(stopped))
    return RedirectResponse(f"{ADDRESS}/{template}", status_code=303)


async def _shown(visit: Visit, template: UUID, form: Filled) -> Response:
    found = await own_templates.one(visit.service.db, template)
    return visit.page(
        "administration/template.html",
        form.status,
        here="quan-tri",
        shown=found,
        title=forms.titled(found.form).title,
        persons=await _persons(visit, found),
        own=visit.principal in (found.entered_by, found.entered_for),
        administers=found.unit in permissions.overseen(visit.rights, APPROVING),
        form=form,
    )


async def _persons(visit: Visit, *found: Stored) -> dict[UUID, str]:
    """The names of those who entered and approved templates."""
    persons = {person for each in found for person in (each.entered_by, each.approved_by)}
    return dict(await overview.names(visit.service.db, persons))
