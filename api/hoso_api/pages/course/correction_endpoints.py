"""Page that corrects what is recorded of a dossier."""

from http import HTTPStatus

from fastapi import APIRouter, Depends
from starlette.responses import Response

from hoso_api.http import acts, authentication
from hoso_api.pages.course import correction
from hoso_api.pages.filing import filing_fields as fields
from hoso_api.pages.officer import dossier_frame
from hoso_api.pages.officer.dossier_endpoints import DossierKey
from hoso_api.pages.officer.dossier_frame import Subject
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Filled, FormNow, Stopped
from hoso_api.pages.shared.postings import Received
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken

router = APIRouter(
    prefix=f"{dossier_frame.ADDRESS}/{{key}}/dinh-chinh",
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

ACT = "rectify_dossier"


@router.get("")
@acts.named("get_dossier")
async def correction_page(key: DossierKey, visit: VisitNow) -> Response:
    """Record of the applicant and of the form, to be corrected."""
    subject = await dossier_frame.read(visit, key)
    known = await correction.recorded(visit, subject)
    return await _shown(visit, subject, known, correction.begun(visit, known), None)


@router.post("")
@acts.named(ACT)
async def correct(key: DossierKey, visit: VisitNow, form: FormNow) -> Response:
    """Correct what differs; on to the contents. A button of the questions changes the page alone."""
    subject = await dossier_frame.read(visit, key)
    known = await correction.recorded(visit, subject)
    sent = correction.received(known, form)
    if sent is not None and sent.again:
        shown = Filled(key=form.key, typed=form.typed, status=HTTPStatus.OK)
        return await _shown(visit, subject, known, shown, sent)
    try:
        command = correction.command(known, form, sent)
        done = await acting.act(visit, form, key, command, fields=known.places)
    except Stopped as stopped:
        return await _shown(visit, subject, known, Filled.again(stopped), sent)
    return await acting.onward(visit, f"{subject.address}/noi-dung", done)


async def _shown(
    visit: Visit, subject: Subject, known: correction.Recorded, form: Filled, sent: Received | None
) -> Response:
    return await dossier_frame.shown(
        visit,
        subject,
        "dossier_correction.html",
        tab="dinh-chinh",
        form=form,
        sheet=correction.sheet(visit, known, sent),
        blamed=[(value, spoken(words)) for value, words in correction.BLAMED],
        kinds=[(kind.value, spoken(words)) for kind, words in fields.KINDS.items()],
        refusal=await dossier_frame.refusal(visit, subject, ACT),
    )
