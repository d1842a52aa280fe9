"""Withdrawal, conversation with the desk, and files of one's own dossier."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, encoding
from hoso_api.pages.following import dossier, files
from hoso_api.pages.following.dossier import DossierKey
from hoso_api.pages.portal.visit import ApplicantVisit, ApplicantVisitNow, discreet
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Fault, Filled, FormNow, Stopped
from hoso_api.translation.vietnamese import marked, spoken
from hoso_workflows import errors
from hoso_workflows.attachments import file_views
from hoso_workflows.correspondence import conversation
from hoso_workflows.lifecycle import commands

router = session.router(f"{dossier.ADDRESS}/{{key}}")
#: Fields of the forms, as their pages name them.
REASON, TEXT = "ly-do", "noi-dung"
FIELDS: Mapping[str, str] = {"reason-missing": REASON}
#: So many entries of the conversation a page shows.
LENGTH = 100
#: Who wrote, in words.
BY: Mapping[str, str] = {"applicant": marked("Bạn"), "desk": marked("Bộ phận Một cửa")}
After = Annotated[str, Query(alias="sau", max_length=200)]


@router.get("/rut")
@acts.named("get_dossier")
async def own_withdrawal_page(key: DossierKey, visit: ApplicantVisitNow) -> Response:
    """The meaning of a withdrawal, and the form that does it."""
    return await _withdrawal(visit, key, Filled.first(visit))


@router.post("/rut")
@acts.named("withdraw_dossier")
async def withdraw_own(key: DossierKey, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Withdraw one's dossier; back to it."""
    try:
        async with discreet(form):
            command = commands.Withdraw(form.text(REASON))
            done = await acting.act(visit, form, key, command, fields=FIELDS)
    except Stopped as stopped:
        return await _withdrawal(visit, key, Filled.again(stopped))
    return await acting.onward(visit, dossier.address(key), done)


async def _withdrawal(visit: ApplicantVisit, key: str, form: Filled) -> Response:
    subject = await dossier.own(visit, key)
    refusal = await dossier.refusal(visit, subject, "withdraw_dossier")
    return await dossier.shown(visit, subject, "withdrawal.html", form, refusal=refusal)


@router.get("/hoi-dap")
@acts.named("get_conversation")
async def own_conversation_page(key: DossierKey, visit: ApplicantVisitNow, after: After = "") -> Response:
    """The conversation with the desk, and the form that goes on with it."""
    return await _conversation(visit, key, Filled.first(visit), after)


@router.post("/hoi-dap")
@acts.named("write_to_desk")
async def write_to_desk(key: DossierKey, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Write to the desk; back to the conversation."""
    try:
        if not form.text(TEXT):
            raise Stopped(form, [Fault(spoken("Chưa viết nội dung."), TEXT)])
        async with discreet(form):
            done = await acting.act(visit, form, key, commands.WriteToDesk(form.text(TEXT)))
    except Stopped as stopped:
        return await _conversation(visit, key, Filled.again(stopped))
    return await acting.onward(visit, f"{dossier.address(key)}/hoi-dap", done)


async def _conversation(visit: ApplicantVisit, key: str, form: Filled, after: str = "") -> Response:
    subject = await dossier.own(visit, key)
    try:
        found = await conversation.read(
            visit.service, key, limit=LENGTH, after=after or None, **visit.reading
        )
    except errors.BadCursor:
        return RedirectResponse(f"{subject.address}/hoi-dap", status_code=303)
    told = {"entries": found["items"], "by": BY, "place": after, "after": found["page"]["after"]}
    return await dossier.shown(visit, subject, "conversation.html", form, **told)


@router.get("/tep/{attachment}")
@acts.named("read_attachment")
async def save_own_file(key: DossierKey, attachment: UUID, visit: ApplicantVisitNow) -> Response:
    """The bytes of a file, to be saved; no browser shows them here."""
    return encoding.saved(await file_views.content(files.of(visit), key, attachment, files.asked(visit)))
