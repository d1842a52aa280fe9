"""Templates of letters: the house's forms, and the templates that authorities entered."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication, encoding
from hoso_api.pages.administration import revision_form, template_sources
from hoso_api.pages.register import administering
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_workflows import errors, letters
from hoso_workflows.correspondence import own_templates
from hoso_workflows.correspondence.own_templates import Stored
from hoso_workflows.letters import forms, samples
from hoso_workflows.organisation import permissions

ADDRESS = "/noi-bo/quan-tri/mau-giay"
APPROVING, ENTERING = own_templates.APPROVING, own_templates.ENTERING

FormCode = Annotated[str, Path(max_length=40)]

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
        enters=bool(permissions.overseen(visit.rights, ENTERING)),
    )


@router.get("/mau-chung/{form}")
@acts.named("get_letter_template")
async def house_template_page(form: FormCode, visit: VisitNow) -> Response:
    """A form of the house: a sample letter, sources, templates entered for it."""
    known = _known(form)
    found = [each for each in await own_templates.listed(visit.service.db, None) if each.form == form]
    page, paper = template_sources.house(form)
    return visit.page(
        "administration/template_house.html",
        here="quan-tri",
        form=known,
        address=f"{ADDRESS}/mau-chung/{form}",
        sources=(("HTML", page), ("Typst", paper)),
        rows=found,
        persons=await _persons(visit, *found),
        enters=bool(permissions.overseen(visit.rights, ENTERING)),
    )


@router.get("/mau-chung/{form}/anh")
@acts.named("get_letter_template")
async def house_template_picture(form: FormCode, visit: VisitNow) -> Response:
    """The first page of a sample letter by the house's template."""
    del visit
    return _picture(await letters.picture(samples.short(_known(form).code)))


@router.get("/mau-chung/{form}/pdf")
@acts.named("get_letter_template")
async def house_template_file(form: FormCode, visit: VisitNow) -> Response:
    """A sample letter by the house's template, as PDF."""
    del visit
    return _file(await letters.typeset(samples.short(_known(form).code)), f"mau-{form}")


@router.get("/{template}/anh")
@acts.named("get_letter_template")
async def template_picture(template: UUID, visit: VisitNow) -> Response:
    """The first page of a sample letter by a template."""
    found = await own_templates.one(visit.service.db, template)
    return _picture(await letters.picture(samples.short(found.form), found.typst))


@router.get("/{template}/pdf")
@acts.named("get_letter_template")
async def template_file(template: UUID, visit: VisitNow) -> Response:
    """A sample letter by a template, as PDF."""
    found = await own_templates.one(visit.service.db, template)
    made = await letters.typeset(samples.short(found.form), found.typst)
    return _file(made, f"mau-{found.form}-{found.number}")


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
    before = await own_templates.before(visit.service.db, found)
    return visit.page(
        "administration/template.html",
        form.status,
        here="quan-tri",
        shown=found,
        before=before,
        address=f"{ADDRESS}/{template}",
        older=f"{ADDRESS}/{before.id}" if before else f"{ADDRESS}/mau-chung/{found.form}",
        changed=_changed(before, found),
        title=forms.titled(found.form).title,
        persons=await _persons(visit, found),
        own=visit.principal in (found.entered_by, found.entered_for),
        administers=found.unit in permissions.overseen(visit.rights, APPROVING),
        form=form,
    )


def _changed(before: Stored | None, found: Stored) -> list[tuple[str, list[str]]]:
    """The lines that differ from the template before, where both have sources."""
    if before is None:
        return []
    pairs = (("HTML", before.html, found.html), ("Typst", before.typst, found.typst))
    return [
        (name, template_sources.differences(older, newer))
        for name, older, newer in pairs
        if older is not None and newer is not None and older != newer
    ]


def _known(form: str) -> forms.Form:
    """The form of a code. Raises NotFound."""
    if form not in forms.FORMS:
        raise errors.NotFound("form of a letter", form)
    return forms.FORMS[form]


def _picture(made: bytes) -> Response:
    return Response(made, media_type="image/png", headers={"Content-Security-Policy": encoding.POLICY})


def _file(made: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(made, media_type="application/pdf", headers=headers)


async def _persons(visit: Visit, *found: Stored) -> dict[UUID, str]:
    """The names of those who entered and approved templates."""
    persons = {person for each in found for person in (each.entered_by, each.approved_by)}
    return dict(await visit.names(persons))
