"""Task list of a draft, and the way to throw it away."""

from contextlib import suppress
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.filing import filing_draft, sections, start, steps
from hoso_api.pages.filing.filing_draft import ADDRESS, FilingDraft
from hoso_api.pages.filing.start_endpoints import CASE
from hoso_api.pages.portal.visit import ApplicantVisitNow
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Fault, Filled, FormNow, Stopped
from hoso_api.translation.vietnamese import marked, spoken
from hoso_workflows import errors
from hoso_workflows.drafts import changed_version

router = session.router(f"{ADDRESS}/{{draft}}")
#: What has just been done, in words.
DONE = {
    "luu": marked("Đã lưu. Bạn làm tiếp lúc nào cũng được."),
    "nap": marked("Đã nạp dữ liệu từ tệp. Giấy tờ thì tải lên lại."),
}


@router.get("")
@acts.named("get_draft")
@steps.of_a_draft
async def task_list(
    draft: UUID,
    visit: ApplicantVisitNow,
    done: Annotated[str, Query(alias=acting.DONE, max_length=20)] = "",
) -> Response:
    """The sections of a draft, or the choice of a case."""
    return await _shown(await filing_draft.opened(visit, draft), Filled(), DONE.get(done))


async def _shown(filing: FilingDraft, form: Filled, said: str | None = None) -> Response:
    visit = filing.visit
    if filing.chosen is None:
        return visit.page("filing/case.html", form.status, filing=filing, form=form)
    found = await sections.of(filing)
    changed = await changed_version.since(
        visit.service.reference_data, filing.draft, filing.package, filing.chosen, visit.at
    )
    return visit.page(
        "filing/task_list.html",
        filing=filing,
        found=found,
        changed=changed,
        said=said and spoken(said),
        words=sections.WORDS,
        marks=sections.MARKS,
    )


@router.post("/truong-hop")
@acts.named("change_draft")
@steps.of_a_draft
async def choose_case(draft: UUID, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Choose the case of a draft whose own is gone; answers stay."""
    filing = await filing_draft.opened(visit, draft)
    case = form.text(CASE)
    if case not in {each.id for each in filing.package.cases}:
        return await _shown(filing, Filled.again(Stopped(form, [Fault(spoken("Chọn trường hợp."), CASE)])))
    await filing_draft.changed(filing, lambda content: {**content, "case": case})
    return RedirectResponse(filing.address, status_code=303)


@router.get("/xoa")
@acts.named("get_draft")
@steps.of_a_draft
async def discarding_page(draft: UUID, visit: ApplicantVisitNow) -> Response:
    """The loss of a draft, before it is thrown away."""
    found = await filing_draft.kept(visit).read(visit.principal, draft, at=visit.at)
    found.changeable()
    return visit.page("filing/discard.html", draft=found, form=Filled())


@router.post("/xoa")
@acts.named("discard_draft")
async def discard(draft: UUID, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Throw a draft away for good; thrown away twice it is gone."""
    drafts, procedure = filing_draft.kept(visit), form.text("thu-tuc")
    with suppress(errors.NotFound):
        await drafts.discard(visit.principal, draft, at=visit.at)
    onward = (
        f"{start.ADDRESS}/{procedure}"
        if procedure.replace(".", "").replace("-", "").isalnum()
        else "/cua-toi"
    )
    return RedirectResponse(onward, status_code=303)
