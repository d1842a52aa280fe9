"""Questions before a filing is begun: whether one may file at all. Nothing of them is stored."""

from http import HTTPStatus
from typing import Any

from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, encoding
from hoso_api.pages.filing import start
from hoso_api.pages.filing.applicant_endpoints import WHOM
from hoso_api.pages.filing.start_endpoints import Code
from hoso_api.pages.portal.entry_site import FROM, EntrySiteNow
from hoso_api.pages.portal.visit import ApplicantVisit, ApplicantVisitNow
from hoso_api.pages.shared import postings, questions, session
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_api.pages.shared.postings import Received
from hoso_api.translation.vietnamese import spoken
from hoso_bpmn.package.package import Package
from hoso_bpmn.runs import eligibility

router = session.router(start.ADDRESS)


@router.get("/{code}/dieu-kien")
@acts.named("get_procedure")
async def conditions_page(code: Code, visit: ApplicantVisitNow, through: EntrySiteNow) -> Response:
    """The procedure's own questions; on to the start where it has none."""
    package = await start.package(visit, code)
    if package.eligibility is None:
        return RedirectResponse(through(f"{start.ADDRESS}/{package.code}"), status_code=303)
    return _shown(visit, package, Filled.first(visit, **{FROM: through.host}), None)


@router.post("/{code}/dieu-kien")
@acts.named("judge_eligibility")
async def judged_page(code: Code, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """The verdict on the answers, and the way on."""
    package = await start.package(visit, code)
    asked = eligibility.form(package)
    if asked is None:
        return RedirectResponse(f"{start.ADDRESS}/{package.code}", status_code=303)
    sent = postings.read(asked, form.fields.multi_items())
    try:
        form.require_legible()
    except Stopped as stopped:
        return _shown(visit, package, Filled.again(stopped), sent)
    wrong = not sent.again and bool(sent.faults())
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return _shown(visit, package, Filled(form.key, typed=form.typed, status=status), sent)


def _shown(visit: ApplicantVisit, package: Package, form: Filled, sent: Received | None) -> Response:
    address = f"{start.ADDRESS}/{package.code}/dieu-kien"
    return visit.page(
        "filing/eligibility.html",
        form.status,
        package=package,
        address=address,
        form=form,
        sheet=_sheet(visit, package, address, sent),
        verdict=_verdict(package, form, sent),
        carried=encoding.encode(sent.filed).decode() if sent else "",
        whom=[(value, spoken(words)) for value, words in WHOM],
    )


def _sheet(
    visit: ApplicantVisit, package: Package, address: str, sent: Received | None
) -> questions.Sheet | None:
    shown: dict[str, Any] = {"language": visit.look.language, "changed_at": address}
    if sent is not None:
        return questions.received(sent, **shown)
    asked = eligibility.form(package)
    return questions.Sheet(asked, asked.begun(), **shown) if asked else None


def _verdict(package: Package, form: Filled, sent: Received | None) -> eligibility.Verdict | None:
    """The verdict on answers that nothing is wrong with."""
    if sent is None or sent.again or form.faults or sent.faults():
        return None
    return eligibility.judge(package, sent.filed)
