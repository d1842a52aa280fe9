"""Notes of officers on a dossier: left for colleagues, amended by who wrote them."""

from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from hoso_api.http import acts, authentication
from hoso_api.pages.heads import headship
from hoso_api.pages.officer import dossier_frame
from hoso_api.pages.officer.dossier_endpoints import DossierKey
from hoso_api.pages.officer.dossier_frame import Subject
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows.lifecycle.commands import AmendNote, Command, WriteNote
from hoso_workflows.tasks import notes

router = APIRouter(
    prefix=f"{dossier_frame.ADDRESS}/{{key}}/trao-doi",
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

#: Fields of the forms, as the page names them.
TEXT, MENTION, NUMBER, AMENDED = "noi-dung", "nhac-den", "so", "noi-dung-sua"
#: So many notes a page shows.
MOST = 100
#: Nobody's id.
NOBODY = UUID(int=0)


@router.get("")
@acts.named("list_notes")
async def dossier_notes_page(key: DossierKey, visit: VisitNow) -> Response:
    """The officers' notes on the dossier, the newest first."""
    return await _shown(visit, key, Filled.first(visit))


@router.post("")
@acts.named("write_note")
async def write_dossier_note(key: DossierKey, visit: VisitNow, form: FormNow) -> Response:
    """Leave a note, and tell the chosen colleague of it; back to the notes."""
    return await _written(visit, key, form, TEXT, WriteNote(form.text(TEXT), _mentioned(form)))


@router.post("/sua")
@acts.named("amend_note")
async def amend_dossier_note(key: DossierKey, visit: VisitNow, form: FormNow) -> Response:
    """Correct a note of one's own; back to the notes."""
    return await _written(visit, key, form, AMENDED, AmendNote(_number(form), form.text(AMENDED)))


async def _written(visit: Visit, key: str, form: Form, field: str, command: Command) -> Response:
    fields = {"form-refused": field, "note-stands": field, "forbidden": MENTION}
    try:
        if not form.text(field):
            raise Stopped(form, [Fault(spoken("Chưa viết nội dung ghi chú."), field)])
        done = await acting.act(visit, form, key, command, fields=fields)
    except Stopped as stopped:
        return await _shown(visit, key, Filled.again(stopped))
    return await acting.onward(visit, f"{dossier_frame.ADDRESS}/{key}/trao-doi", done)


async def _shown(visit: Visit, key: str, form: Filled) -> Response:
    subject = await dossier_frame.read(visit, key)
    found = await notes.listed(visit.service, key, limit=MOST, **visit.reading)
    refusal = await dossier_frame.refusal(visit, subject, "write_note")
    return await dossier_frame.shown(
        visit,
        subject,
        "dossier_notes.html",
        tab="trao-doi",
        form=form,
        notes=found.items,
        more=found.after is not None,
        refusal=refusal,
        colleagues=[] if refusal else await _colleagues(visit, subject),
        amendable=next((each["seq"] for each in found.items if each["amendable"]), None),
    )


async def _colleagues(visit: Visit, subject: Subject) -> list[tuple[str, str]]:
    """Names and ids of the other officers of the dossier's units."""
    units = dict.fromkeys(subject.document["units"].values())
    people = [each for unit in units for each in await headship.officers(visit, unit)]
    return sorted({(each.name, str(each.id)) for each in people if each.id != visit.principal})


def _mentioned(form: Form) -> UUID | None:
    text = form.text(MENTION)
    try:
        return UUID(text) if text else None
    except ValueError:
        return NOBODY


def _number(form: Form) -> int:
    """The number of the note; 0, which none has, for what is no number."""
    text = form.text(NUMBER)
    return int(text) if text.isdecimal() and len(text) < 10 else 0
