"""Apology, extension and suspension of a dossier by a head."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import Path
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.fields import Key
from hoso_api.pages.heads import term
from hoso_api.pages.shared import acting, letter_preview, session, typed
from hoso_api.pages.shared.acting import Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_workflows.lifecycle.commands import Command

APOLOGY, EXTENSION, SUSPENSION = "xin-loi", "gia-han", "tam-dung"
#: The template of each page.
TEMPLATES = {
    APOLOGY: "heads/apology.html",
    EXTENSION: "heads/extension.html",
    SUSPENSION: "heads/suspension.html",
}
router = session.router("/noi-bo/ho-so/{key}")
Dossier = Annotated[Key, Path()]


@router.get("/xin-loi")
@acts.named("get_dossier")
async def apology_page(key: Dossier, visit: VisitNow) -> Response:
    """The form of an apology with a new date."""
    return await _shown(visit, key, APOLOGY, Filled.first(visit))


@router.post("/xin-loi")
@acts.named("reappoint_dossier")
async def apologise(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """Apologise and promise a new date, once."""
    return await _done(visit, key, APOLOGY, form, term.reappointment)


@router.post("/xin-loi/xem-truoc")
@acts.named("reappoint_dossier")
async def preview_apology(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """The letter of apology that the form would issue; nothing is stored."""
    try:
        return await letter_preview.preview(visit, key, form, term.reappointment(form), term.BY_SLUG)
    except Stopped as stopped:
        return await _shown(visit, key, APOLOGY, Filled.again(typed.placed(stopped, term.BY_FIELD)))


@router.get("/gia-han")
@acts.named("get_dossier")
async def extension_page(key: Dossier, visit: VisitNow) -> Response:
    """The form of an extension by law."""
    return await _shown(visit, key, EXTENSION, Filled.first(visit))


@router.post("/gia-han")
@acts.named("extend_term")
async def extend(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """Extend the term by what a law grants."""
    return await _done(visit, key, EXTENSION, form, term.extension)


@router.get("/tam-dung")
@acts.named("get_dossier")
async def suspension_page(key: Dossier, visit: VisitNow) -> Response:
    """The form of a suspension, or of its end."""
    return await _shown(visit, key, SUSPENSION, Filled.first(visit))


@router.post("/tam-dung")
@acts.named("suspend_dossier")
async def suspend(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """Suspend the handling on a legal ground."""
    return await _done(visit, key, SUSPENSION, form, term.suspension)


@router.post("/tam-dung/ket-thuc")
@acts.named("end_suspension")
async def end_suspension(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """End the suspension; the clock goes on."""
    return await _done(visit, key, SUSPENSION, form, term.suspension_end)


async def _done(
    visit: Visit, key: str, page: str, form: Form, command: Callable[[Form], Command]
) -> Response:
    try:
        done = await acting.act(visit, form, key, command(form), fields=term.BY_SLUG)
    except Stopped as stopped:
        return await _shown(visit, key, page, Filled.again(typed.placed(stopped, term.BY_FIELD)))
    return await acting.onward(visit, f"/noi-bo/ho-so/{quote(key, safe='')}/{page}", done)


async def _shown(visit: Visit, key: str, page: str, form: Filled) -> Response:
    case = await term.read(visit, key)
    return visit.page(TEMPLATES[page], form.status, case=case, form=form, flash=await acting.flash(visit))
