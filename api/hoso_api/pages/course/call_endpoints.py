"""Failure of a call, reported from the step that waits for it."""

from uuid import UUID

from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.pages.officer import inbox, step
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Fault, Filled, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows.dossiers import views
from hoso_workflows.lifecycle import commands

router = session.router(f"{inbox.ADDRESS}/{{task}}/loi-goi")

#: The field that says what went wrong, and the field of a refusal by its slug.
WHAT = "dieu-gi"
FIELDS = {"reason-missing": WHAT}


@router.get("")
@acts.named("get_user_task")
async def failed_call_page(task: UUID, visit: VisitNow) -> Response:
    """The step that waits for a call, its open incident, and the form."""
    return await _shown(visit, task, Filled.first(visit))


@router.post("")
@acts.named("fail_user_task")
async def fail_call(task: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Say that the call failed; the step stays open. Back to the page, which shows the incident."""
    try:
        form.require_legible()
        if not form.text(WHAT):
            raise Stopped(form, [Fault(spoken("Ghi điều đã xảy ra với lời gọi."), WHAT)])
        command = commands.Fail(task, form.text(WHAT))
        done = await acting.act(visit, form, str(task), command, concerns=task, fields=FIELDS)
    except Stopped as stopped:
        return await _shown(visit, task, Filled.again(stopped))
    return await acting.onward(visit, f"{inbox.ADDRESS}/{task}/loi-goi", done)


async def _shown(visit: Visit, task: UUID, form: Filled) -> Response:
    found = await step.read(visit, task)
    waits = await views.waits(visit.service, found.dossier["reference"], **visit.reading)
    return visit.page(
        "course/call.html",
        form.status,
        here="viec",
        step=found,
        refusal=_refusal(found),
        incidents=[each for each in waits["incidents"] if each["id"] == str(task)],
        form=form,
        flash=await acting.flash(visit),
    )


def _refusal(found: step.Step) -> str | None:
    """The reason for which the reader reports no call here; None where they may."""
    if not found.open:
        return spoken("Bước này đã xong.")
    if not found.calls:
        return spoken("Bước này do người làm, không chờ lời gọi của hệ thống nào.")
    if not found.able:
        return spoken("Bạn xem được bước này, nhưng không giữ vai trò của bước.")
    return None
