"""Page that records when an act really was, which a wrong clock had stamped."""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import quote

from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.pages.course import instant_correction as correction
from hoso_api.pages.course.instant_correction import Effect
from hoso_api.pages.officer import dossier_frame
from hoso_api.pages.officer.dossier_endpoints import DossierKey
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows.lifecycle import commands

router = session.router(f"{dossier_frame.ADDRESS}/{{key}}/{correction.WORD}")


@router.get("")
@acts.named("explain_deadline")
async def instants_page(key: DossierKey, visit: VisitNow) -> Response:
    """The acts of a dossier with their instants, and the form that corrects one."""
    return await _shown(visit, key, Filled.first(visit))


@router.post("/xem-truoc")
@acts.named("correct_instant")
async def preview_instant(key: DossierKey, visit: VisitNow, form: FormNow) -> Response:
    """The dates before and after the correction; nothing is stored."""
    try:
        return await _previewed(visit, key, form, correction.command(form))
    except Stopped as stopped:
        return await _shown(visit, key, Filled.again(stopped))


@router.post("")
@acts.named("correct_instant")
async def correct_instant(key: DossierKey, visit: VisitNow, form: FormNow) -> Response:
    """Record the instant that was looked at; on to the explanation."""
    try:
        command = correction.command(form)
        if form.text(correction.LOOKED_AT) != correction.looked_at(form):
            told = spoken(
                "Bạn đã đổi việc hoặc thời điểm sau khi xem trước. Xem lại ảnh hưởng dưới đây rồi ghi nhận."
            )
            return await _previewed(visit, key, form, command, Fault(told))
        done = await acting.act(visit, form, key, command, fields=correction.BY_SLUG)
    except Stopped as stopped:
        return await _shown(visit, key, Filled.again(stopped))
    corrected = quote(done.outcome.code or done.outcome.reference, safe="")
    return await acting.onward(visit, f"{dossier_frame.ADDRESS}/{corrected}/thoi-han", done)


async def _previewed(
    visit: Visit, key: str, form: Form, command: commands.Correct, *faults: Fault
) -> Response:
    """Raises Stopped."""
    effects = await correction.effects(visit, key, form, command)
    typed = {**form.typed, correction.LOOKED_AT: correction.looked_at(form)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
    return await _shown(visit, key, Filled(form.key, faults, typed=typed, status=status), effects)


async def _shown(visit: Visit, key: str, form: Filled, effects: Sequence[Effect] = ()) -> Response:
    case = await correction.read(visit, key)
    if not effects:
        # Who has seen no effect has none to record.
        form = replace(form, typed={**form.typed, correction.LOOKED_AT: ""})
    return visit.page(
        "course/instants.html",
        form.status,
        here="quan-tri" if visit.rights.has("administrator") else "",
        case=case,
        form=form,
        effects=effects,
        flash=await acting.flash(visit),
    )
