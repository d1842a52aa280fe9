"""A dossier at the desk: reception, supplements, refusal, hand-over, withdrawal, letters."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.http.fields import Key
from hoso_api.pages.desk import dossier, queue
from hoso_api.pages.filing import filing_fields as fields
from hoso_api.pages.shared import acting, letter_preview, session, typed
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_models import DeliveryMode
from hoso_workflows import errors
from hoso_workflows.correspondence import letter_views
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.commands import Command
from hoso_workflows.tasks import paper_ticks
from hoso_workflows.tasks.kept import Keeper

router = session.router("/noi-bo/ho-so/{key}")

Dossier = Annotated[Key, Path()]
#: Fields of the forms, as their pages name them.
REASON, ITEMS, AGAIN, UNTIL, NOTE, MISSING = "ly-do", "giay-to", "ly-do-lan-nua", "den", "ghi-chu", "thieu"
#: The paper of a tick, and the word of the button that takes a tick back.
TICKED, UNTICK = "giay", "bo"
RECEIVER, IDENTIFIER, MODE, ORIGINALS, POSTAL = "nguoi-nhan", "dinh-danh", "cach", "ban-chinh", "so-buu-gui"
#: The field of a refusal by its slug, or of a fault by the command's own field.
FIELDS: Mapping[str, str] = {
    "reason-missing": REASON,
    "supplement-already-asked": AGAIN,
    "papers-missing": MISSING,
    "answer_by": UNTIL,
    "items": ITEMS,
}
#: The act of each page; the form stands only where the reader can do it.
ACTS: Mapping[str, str] = {
    "reception": "accept_dossier",
    "supplement": "ask_supplement",
    "refusal": "refuse_dossier",
    "supplement_receipt": "receive_supplement",
    "handover": "hand_over_result",
    "withdrawal": "withdraw_dossier",
}


@router.get("/tiep-nhan")
@acts.named("get_dossier")
async def reception_page(key: Dossier, visit: VisitNow) -> Response:
    """Papers and answers of a dossier, and the date that acceptance would promise now."""
    return await _reception(visit, key, Filled.first(visit))


async def _reception(visit: Visit, key: str, form: Filled) -> Response:
    counter = await dossier.read(visit, key, ACTS["reception"])
    promise = None if counter.refusal else await dossier.promise(visit, key)
    ticks = await paper_ticks.listed(visit.service.db, counter.step) if counter.step else {}
    following = await queue.following(visit, counter.document["reference"])
    shown: dict[str, Any] = {"promise": promise, "following": following, "ticks": ticks, "first": Filled()}
    return await _shown(visit, "reception", counter, form, **shown)


@router.post("/tiep-nhan/giay")
@acts.named("keep_task_draft")
async def tick_paper(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """Tick a paper as looked at, or take its tick back. A working aid: nothing of the dossier changes."""
    counter = await dossier.read(visit, key, None)
    paper, keeper = form.text(TICKED), Keeper(visit.principal, visit.at)
    if all(paper != part["code"] for part in counter.document["components"]):
        raise errors.NotFound("component", paper)
    try:
        if counter.step is None:
            raise Stopped(
                form, [Fault(spoken("Bước tiếp nhận không còn mở; không đánh dấu giấy tờ được nữa."))]
            )
        await paper_ticks.tick(visit.service.db, counter.step, paper, keeper, ticked=form.wish != UNTICK)
    except errors.Refusal as refused:
        stopped = await acting.stopped(visit, form, key, refused, counter.step)
        return await _reception(visit, key, Filled.again(stopped))
    except Stopped as stopped:
        return await _reception(visit, key, Filled.again(stopped))
    return RedirectResponse(f"{counter.subject.address}/tiep-nhan#giay", status_code=303)


@router.post("/tiep-nhan")
@acts.named("accept_dossier")
async def accept(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """Accept the dossier; on to its receipt."""
    command = commands.Accept(note=form.text(NOTE), confirm_missing=form.text(MISSING) == "co")
    try:
        done = await acting.act(visit, form, key, command, fields=FIELDS)
    except Stopped as stopped:
        return await _reception(visit, key, Filled.again(stopped))
    return await acting.onward(visit, await newest_letter(visit, done.outcome.code or key), done)


@router.get("/yeu-cau-bo-sung")
@acts.named("get_dossier")
async def supplement_page(key: Dossier, visit: VisitNow) -> Response:
    """The call for a supplement (Mẫu 02), with what units have proposed."""
    return await _supplement(visit, key, Filled.first(visit))


async def _supplement(visit: Visit, key: str, form: Filled) -> Response:
    return await _page(visit, key, "supplement", form, proposals=await dossier.proposals(visit, key))


@router.post("/yeu-cau-bo-sung")
@acts.named("ask_supplement")
async def ask_supplement(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """Call for the supplement; on to the letter."""
    try:
        done = await acting.act(visit, form, key, _asked(form), fields=FIELDS)
    except Stopped as stopped:
        return await _supplement(visit, key, Filled.again(stopped))
    return await acting.onward(visit, await newest_letter(visit, key), done)


@router.post("/yeu-cau-bo-sung/xem-truoc")
@acts.named("read_letter")
async def preview_supplement(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """The letter of the call as it would be issued; nothing is stored."""
    try:
        return await _preview(visit, key, form, _asked(form))
    except Stopped as stopped:
        return await _supplement(visit, key, Filled.again(stopped))


@router.get("/tu-choi")
@acts.named("get_dossier")
async def refusal_page(key: Dossier, visit: VisitNow) -> Response:
    """The refusal of a dossier (Mẫu 03)."""
    return await _page(visit, key, "refusal", Filled.first(visit))


@router.post("/tu-choi")
@acts.named("refuse_dossier")
async def refuse(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """Refuse the dossier; on to the letter."""
    try:
        done = await acting.act(visit, form, key, commands.Refuse(None, form.text(REASON)), fields=FIELDS)
    except Stopped as stopped:
        return await _page(visit, key, "refusal", Filled.again(stopped))
    return await acting.onward(visit, await newest_letter(visit, key), done)


@router.post("/tu-choi/xem-truoc")
@acts.named("read_letter")
async def preview_refusal(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """The letter of the refusal as it would be issued; nothing is stored."""
    try:
        return await _preview(visit, key, form, commands.Refuse(None, form.text(REASON)))
    except Stopped as stopped:
        return await _page(visit, key, "refusal", Filled.again(stopped))


@router.get("/nhan-bo-sung")
@acts.named("get_dossier")
async def receipt_page(key: Dossier, visit: VisitNow) -> Response:
    """The papers of a supplement that have come."""
    return await _page(visit, key, "supplement_receipt", Filled.first(visit))


@router.post("/nhan-bo-sung")
@acts.named("receive_supplement")
async def receive_supplement(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """Take the supplement in; on to the dossier's dates."""
    command = commands.ReceiveSupplement(form.text(NOTE), tuple(form.texts(ITEMS)))
    try:
        done = await acting.act(visit, form, key, command, fields=FIELDS)
    except Stopped as stopped:
        return await _page(visit, key, "supplement_receipt", Filled.again(stopped))
    return await acting.onward(visit, queue.ADDRESS, done)


