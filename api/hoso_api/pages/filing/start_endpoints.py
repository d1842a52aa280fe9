"""Start of a filing: a new draft, empty or loaded from a file."""

from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Path
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.filing import filing_draft, saved_filing, start
from hoso_api.pages.filing.applicant_endpoints import OTHERS, WHO, WHOM
from hoso_api.pages.portal.entry_site import FROM, EntrySiteNow
from hoso_api.pages.portal.visit import ApplicantVisit, ApplicantVisitNow
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.translation.vietnamese import spoken
from hoso_bpmn.package.package import Package
from hoso_models import SiteUse
from hoso_workflows import drafts, errors
from hoso_workflows.embedding import seen, sites

router = session.router(start.ADDRESS)
Code = Annotated[str, Path(max_length=80)]
#: Fields of the form; the last one has the answers to the questions before it, as JSON.
CASE, FILE, ANSWERED = "truong-hop", "tep", "np-tra-loi"


@router.get("/{code}")
@acts.named("get_procedure")
async def start_page(code: Code, visit: ApplicantVisitNow, through: EntrySiteNow) -> Response:
    """The procedure, the drafts there are already, the choice of a case. Nothing is stored."""
    package = await start.package(visit, code)
    if through.host:
        tally: seen.Tally = visit.request.app.state.sites_seen
        tally.saw(through.host, SiteUse.LINK, visit.at)
    return await _shown(visit, package, Filled.first(visit, **{FROM: through.host}))


@router.post("/{code}")
@acts.named("create_draft")
async def begin(code: Code, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Begin a draft, one for each form; on to its task list."""
    package = await start.package(visit, code)
    try:
        content = {**_content(visit, package, form), **await _from(visit, form)}
        draft = await _begun(visit, package, form, content)
    except Stopped as stopped:
        return await _shown(visit, package, Filled.again(stopped))
    return RedirectResponse(f"{filing_draft.ADDRESS}/{draft.id}", status_code=303)


def _content(visit: ApplicantVisit, package: Package, form: Form) -> dict[str, Any]:
    """The content with which a draft begins. Raises Stopped where no case is chosen."""
    case = form.text(CASE)
    if case not in {each.id for each in package.cases}:
        raise Stopped(form, [Fault(spoken("Chọn trường hợp."), CASE)])
    if form.text(WHO) not in dict(WHOM):
        raise Stopped(form, [Fault(spoken("Chọn bạn nộp cho ai."), WHO)])
    content: dict[str, Any] = {"case": case}
    if form.text(WHO) == OTHERS:
        content["applicant"] = {"authorised_name": visit.session.name}
    if answers := start.answered(package, case, form.text(ANSWERED)):
        content["form"] = answers
    return content


async def _from(visit: ApplicantVisit, form: Form) -> dict[str, str]:
    """The site that led to a draft; nothing for one in no register."""
    found = await sites.entered_through(visit.service.db, form.text(FROM))
    return {filing_draft.SITE: found} if found else {}


async def _begun(
    visit: ApplicantVisit, package: Package, form: Form, content: dict[str, Any]
) -> drafts.Draft:
    try:
        return await filing_draft.kept(visit).create(
            visit.principal, package.code, content, at=visit.at, key=f"trang {form.key}"
        )
    except errors.Refusal as refused:
        raise await acting.stopped(visit, form, "", refused) from refused


@router.post("/{code}/nap")
@acts.named("create_draft")
async def load(code: Code, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Begin a draft with a saved file; on to its task list."""
    package = await start.package(visit, code)
    try:
        saved = await _read(package, form)
        draft = await _begun(visit, package, form, {**saved.content, **await _from(visit, form)})
        filing = await filing_draft.shown(visit, draft)
        if filing.chosen is not None and draft.reference is None:
            await filing_draft.changed(filing, lambda content: saved_filing.kept_of(content, filing))
    except Stopped as stopped:
        return await _shown(visit, package, Filled.again(stopped))
    return RedirectResponse(f"{filing_draft.ADDRESS}/{draft.id}?xong=nap", status_code=303)


async def _read(package: Package, form: Form) -> saved_filing.SavedFiling:
    """The file of a form. Raises Stopped."""
    sent = form.fields.get(FILE)
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise Stopped(form, [Fault(spoken("Chưa chọn tệp."), FILE)])
    if (sent.size or 0) > saved_filing.MOST:
        raise Stopped(form, [Fault(spoken("Tệp lớn hơn tệp dữ liệu mà trang này lưu."), FILE)])
    try:
        saved = saved_filing.read(await sent.read())
    except saved_filing.Unreadable:
        said = spoken("Tệp không đọc được: chọn tệp .json đã lưu từ trang Kiểm tra và nộp.")
        raise Stopped(form, [Fault(said, FILE)]) from None
    if saved.procedure != package.code:
        said = spoken("Tệp là của thủ tục {code}; mở trang nộp của thủ tục đó.", code=saved.procedure)
        raise Stopped(form, [Fault(said, FILE)])
    return saved


@router.get("/{code}/mau/{paper}")
@acts.named("get_procedure")
async def save_template(code: Code, paper: Code, visit: ApplicantVisitNow) -> Response:
    """The template of a paper, to be saved."""
    package = await start.package(visit, code)
    found = (each for case in package.cases for each in case.components if each.code == paper)
    path = next((each.template for each in found if each.template), None)
    if path is None or path not in package.files:
        raise errors.NotFound("template", paper)
    name = quote(path.rpartition("/")[2], safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(package.files[path], media_type="application/octet-stream", headers=headers)


async def _shown(visit: ApplicantVisit, package: Package, form: Filled) -> Response:
    offered = await start.offers(visit, package)
    possible = [each for each in offered if each.open]
    status = form.status if possible else HTTPStatus.CONFLICT
    return visit.page(
        "filing/start.html",
        status,
        package=package,
        offers=offered,
        possible=possible,
        there=await start.there(visit, package.code),
        whom=[(value, spoken(words)) for value, words in WHOM],
        form=form,
    )
