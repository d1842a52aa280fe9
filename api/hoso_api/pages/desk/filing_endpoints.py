"""Filing at the desk for somebody: filled, checked, filed, accepted."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.desk import dossier_endpoints, filing, filing_drafts, id_card
from hoso_api.pages.filing import filing_fields as fields
from hoso_api.pages.officer import dossier_frame
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Done, Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.postings import Received
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_calendar.messages import say
from hoso_workflows import drafts, errors
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.lifecycle import commands
from hoso_workflows.organisation.permissions import RECEPTION

router = session.router(filing.ADDRESS)
Word = Annotated[str, Query(max_length=80)]


@router.get("")
@acts.named("get_procedure")
async def filing_page(
    visit: VisitNow,
    code: Annotated[Word, Query(alias=filing.PROCEDURE)] = "",
    case: Annotated[Word, Query(alias=filing.CASE)] = "",
    sought: Annotated[Word, Query(alias=filing.SOUGHT)] = "",
) -> Response:
    """The procedures of the desk, the cases of one, or the form."""
    _require_desk(visit)
    if not code:
        listed, more = await filing.procedures(visit, sought.strip())
        return visit.page(
            "desk/filing_choice.html", here="mot-cua", procedures=listed, more=more, sought=sought
        )
    package = await filing.package(visit, code)
    asked = await filing.asked(visit, package, case)
    if asked is None:
        return visit.page("desk/filing_case.html", here="mot-cua", package=package)
    return _shown(visit, asked, filing.begun(visit))


@router.get("/ban-nhap")
@acts.named("list_drafts")
async def drafts_page(
    visit: VisitNow,
    after: Annotated[str, Query(alias="sau", max_length=200)] = "",
    done: Annotated[str, Query(alias=acting.DONE, max_length=20)] = "",
) -> Response:
    """The reader's drafts of filings, the newest first, with their age."""
    _require_desk(visit)
    try:
        lines, behind = await filing_drafts.listed(visit, after)
    except errors.BadCursor:
        return RedirectResponse(filing.DRAFTS, status_code=303)
    return visit.page(
        "desk/filing_drafts.html",
        here="mot-cua",
        lines=lines,
        page=after,
        after=behind,
        said={"luu": spoken("Đã lưu bản nháp."), "bo": spoken("Đã bỏ bản nháp.")}.get(done),
        first=Filled(),
    )


@router.get("/ban-nhap/{draft}")
@acts.named("get_draft")
async def take_up_draft(draft: UUID, visit: VisitNow) -> Response:
    """The form as it was kept; what was filed meanwhile at its reception."""
    _require_desk(visit)
    found = await filing_drafts.of_visit(visit).read(visit.principal, draft, at=visit.at)
    if found.reference is not None:
        return RedirectResponse(_reception_of(found.reference), status_code=303)
    package = await filing.package(visit, found.procedure)
    asked = await filing.asked(visit, package, filing_drafts.case(found))
    if asked is None:
        return visit.page("desk/filing_case.html", here="mot-cua", package=package)
    begun = Filled.first(visit, **{**filing.begun(visit).typed, **filing_drafts.typed(found)})
    return _shown(visit, asked, begun, kept=filing_drafts.answers(found))


@router.post("/ban-nhap")
@acts.named("create_draft")
async def keep_draft(visit: VisitNow, form: FormNow) -> Response:
    """Keep an interrupted filing as a draft; on to the drafts."""
    return await _kept(visit, form, None)


