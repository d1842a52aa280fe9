"""Fees and obligation of one's own dossier, ways to pay, proof of a payment."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.http.middleware import limits
from hoso_api.pages.fees import fees, online
from hoso_api.pages.following import dossier, supplement
from hoso_api.pages.following.dossier import DossierKey, Own
from hoso_api.pages.officer import dossier_file_endpoints as uploading
from hoso_api.pages.portal.visit import ApplicantVisit, ApplicantVisitNow, discreet
from hoso_api.pages.shared import acting, letter_preview, session
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_api.translation.vietnamese import spoken
from hoso_models import DossierStatus
from hoso_workflows.attachments.uploads import Proving
from hoso_workflows.correspondence import letter_views
from hoso_workflows.dossiers import views
from hoso_workflows.events import Kind
from hoso_workflows.lifecycle.acts.fees import RECEIPT
from hoso_workflows.payments import fee_views

WORD = "nghia-vu"
router = session.router(f"{dossier.ADDRESS}/{{key}}/{WORD}")
#: The fields of the proof, as the page names them.
FILE, TEXT = "tep", "loi-nhan"
FIELDS = {**dict.fromkeys(supplement.REFUSED, FILE), "reason-missing": TEXT, "nothing-owed": FILE}


@router.get("")
@acts.named("list_fees")
async def own_fees_page(key: DossierKey, visit: ApplicantVisitNow) -> Response:
    """Fees, obligation, ways to pay, receipts, and the form of a proof."""
    return await _shown(visit, key, Filled.first(visit))


@router.post("/thanh-toan")
@acts.named("create_payment_order")
async def order_own_payment(key: DossierKey, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Order what is open at the payment gateway; back to its link."""
    try:
        async with discreet(form):
            await online.order(visit, key, form)
    except Stopped as stopped:
        return await _shown(visit, key, Filled.again(stopped))
    return RedirectResponse(f"{dossier.address(key)}/{WORD}#truc-tuyen", status_code=303)


@router.post("/chung-tu")
@limits.takes(limits.Size.FILE)
@acts.named("submit_proof")
async def send_proof(key: DossierKey, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Hand in the proof of a payment; back to the fees."""
    text = form.text(TEXT) or spoken("Tôi gửi chứng từ nộp tiền.")

    def described(name: str) -> Proving:
        return Proving(name, spoken("Chứng từ nộp tiền"), text=text)

    try:
        async with discreet(form):
            possible = [described("")]
            done = await uploading.added(visit, key, form, described, FIELDS, FILE, possible=possible)
    except Stopped as stopped:
        return await _shown(visit, key, Filled.again(stopped))
    return await acting.onward(visit, f"{dossier.address(key)}/{WORD}", done)


async def _shown(visit: ApplicantVisit, key: str, form: Filled) -> Response:
    subject = await dossier.read(visit, key)
    found = await fee_views.listed(visit.service, key, **visit.reading)
    letters = await letter_views.listed(visit.service, key, letter_preview.reader(visit))
    status, acts = subject.document["status"], not subject.document["represented"]
    return await dossier.shown(
        visit,
        subject,
        "fees.html",
        form,
        account=found,
        due=fees.DUE,
        methods=fees.METHODS,
        receipts={each["series"]: each["id"] for each in letters if each["form"] == RECEIPT},
        obligation=await _obligation(visit, subject),
        online=await online.of(visit, subject.document["reference"], may=acts),
        ordered=online.ORDERED,
        states=online.STATES,
        acts=acts,
        proves=acts and (status == DossierStatus.FINANCIAL_OBLIGATION or found["open"] > 0),
        most=uploading.most(visit),
    )


async def _obligation(visit: ApplicantVisit, subject: Own) -> Mapping[str, Any] | None:
    """The obligation that is awaited, as it was set; None where none is."""
    if subject.document["status"] != DossierStatus.FINANCIAL_OBLIGATION:
        return None
    told = await views.history(visit.service, subject.document["reference"], **visit.reading)
    found = (each["payload"] for each in reversed(told["items"]) if each["kind"] == Kind.OBLIGATION_SET)
    return next(found, None) or {}
