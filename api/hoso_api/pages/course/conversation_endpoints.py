"""Conversation of a dossier's applicant with the desk, and what units propose to write."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.officer import dossier_frame
from hoso_api.pages.officer.dossier_endpoints import DossierKey
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import marked, spoken
from hoso_workflows import errors
from hoso_workflows.correspondence import conversation
from hoso_workflows.events import Kind
from hoso_workflows.lifecycle.commands import Command, ProposeReply, WriteToApplicant

router = APIRouter(
    prefix=f"{dossier_frame.ADDRESS}/{{key}}/hoi-dap",
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

#: The field of both forms, and the words of the query: the proposal that is taken over, the place in the list.
TEXT, TAKEN, AFTER = "noi-dung", "dung", "sau"
#: So many entries a page shows.
LENGTH = 100
#: Whoever writes answers what they have read: what came in between is told before anything is sent.
MINDS = (Kind.APPLICANT_WROTE.value, Kind.DESK_WROTE.value)
#: Who wrote, in words.
BY: Mapping[str, str] = {
    "applicant": marked("Người nộp"),
    "desk": marked("Bộ phận Một cửa"),
    "handling": marked("Đề nghị của đơn vị giải quyết"),
}

After = Annotated[str, Query(alias=AFTER, max_length=200)]


@router.get("")
@acts.named("get_conversation")
async def conversation_page(
    key: DossierKey, visit: VisitNow, after: After = "", taken: Annotated[int, Query(alias=TAKEN)] = 0
) -> Response:
    """Messages of applicant and desk, in order; `dung` takes a proposal over into the form."""
    return await _shown(visit, key, None, after, taken)


@router.post("")
@acts.named("write_to_applicant")
async def write_to_applicant(key: DossierKey, visit: VisitNow, form: FormNow) -> Response:
    """Write to the applicant as the desk; back to the conversation."""
    form = replace(form, minds=MINDS)
    return await _written(visit, key, form, WriteToApplicant(form.text(TEXT)))


@router.post("/de-nghi")
@acts.named("propose_reply")
async def propose_reply(key: DossierKey, visit: VisitNow, form: FormNow) -> Response:
    """Propose to the desk what it could write; back to the conversation."""
    return await _written(visit, key, form, ProposeReply(form.text(TEXT)))


async def _written(visit: Visit, key: str, form: Form, command: Command) -> Response:
    try:
        if not form.text(TEXT):
            raise Stopped(form, [Fault(spoken("Chưa viết nội dung."), TEXT)])
        done = await acting.act(visit, form, key, command, fields={"reason-missing": TEXT})
    except Stopped as stopped:
        return await _shown(visit, key, Filled.again(stopped))
    return await acting.onward(visit, f"{dossier_frame.ADDRESS}/{key}/hoi-dap", done)


async def _shown(visit: Visit, key: str, form: Filled | None, after: str = "", taken: int = 0) -> Response:
    subject = await dossier_frame.read(visit, key)
    try:
        found = await conversation.read(
            visit.service, key, limit=LENGTH, after=after or None, **visit.reading
        )
    except errors.BadCursor:
        return RedirectResponse(f"{subject.address}/hoi-dap", status_code=303)
    possible = await dossier_frame.acts_of(visit, subject)
    replies = dossier_frame.refused(possible, "write_to_applicant")
    proposes = dossier_frame.refused(possible, "propose_reply")
    return await dossier_frame.shown(
        visit,
        subject,
        "dossier_conversation.html",
        tab="hoi-dap",
        form=form or Filled.first(visit, **_taken(found["items"], taken)),
        entries=found["items"],
        by=BY,
        # Who may write to the applicant proposes nothing: they write it.
        writes=replies is None,
        proposes=replies is not None and proposes is None,
        refusal=replies,
        place=after,
        after=found["page"]["after"],
    )


def _taken(entries: Sequence[Mapping[str, Any]], seq: int) -> dict[str, str]:
    """The text of a proposal for the form, by the number of its event."""
    found = (each["text"] for each in entries if each["seq"] == seq and each["by"] == "handling")
    text = next(found, None)
    return {TEXT: text} if text else {}
