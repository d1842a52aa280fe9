"""Check of a draft: everything once more, saved or printed; filed exactly once."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.filing import filing_draft, saved_filing, sections, steps
from hoso_api.pages.filing import filing_fields as fields
from hoso_api.pages.filing.filing_draft import ADDRESS, SEEN, FilingDraft
from hoso_api.pages.filing.sections import Sections
from hoso_api.pages.portal.visit import ApplicantVisitNow
from hoso_api.pages.shared import acting, questions, session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.question import Mode
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import drafts, errors, localtime
from hoso_workflows.drafts import filing as filings
from hoso_workflows.drafts import known
from hoso_workflows.drafts.known import Alike
from hoso_workflows.drafts.refusals import DraftBeingFiled, DraftFiled
from hoso_workflows.lifecycle.commands import FileDossier

router = session.router(f"{ADDRESS}/{{draft}}")
#: Fields of the declaration, and of filing what was filed already.
DECLARED, STILL = "np-cam-doan", "np-van-nop"
#: The word of the query for the page on paper.
PRINT = "in"
Shown = Annotated[str, Query(alias="dang", max_length=10)]


@dataclass(frozen=True, slots=True)
class Outlook:
    """Consequences of filing now."""

    #: The date that acceptance at once would promise; None where it is not known.
    due: datetime | None
    #: From when it counts as received, where that is not at once.
    counted_from: datetime | None
    #: A dossier of the last day that says the same.
    alike: Alike | None


@router.get("/kiem-tra")
@acts.named("get_draft")
async def check_page(draft: UUID, visit: ApplicantVisitNow, look: Shown = "") -> Response:
    """Everything that would be filed, each with the way to change it; `dang=in` on paper."""
    try:
        filing = await filing_draft.opened(visit, draft)
    except DraftFiled as filed:
        return RedirectResponse(steps.dossier(filed.reference), status_code=303)
    except DraftBeingFiled:
        return visit.page("filing/being_filed.html", draft=draft, form=Filled())
    return await _shown(filing, Filled.first(visit), printed=look == PRINT)


@router.post("/kiem-tra")
@acts.named("file_draft")
async def file_own_draft(draft: UUID, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """File the draft once, however often it is asked for."""
    found = await filing_draft.kept(visit).read(visit.principal, draft, at=visit.at)
    if found.reference is not None:
        return RedirectResponse(steps.dossier(found.reference), status_code=303)
    filing = await filing_draft.shown(visit, found)
    try:
        reference = await _filed(filing, form)
    except Stopped as stopped:
        return await _shown(await filing_draft.opened(visit, draft), Filled.again(stopped))
    return RedirectResponse(steps.dossier(reference), status_code=303)


async def _filed(filing: FilingDraft, form: Form) -> str:
    """The reference of the dossier that a draft becomes, or has become. Raises Stopped."""
    visit, draft = filing.visit, filing.draft
    if draft.filing_at is None and not draft.answered:
        await _require_right(filing, form)
    match = [int(form.text(SEEN))] if form.text(SEEN).isdecimal() else []
    try:
        outcome = await drafts.file(
            visit.service,
            filing_draft.kept(visit),
            draft.id,
            lambda locked: _request(filing, locked),
            owner=visit.principal,
            at=visit.at,
            if_match=match,
        )
    except DraftFiled as filed:
        return filed.reference
    except errors.Refusal as refused:
        raise await acting.stopped(visit, form, "", refused, fields=sections.PLACES) from refused
    return outcome.reference


def _request(filing: FilingDraft, locked: drafts.Draft) -> FileDossier:
    return replace(filing, draft=locked).command()


async def _require_right(filing: FilingDraft, form: Form) -> None:
    """Raise Stopped where something is missing, or was not declared."""
    found = await sections.of(filing)
    faults = [each for _, each in found.faults]
    if form.text(DECLARED) != "co":
        said = spoken("Đánh dấu để xác nhận: những gì khai là đúng sự thật.")
        faults.append(Fault(said, DECLARED))
    if not faults and form.text(STILL) != "co" and await _alike(filing):
        said = spoken("Bạn đã nộp một hồ sơ giống hệt trong 24 giờ qua. Đánh dấu nếu vẫn nộp thêm.")
        faults.append(Fault(said, STILL))
    if faults:
        raise Stopped(form, faults)


async def _alike(filing: FilingDraft) -> Alike | None:
    return await known.alike(
        filing.visit.service.db, filing.visit.principal, filing.command(), filing.visit.at
    )


async def _outlook(filing: FilingDraft, found: Sections) -> Outlook:
    """Consequences of filing now. Nothing is told of a filing that is not right."""
    if found.faults:
        return Outlook(None, None, None)
    visit = filing.visit
    try:
        counted = await filings.counted(visit.service, _complete(filing), actor=visit.principal, at=visit.at)
    except errors.Refusal:
        return Outlook(None, None, None)
    begins = counted.receipt_day > localtime.local_date(visit.at)
    return Outlook(counted.due, filings.first_minute(counted) if begins else None, await _alike(filing))


def _complete(filing: FilingDraft) -> FileDossier:
    """The filing with the papers that its files are."""
    request = filing.command()
    given = {each.component for each in filing.draft.files if each.component}
    return replace(request, components=tuple(sorted({*request.components, *given})))


async def _shown(filing: FilingDraft, form: Filled, *, printed: bool = False) -> Response:
    found = await sections.of(filing)
    return filing.visit.page(
        "filing/check.html",
        form.status,
        filing=filing,
        form=form,
        found=found,
        outlook=await _outlook(filing, found),
        printed=printed,
        sheets=sheets(filing, found),
        applicant_facts=fields.applicant_facts(filing.typed),
        delivery_facts=fields.delivery_facts(filing.typed),
    )


def sheets(filing: FilingDraft, found: Sections) -> list[tuple[sections.Section, questions.Sheet]]:
    """The pages of the form that ask anything, with what was answered."""
    if filing.form is None:
        return []
    today, language = localtime.local_date(filing.visit.at), filing.visit.look.language
    return [
        (
            each,
            questions.Sheet(
                filing.form,
                filing.answers,
                mode=Mode.CHECK,
                page=int(each.path.rpartition("/")[2]) - 1,
                language=language,
                today=today,
            ),
        )
        for each in found.each
        if each.path.startswith(f"{sections.ANSWERS}/") and each.state is not sections.State.NEEDLESS
    ]


@router.get("/du-lieu")
@acts.named("get_draft")
@steps.of_a_draft
async def save_data(draft: UUID, visit: ApplicantVisitNow) -> Response:
    """The draft as a file that can be loaded again."""
    filing = await filing_draft.opened(visit, draft)
    name = f"ho-so-{filing.package.code}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(saved_filing.written(filing), media_type="application/json", headers=headers)
