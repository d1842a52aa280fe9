"""Feedback of anybody, with its number and term; public answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.http.authentication import ServiceNow
from hoso_api.http.unknown_callers import feedback_throttled
from hoso_api.pages.portal.visit import Anybody, AnybodyNow
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.translation.vietnamese import marked, spoken
from hoso_calendar import messages
from hoso_models import FeedbackKind, SessionKind
from hoso_workflows import errors
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.feedback import feedback, reading
from hoso_workflows.feedback.feedback import Said
from hoso_workflows.notifications import email

ADDRESS, HERE = "/gop-y", "gop-y"
router = session.router(ADDRESS)
#: Fields of the form, as the page names them.
KIND, PROCEDURE, DOSSIER, TEXT = "ve", "thu-tuc", "ho-so", "noi-dung"
NAME, EMAIL, WANTS = "ten", "thu", "tra-loi"
FIELDS = {"text": TEXT, "email": EMAIL, "kind": KIND}
KINDS: Mapping[FeedbackKind, str] = {
    FeedbackKind.PORTAL: marked("Cổng dịch vụ này"),
    FeedbackKind.PROCEDURE: marked("Một thủ tục"),
    FeedbackKind.DOSSIER: marked("Việc giải quyết một hồ sơ"),
}
#: Public answers that a page shows.
LENGTH = 20
#: What search engines do not keep.
UNLISTED = {"X-Robots-Tag": "noindex"}


@router.get("")
@acts.named("list_public_answers")
async def feedback_page(
    visit: AnybodyNow,
    service: ServiceNow,
    dossier: Annotated[str, Query(alias=DOSSIER, max_length=80)] = "",
    after: Annotated[str, Query(alias="sau", max_length=200)] = "",
) -> Response:
    """The form of feedback, and the answers that anybody reads."""
    kind = FeedbackKind.DOSSIER if dossier else FeedbackKind.PORTAL
    first = Filled(typed={KIND: kind.value, DOSSIER: dossier})
    return await _shown(visit, service, first, after)


@router.post("", dependencies=[Depends(feedback_throttled)])
@acts.named("give_feedback")
async def say(request: Request, visit: AnybodyNow, service: ServiceNow, form: FormNow) -> Response:
    """Take feedback in; on to its number and the day of the answer."""
    state = request.app.state
    citizen = visit.reader if visit.reader and visit.reader.kind is SessionKind.APPLICANT else None
    try:
        form.require_legible()
        desk = await feedback.desk(service, state.accounts.seal, at=state.clock())
        by = citizen.principal if citizen else None
        made = await _given(desk, form, by, state.clock())
    except Stopped as stopped:
        return await _shown(visit, service, Filled.again(stopped))
    return RedirectResponse(f"{ADDRESS}/{made.id}", status_code=303)


async def _given(desk: feedback.Desk, form: Form, by: UUID | None, at: datetime) -> reading.Feedback:
    wrong = {
        KIND: (form.text(KIND) in set(KINDS), spoken("Chọn góp ý về việc gì.")),
        TEXT: (bool(form.text(TEXT)), spoken("Nhập nội dung góp ý.")),
    }
    faults = [Fault(missing, name) for name, (there, missing) in wrong.items() if not there]
    if faults:
        raise Stopped(form, faults)
    of_what = (form.text(PROCEDURE), form.text(DOSSIER))
    wants = bool(form.text(WANTS))
    kind = FeedbackKind(form.text(KIND))
    said = Said(kind, form.text(TEXT), *of_what, form.text(NAME), form.text(EMAIL), wants)
    try:
        return await feedback.give(desk, said, by=by, at=at, key=form.key)
    except errors.FormRefused as refused:
        found = [
            Fault(messages.opening(messages.translated(each.message)), FIELDS.get(each.field))
            for each in refused.faults
        ]
        raise Stopped(form, found) from refused


async def _shown(visit: Anybody, service: DossierService, form: Filled, after: str = "") -> Response:
    try:
        answered = await reading.published(service.db, limit=LENGTH, after=after or None)
    except errors.BadCursor:
        return RedirectResponse(ADDRESS, status_code=303)
    return visit.page(
        "feedback.html",
        form.status,
        here=HERE,
        form=form,
        kinds=[(kind.value, spoken(words)) for kind, words in KINDS.items()],
        words=KINDS,
        mailing=bool(email.transports(email.MailSettings.read())),
        answered=answered.items,
        after=answered.after,
    )


@router.get("/{feedback}")
@acts.named("list_public_answers")
async def given_page(
    identity: Annotated[UUID, Path(alias="feedback")], visit: AnybodyNow, service: ServiceNow
) -> Response:
    """Number, day of the answer, and the answer, for who holds the address."""
    found = await reading.receipt(service.db, identity)
    return visit.page("feedback_given.html", 200, UNLISTED, here=HERE, found=found)
