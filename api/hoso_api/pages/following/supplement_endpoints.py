"""Answer to a call for a supplement: papers, check, sending."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.http.middleware import limits
from hoso_api.pages.following import dossier, files
from hoso_api.pages.following import supplement as supplements
from hoso_api.pages.following.dossier import DossierKey
from hoso_api.pages.following.supplement import COMPONENT, NOTE, PAPER, REFUSED
from hoso_api.pages.officer import dossier_file_endpoints as uploading
from hoso_api.pages.portal.visit import ApplicantVisit, ApplicantVisitNow, discreet
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors
from hoso_workflows.attachments import offered
from hoso_workflows.attachments.offered import Chosen
from hoso_workflows.attachments.uploads import Described
from hoso_workflows.lifecycle import commands

WORD = "bo-sung"
router = session.router(f"{dossier.ADDRESS}/{{key}}/{WORD}")


@router.get("")
@acts.named("get_dossier")
async def own_supplement_page(key: DossierKey, visit: ApplicantVisitNow) -> Response:
    """The slip, and a block for each paper that it asks for."""
    return await _shown(visit, key, "supplement.html", Filled.first(visit))


@router.post("/tep")
@limits.takes(limits.Size.FILE)
@acts.named("attach_file")
async def add_to_supplement(key: DossierKey, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Add what was chosen; back to the block of the pressed button."""
    place = await _place(visit, key, form.text(COMPONENT))
    try:
        async with discreet(form):
            if not await _added(visit, key, form):
                raise Stopped(form, [Fault(spoken("Chưa chọn tệp."), place)])
    except Stopped as stopped:
        return await _shown(visit, key, "supplement.html", Filled.again(stopped))
    return RedirectResponse(f"{_address(key)}#c-{place}", status_code=303)


@router.post("/tiep")
@limits.takes(limits.Size.FILE)
@acts.named("attach_file")
async def go_on_with_supplement(key: DossierKey, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Add what was chosen and not sent, and go on to the check."""
    try:
        async with discreet(form):
            await _added(visit, key, form)
    except Stopped as stopped:
        return await _shown(visit, key, "supplement.html", Filled.again(stopped))
    return RedirectResponse(f"{_address(key)}/kiem-tra", status_code=303)


async def _added(visit: ApplicantVisit, key: str, form: Form) -> int:
    """Add the files that were chosen, and return their number. Raises Stopped at the first that is refused."""
    found = await supplements.answering(visit, await dossier.own(visit, key))
    number = 0
    for block in found.blocks if found else ():
        sent = form.fields.get(block.place)
        if isinstance(sent, UploadFile) and sent.filename:
            fields = dict.fromkeys(REFUSED, block.place)
            described = partial(Described, component=block.code or None)
            await uploading.added(visit, key, form, described, fields, block.place, block.place)
            number += 1
    return number


@router.post("/dung-lai")
@acts.named("attach_file")
async def use_again(key: DossierKey, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Add a paper that was given with another dossier; back to its block."""
    component = form.text(COMPONENT)
    place = await _place(visit, key, component)
    try:
        async with discreet(form):
            await _used_again(visit, key, form, component, place)
    except Stopped as stopped:
        return await _shown(visit, key, "supplement.html", Filled.again(stopped))
    return RedirectResponse(f"{_address(key)}#c-{place}", status_code=303)


async def _used_again(visit: ApplicantVisit, key: str, form: Form, component: str, place: str) -> None:
    try:
        chosen = Chosen(UUID(form.text(PAPER)), component or None)
    except ValueError:
        raise Stopped(form, [Fault(spoken("Chọn giấy tờ đã nộp."), place)]) from None
    try:
        once = f"trang/{form.key}"
        await offered.attach(files.of(visit), key, chosen, files.asked(visit), idempotency=once)
    except errors.Refusal as refused:
        fields = dict.fromkeys(REFUSED, place)
        raise await acting.stopped(visit, form, key, refused, fields=fields) from refused


@router.get("/kiem-tra")
@acts.named("get_dossier")
async def check_supplement_page(key: DossierKey, visit: ApplicantVisitNow) -> Response:
    """The answer as it is about to be sent."""
    return await _shown(visit, key, "supplement_check.html", Filled.first(visit))


@router.post("/kiem-tra")
@acts.named("receive_supplement")
async def send_supplement(key: DossierKey, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Send the answer; back to the dossier, whose term runs again."""
    try:
        async with discreet(form):
            done = await acting.act(visit, form, key, await _command(visit, key, form))
    except Stopped as stopped:
        return await _shown(visit, key, "supplement_check.html", Filled.again(stopped))
    return await acting.onward(visit, dossier.address(key), done)


async def _command(visit: ApplicantVisit, key: str, form: Form) -> commands.ReceiveSupplement:
    """The command of the check page. Raises Stopped for an answer with nothing in it."""
    subject = await dossier.own(visit, key)
    found = await supplements.answering(visit, subject)
    note = form.text(NOTE)
    if found is not None and not (found.added or note):
        why = spoken("Thêm giấy tờ, hoặc viết câu trả lời.")
        raise Stopped(form, [Fault(why, NOTE)])
    # One that was answered meanwhile is refused by the act itself, or answered again under its key.
    return commands.ReceiveSupplement(note, found.components if found else ())


async def _place(visit: ApplicantVisit, key: str, component: str) -> str:
    """The field of the block of a paper."""
    found = await supplements.answering(visit, await dossier.own(visit, key))
    return found.block(component).place if found else supplements.FILE


async def _shown(visit: ApplicantVisit, key: str, template: str, form: Filled) -> Response:
    subject = await dossier.own(visit, key)
    found = await supplements.answering(visit, subject)
    sent = [each for each in subject.document["supplements"] if each["received_at"]]
    values: Mapping[str, Any] = {"answering": found, "sent": sent[-1] if sent else None}
    return await dossier.shown(visit, subject, template, form, **values)


def _address(key: str) -> str:
    return f"{dossier.address(key)}/{WORD}"
