"""Copies of a letter: those that were given out, and the giving of one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from hoso_api.http import acts, authentication
from hoso_api.http.fields import Key
from hoso_api.pages.desk import dossier
from hoso_api.pages.shared import acting, letter_preview, session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors
from hoso_workflows.correspondence import letter_copies, letter_views
from hoso_workflows.lifecycle import commands

router = APIRouter(
    prefix="/noi-bo/ho-so/{key}/giay/{letter}/ban-sao",
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

Dossier = Annotated[Key, Path()]
Ordinal = Annotated[int, Path(ge=1, le=2**31 - 1)]
ACT = "issue_copy"
#: Fields of the form, as its page names them, with the longest name that fits into the mark.
RECEIVER, REASON, LONGEST = "nguoi-nhan", "ly-do", 120


@router.get("")
@acts.named("list_letters")
async def copies_page(key: Dossier, letter: UUID, visit: VisitNow) -> Response:
    """Copies of a letter that were given out, and the form for another."""
    return await _shown(visit, key, letter, Filled.first(visit))


@router.post("")
@acts.named(ACT)
async def give_copy(key: Dossier, letter: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Give out a copy; back to the copies, among which it stands."""
    try:
        command = _asked(form, letter)
        done = await acting.act(visit, form, key, command, fields={"reason-missing": REASON})
    except Stopped as stopped:
        return await _shown(visit, key, letter, Filled.again(stopped))
    return await acting.onward(visit, f"/noi-bo/ho-so/{key}/giay/{letter}/ban-sao", done)


def _asked(form: Form, letter: UUID) -> commands.IssueCopy:
    """The copy of a form. Raises Stopped for a name without a reason, or one too long for the mark."""
    receiver, reason = form.text(RECEIVER), form.text(REASON)
    faults = []
    if len(receiver) > LONGEST:
        faults.append(Fault(spoken("Viết ngắn hơn: nhiều nhất {n} ký tự.", n=LONGEST), RECEIVER))
    if receiver and not reason:
        faults.append(Fault(spoken("Ghi lý do khi người nhận không phải là người nộp."), REASON))
    if faults:
        raise Stopped(form, faults)
    return commands.IssueCopy(letter, receiver, reason)


@router.get("/{ordinal}/ban-in")
@acts.named("read_letter")
async def printed_copy(key: Dossier, letter: UUID, ordinal: Ordinal, visit: VisitNow) -> Response:
    """A copy with its mark as on paper.

    Of a signed letter, a page that says so.
    """
    reader = letter_preview.reader(visit)
    paper = await letter_copies.paper(visit.service, key, letter, ordinal, reader)
    return letter_preview.paper(paper.page)


@router.get("/{ordinal}/pdf")
@acts.named("read_letter")
async def copy_pdf(key: Dossier, letter: UUID, ordinal: Ordinal, visit: VisitNow) -> Response:
    """A copy as PDF: with its mark, or the signed file that was given."""
    reader = letter_preview.reader(visit)
    paper = await letter_copies.paper(visit.service, key, letter, ordinal, reader)
    headers = {"Content-Disposition": f'inline; filename="{letter}-{ordinal}.pdf"'}
    return Response(await paper.pdf(), media_type="application/pdf", headers=headers)


async def _shown(visit: Visit, key: str, letter: UUID, form: Filled) -> Response:
    counter = await dossier.read(visit, key, ACT)
    reader = letter_preview.reader(visit)
    listed = await letter_views.listed(visit.service, key, reader)
    found = next((each for each in listed if each["id"] == str(letter)), None)
    if found is None:
        raise errors.NotFound("letter", letter)
    return visit.page(
        "desk/copies.html",
        form.status,
        here="mot-cua",
        counter=counter,
        dossier=counter.document,
        letter=found,
        copies=await letter_copies.listed(visit.service, key, letter, reader),
        form=form,
        flash=await acting.flash(visit),
    )