@router.get("/tra-ket-qua")
@acts.named("get_dossier")
async def handover_page(key: Dossier, visit: VisitNow) -> Response:
    """The hand-over of a result: to whom, how, with which originals."""
    return await _page(visit, key, "handover", Filled.first(visit), modes=fields.MODES)


@router.post("/tra-ket-qua")
@acts.named("hand_over_result")
async def hand_over(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """Hand the result over; back to the desk."""
    mode = form.text(MODE)
    command = commands.HandOver(
        receiver=form.text(RECEIVER),
        identifier=form.text(IDENTIFIER),
        mode=DeliveryMode(mode) if mode in set(DeliveryMode) else None,
        originals=form.text(ORIGINALS) == "co",
        postal_number=form.text(POSTAL),
        note=form.text(NOTE),
    )
    try:
        done = await acting.act(visit, form, key, command, fields=FIELDS)
    except Stopped as stopped:
        return await _page(visit, key, "handover", Filled.again(stopped), modes=fields.MODES)
    return await acting.onward(visit, f"{queue.ADDRESS}?{queue.TAB}=tra", done)


@router.get("/rut")
@acts.named("get_dossier")
async def withdrawal_page(key: Dossier, visit: VisitNow) -> Response:
    """The withdrawal of a dossier at its applicant's request."""
    return await _page(visit, key, "withdrawal", Filled.first(visit))


@router.post("/rut")
@acts.named("withdraw_dossier")
async def withdraw(key: Dossier, visit: VisitNow, form: FormNow) -> Response:
    """Withdraw the dossier; back to the desk."""
    try:
        done = await acting.act(visit, form, key, commands.Withdraw(form.text(REASON)), fields=FIELDS)
    except Stopped as stopped:
        return await _page(visit, key, "withdrawal", Filled.again(stopped))
    return await acting.onward(visit, queue.ADDRESS, done)


@router.get("/giay/{letter}")
@acts.named("read_letter")
async def letter_page(key: Dossier, letter: UUID, visit: VisitNow) -> Response:
    """An issued letter for the printer, and the way to the next dossier."""
    listed = await letter_views.listed(visit.service, key, letter_preview.reader(visit))
    found = next((each for each in listed if each["id"] == str(letter)), None)
    if found is None:
        raise errors.NotFound("letter", letter)
    counter = await dossier.read(visit, key, None)
    following = await queue.following(visit, counter.document["reference"])
    return await _shown(visit, "letter", counter, Filled(), letter=found, following=following, letters=listed)


@router.get("/giay/{letter}/ban-in")
@acts.named("read_letter")
async def printed_letter(key: Dossier, letter: UUID, visit: VisitNow) -> Response:
    """A letter as it stands on paper."""
    paper = await letter_views.paper(visit.service, key, letter, letter_preview.reader(visit))
    return letter_preview.paper(paper.page)


@router.get("/giay/{letter}/pdf")
@acts.named("read_letter")
async def letter_pdf(key: Dossier, letter: UUID, visit: VisitNow) -> Response:
    """A letter as PDF: the signed file once it was signed."""
    paper = await letter_views.paper(visit.service, key, letter, letter_preview.reader(visit))
    return await letter_preview.pdf(paper, letter)


async def _page(visit: Visit, key: str, name: str, form: Filled, **values: Any) -> Response:
    return await _shown(visit, name, await dossier.read(visit, key, ACTS[name]), form, **values)


async def _shown(visit: Visit, name: str, counter: dossier.Counter, form: Filled, **values: Any) -> Response:
    return visit.page(
        f"desk/{name}.html",
        form.status,
        here="mot-cua",
        counter=counter,
        dossier=counter.document,
        form=form,
        flash=await acting.flash(visit),
        **values,
    )


async def _preview(visit: Visit, key: str, form: Form, command: Command) -> Response:
    """The page of the letter that a command would issue. Raises Stopped."""
    return await letter_preview.preview(visit, key, form, command, FIELDS)


def _asked(form: Form) -> commands.AskSupplement:
    """The call of a form. Raises Stopped for a date that cannot be read."""
    return commands.AskSupplement(
        form.text(REASON), tuple(form.texts(ITEMS)), form.text(AGAIN), typed.day_said(form, UNTIL)
    )


async def newest_letter(visit: Visit, key: str) -> str:
    """The address of a dossier's newest letter, else of the desk."""
    return await letter_preview.newest(visit, key) or queue.ADDRESS
