"""Page of the correction of a result that was handed over."""

from dataclasses import replace
from uuid import UUID

from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.middleware import limits
from hoso_api.pages.desk import dossier_endpoints as desk
from hoso_api.pages.filing.filing_fields import MODES
from hoso_api.pages.officer import dossier_file_endpoints as dossier_files
from hoso_api.pages.officer import dossier_frame
from hoso_api.pages.officer.dossier_endpoints import DossierKey
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import DeliveryMode, Phase
from hoso_workflows.attachments.uploads import Correcting
from hoso_workflows.lifecycle import commands

router = session.router(f"{dossier_frame.ADDRESS}/{{key}}/dinh-chinh-ket-qua")

CORRECT, HAND_OVER = "correct_result", "hand_over_correction"
#: Fields of the form, as the page names them.
FILE, TITLE, BEFORE, REASON = dossier_files.FILE, dossier_files.TITLE, "thay-tep", desk.REASON
#: The value of the field for a file that takes no other one's place.
NONE = "khong"
#: The field of a refusal, by its slug.
FIELDS = {
    **dossier_files.FIELDS,
    "reason-missing": REASON,
    **dict.fromkeys(("result-unsigned", "too-many-files"), FILE),
    **dict.fromkeys(("attachment-superseded", "no-file-of-result", "not-found"), BEFORE),
}
#: What the file may be of which nothing is known yet.
_ANY = Correcting("", internal=True, reason="…")
_BESIDE = marked("Không thay tệp nào: thêm công văn đính chính hoặc kết quả chưa có tệp")


@router.get("")
@acts.named("list_attachments")
async def result_correction_page(key: DossierKey, visit: VisitNow) -> Response:
    """The files of the result, their correction, and the hand-over of what was corrected."""
    return await _shown(visit, key, Filled.first(visit))


async def _shown(visit: Visit, key: str, form: Filled) -> Response:
    subject = await dossier_frame.read(visit, key)
    possible = await dossier_frame.acts_of(visit, subject)
    found = [each for each in await dossier_files.listed(visit, key) if each["phase"] == Phase.RESULT]
    standing = [each for each in found if not each["superseded_at"]]
    return await dossier_frame.shown(
        visit,
        subject,
        "dossier_result_correction.html",
        tab="dinh-chinh-ket-qua",
        form=form,
        files=found,
        choices=[
            *((each["id"], each["title"] or each["name"]) for each in standing),
            (NONE, spoken(_BESIDE)),
        ],
        modes=MODES,
        most=dossier_files.most(visit),
        refusal=dossier_frame.refused(possible, CORRECT),
        not_handed=dossier_frame.refused(possible, HAND_OVER),
    )


@router.post("")
@limits.takes(limits.Size.FILE)
@acts.named(CORRECT)
async def correct_dossier_result(key: DossierKey, visit: VisitNow, form: FormNow) -> Response:
    """Correct the result by the file of the form; back to the page."""
    try:
        done = await dossier_files.added(
            visit, key, form, lambda name: _correcting(form, name), FIELDS, possible=[_ANY]
        )
    except Stopped as stopped:
        return await _shown(visit, key, Filled.again(stopped))
    return await acting.onward(visit, f"{dossier_frame.ADDRESS}/{key}/dinh-chinh-ket-qua", done)


def _correcting(form: Form, name: str) -> Correcting:
    """The description of the form's file. Raises Stopped where nothing is chosen of what it takes the place of."""
    before = form.text(BEFORE)
    try:
        superseded = None if before == NONE else UUID(before)
    except ValueError as unknown:
        words = spoken("Chọn tệp bị thay, hoặc chọn không thay tệp nào.")
        raise Stopped(form, [Fault(words, BEFORE)]) from unknown
    return replace(_ANY, name=name, title=form.text(TITLE), supersedes=superseded, reason=form.text(REASON))


@router.post("/tra")
@acts.named(HAND_OVER)
async def hand_over_dossier_correction(key: DossierKey, visit: VisitNow, form: FormNow) -> Response:
    """Record that the corrected result was handed over; back to the page."""
    mode = form.text(desk.MODE)
    command = commands.HandOverCorrection(
        receiver=form.text(desk.RECEIVER),
        identifier=form.text(desk.IDENTIFIER),
        mode=DeliveryMode(mode) if mode in set(DeliveryMode) else None,
        postal_number=form.text(desk.POSTAL),
        note=form.text(desk.NOTE),
    )
    try:
        done = await acting.act(visit, form, key, command, fields=FIELDS)
    except Stopped as stopped:
        return await _shown(visit, key, Filled.again(stopped))
    return await acting.onward(visit, f"{dossier_frame.ADDRESS}/{key}/dinh-chinh-ket-qua", done)