@router.post("/ban-nhap/{draft}")
@acts.named("change_draft")
async def keep_draft_again(draft: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Keep the filing in its draft; on to the drafts."""
    return await _kept(visit, form, draft)


async def _kept(visit: Visit, form: Form, draft: UUID | None) -> Response:
    asked = await _asked(visit, form)
    sent = filing.received(asked, form)
    try:
        await filing_drafts.keep(visit, asked, form, sent, draft)
    except Stopped as stopped:
        return _shown(visit, asked, await _with_version(visit, Filled.again(stopped), draft), sent)
    except errors.Refusal as refused:
        return _shown(visit, asked, Filled.again(await acting.stopped(visit, form, "", refused)), sent)
    return RedirectResponse(f"{filing.DRAFTS}?{acting.DONE}=luu", status_code=303)


async def _with_version(visit: Visit, form: Filled, draft: UUID | None) -> Filled:
    """The form with the present version of its draft."""
    if draft is None:
        return form
    found = await filing_drafts.of_visit(visit).read(visit.principal, draft, at=visit.at)
    return replace(form, typed={**form.typed, filing.DRAFT_VERSION: str(found.version)})


@router.post("/ban-nhap/{draft}/bo")
@acts.named("discard_draft")
async def discard_draft(draft: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Discard a draft for good; on to those that are left. Discarded twice it is discarded."""
    del form
    with suppress(errors.NotFound):
        await filing_drafts.of_visit(visit).discard(visit.principal, draft, at=visit.at)
    return RedirectResponse(f"{filing.DRAFTS}?{acting.DONE}=bo", status_code=303)


@router.post("/quet")
@acts.named("file_dossier")
async def fill_from_card(visit: VisitNow, form: FormNow) -> Response:
    """Fill the applicant from the scanned text of an identity card; nothing is stored."""
    asked = await _asked(visit, form)
    sent = filing.received(asked, form)
    card = id_card.read(form.text(filing.SCANNED))
    if card is None:
        wrong = Fault(
            spoken("Không đọc được: văn bản của mã QR trên thẻ có các phần cách nhau bằng dấu |."),
            filing.SCANNED,
        )
        filled = Filled(form.key, (wrong,), typed=form.typed, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return _shown(visit, asked, filled, sent)
    said = {
        fields.KIND: "person",
        fields.NAME: card.name,
        fields.NUMBER: card.number,
        fields.PLACE: card.address,
    }
    return _shown(visit, asked, filing.with_card(form, said), sent, card)


@router.post("/kiem-tra")
@acts.named("file_dossier")
async def check_filing(visit: VisitNow, form: FormNow) -> Response:
    """The filing and its promised date before it is filed; nothing is stored."""
    asked = await _asked(visit, form)
    sent = filing.received(asked, form)
    if sent is not None and sent.again:
        return _shown(visit, asked, Filled(form.key, typed=form.typed), sent)
    try:
        return await _summary(visit, asked, form, sent)
    except Stopped as stopped:
        return _shown(visit, asked, Filled.again(stopped), sent)


@router.post("/sua")
@acts.named("file_dossier")
async def correct_filing(visit: VisitNow, form: FormNow) -> Response:
    """Back from what was checked to the form; nothing is stored."""
    asked = await _asked(visit, form)
    return _shown(visit, asked, Filled(form.key, typed=form.typed), filing.received(asked, form))


@router.post("/chi-nop")
@acts.named("file_dossier")
async def file_only(visit: VisitNow, form: FormNow) -> Response:
    """File; on to the reception of the dossier."""
    asked = await _asked(visit, form)
    try:
        filed = await _filed(visit, asked, form)
    except Stopped as stopped:
        return _shown(visit, asked, Filled.again(stopped), filing.received(asked, form))
    return await acting.onward(visit, _reception(filed), Done(filed, 0))


@router.post("")
@acts.named("file_dossier")
async def file_and_accept(visit: VisitNow, form: FormNow) -> Response:
    """File and accept, each once; on to the receipt, else to reception."""
    asked = await _asked(visit, form)
    try:
        filed = await _filed(visit, asked, form)
    except Stopped as stopped:
        return _shown(visit, asked, Filled.again(stopped), filing.received(asked, form))
    before = await acting.last_event(visit.service.db, filed.reference)
    try:
        accepted = await visit.service.perform(
            filed.reference,
            commands.Accept(confirm_missing=form.text(filing.MISSING) == "co"),
            actor=visit.principal,
            at=visit.at,
            key=filing.key(form, 2),
            body=form.digest,
        )
    except errors.Refusal:
        # It is filed, and the page of its reception says what stands in the way of accepting it.
        return await acting.onward(visit, _reception(filed), Done(filed, 0))
    letter = await dossier_endpoints.newest_letter(visit, accepted.code or accepted.reference)
    return await acting.onward(visit, letter, Done(accepted, before))


async def _asked(visit: Visit, form: Form) -> filing.Asked:
    """The case that a form is of. Raises Forbidden, NotFound."""
    _require_desk(visit)
    package = await filing.package(visit, form.text(filing.PROCEDURE))
    asked = await filing.asked(visit, package, form.text(filing.CASE))
    if asked is None:
        raise errors.NotFound("case", form.text(filing.CASE))
    return asked


async def _summary(visit: Visit, asked: filing.Asked, form: Form, sent: Received | None) -> Response:
    """Raises Stopped."""
    request = await _request(visit, asked, form, sent)
    try:
        summary = await filing.summary(visit, asked, form, request)
    except errors.Refusal as refused:
        raise await acting.stopped(visit, form, "", refused) from refused
    return visit.page(
        "desk/filing_summary.html",
        here="mot-cua",
        asked=asked,
        summary=summary,
        form=Filled(form.key, typed=form.typed),
        kinds=fields.KINDS,
        channels=dict(filing.CHANNELS),
        modes=dict(fields.MODES),
        sheet=filing.answered(visit, sent),
    )


async def _request(
    visit: Visit, asked: filing.Asked, form: Form, sent: Received | None
) -> commands.FileDossier:
    """The filing of a form that nothing is wrong with. Raises Stopped."""
    form.require_legible()
    request = filing.command(asked, form, sent)
    found = await filing.faults(visit, asked, form, sent, request)
    if found:
        raise Stopped(form, found)
    return request


async def _filed(visit: Visit, asked: filing.Asked, form: Form) -> Outcome:
    """The dossier of a form, filed once. Raises Stopped."""
    form.require_legible()
    request = filing.command(asked, form, filing.received(asked, form))
    try:
        return await _once(visit, form, request)
    except errors.Refusal as refused:
        raise await acting.stopped(visit, form, "", refused, fields=filing.FIELDS) from refused


async def _once(visit: Visit, form: Form, request: commands.FileDossier) -> Outcome:
    """The filing, by the draft that it was taken up from. Raises a Refusal."""
    draft = filing_drafts.named(form)
    if draft is not None:
        kept = filing_drafts.of_visit(visit)
        with suppress(errors.NotFound):
            return await drafts.file(
                visit.service, kept, draft, lambda _: request, owner=visit.principal, at=visit.at
            )
    return await visit.service.file(
        request, actor=visit.principal, at=visit.at, key=filing.key(form, 1), body=form.digest
    )


def _shown(
    visit: Visit,
    asked: filing.Asked,
    form: Filled,
    sent: Received | None = None,
    card: id_card.Card | None = None,
    kept: Mapping[str, Any] | None = None,
) -> Response:
    return visit.page(
        "desk/filing.html",
        form.status,
        here="mot-cua",
        asked=asked,
        form=form,
        sheet=filing.sheet(visit, asked, sent, kept),
        card=card,
        kinds=[(kind.value, spoken(words)) for kind, words in fields.KINDS.items()],
        channels=[(value, spoken(words)) for value, words in filing.CHANNELS],
        modes=[(value, spoken(words)) for value, words in fields.MODES],
        units=[
            (fields.UNITS[part], spoken(fields.PARTS[part]), list(choices.items()))
            for part, choices in asked.choices.items()
        ],
    )


def _reception(filed: Outcome) -> str:
    """The reception of a dossier that was filed."""
    return _reception_of(filed.reference)


def _reception_of(reference: str) -> str:
    return f"{dossier_frame.ADDRESS}/{quote(reference, safe='')}/tiep-nhan"


def _require_desk(visit: Visit) -> None:
    """Raise Forbidden for somebody who receives nowhere."""
    if not visit.rights.has(RECEPTION):
        raise errors.Forbidden(visit.principal, say("filing at the desk"), RECEPTION, None)
