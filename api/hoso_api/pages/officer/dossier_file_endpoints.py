"""Files of a dossier: listed by phase, opened, added by the authority."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends
from starlette.datastructures import UploadFile
from starlette.responses import Response

from hoso_api.http import acts, authentication, encoding
from hoso_api.http.middleware import limits
from hoso_api.pages.filing import received_files
from hoso_api.pages.officer import dossier_frame
from hoso_api.pages.officer.dossier_endpoints import DossierKey
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Done, Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, Visited, VisitNow
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import Phase
from hoso_workflows import errors
from hoso_workflows.attachments import file_views, uploads
from hoso_workflows.attachments.uploads import Asked, Described, Files

router = APIRouter(
    prefix=f"{dossier_frame.ADDRESS}/{{key}}/giay-to",
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

#: Fields of the form, as the page names them.
FILE, TITLE, COMPONENT = "tep", "tieu-de", "thanh-phan"
#: The field of a refusal, by its slug.
FIELDS = {
    **dict.fromkeys(
        ("file-too-large", "file-type-refused", "file-refused", "file-protected", "file-infected"), FILE
    ),
    **dict.fromkeys(("file-too-large-to-scan", "attachment-there"), FILE),
}
PHASES: Mapping[Phase, str] = {
    Phase.FILING: marked("Khi nộp hồ sơ"),
    Phase.SUPPLEMENT: marked("Khi bổ sung"),
    Phase.HANDLING: marked("Trong khi giải quyết"),
    Phase.RESULT: marked("Kết quả"),
}


@router.get("")
@acts.named("list_attachments")
async def dossier_files_page(key: DossierKey, visit: VisitNow) -> Response:
    """The files of the dossier by phase, and the form that adds one."""
    return await _listed(visit, key, Filled.first(visit))


async def _listed(visit: Visit, key: str, form: Filled) -> Response:
    subject = await dossier_frame.read(visit, key)
    found = await listed(visit, key)
    names = {each["code"]: each["name"] for each in subject.document["components"]}
    return await dossier_frame.shown(
        visit,
        subject,
        "dossier_files.html",
        tab="giay-to",
        form=form,
        phases=_phases(found),
        names=names,
        components=[("", spoken("Không thuộc thành phần nào")), *names.items()],
        most=most(visit),
        refusal=await dossier_frame.refusal(visit, subject, "attach_internally"),
    )


async def listed(visit: Visited, key: str) -> list[dict[str, Any]]:
    """The files of a dossier that the reader sees, all versions. Raises NotFound."""
    return await file_views.listed(_files(visit), key, _asked(visit))


def most(visit: Visited) -> int:
    """The largest file that is taken, in bytes."""
    return _files(visit).settings.store_file_bytes


def _phases(found: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The files by phase, without empty ones."""
    grouped = ((words, [each for each in found if each["phase"] == phase]) for phase, words in PHASES.items())
    return [(spoken(words), files) for words, files in grouped if files]


@router.post("")
@limits.takes(limits.Size.FILE)
@acts.named("attach_file")
async def add_dossier_file(key: DossierKey, visit: VisitNow, form: FormNow) -> Response:
    """Add a file that the applicant does not see; back to the files."""
    try:
        done = await added(visit, key, form, lambda name: _described(form, name), FIELDS)
    except Stopped as stopped:
        return await _listed(visit, key, Filled.again(stopped))
    return await acting.onward(visit, f"{dossier_frame.ADDRESS}/{key}/giay-to", done)


def _described(form: Form, name: str) -> Described:
    return Described(name, form.text(TITLE), form.text(COMPONENT) or None, internal=True)


async def added(
    visit: Visited,
    key: str,
    form: Form,
    described: Callable[[str], Described],
    fields: Mapping[str, str],
    place: str = FILE,
    field: str = FILE,
    **asked: Any,
) -> Done:
    """Add the file of a form, as `described` by its name.

    A form with several files has a `field` for each.

    Raises Stopped, with refusals at their `fields` and a missing file at its `place` on the page.
    """
    sent = form.fields.get(field)
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise Stopped(form, [Fault(spoken("Chưa chọn tệp."), place)])
    form.require_legible()
    said = described(received_files.name(sent.filename))
    try:
        before = form.event or await acting.last_event(visit.service.db, key)
        # A form with several fields may come back with some of its files taken, and then have others under its key.
        several = uuid5(UUID(form.key), f"{field}/{sent.size}/{sent.filename}")
        once = f"trang/{form.key if field == FILE else several}"
        return Done(await _received(visit, key, sent, said, once, **asked), before)
    except errors.Refusal as refused:
        raise await acting.stopped(visit, form, key, refused, fields=fields) from refused


async def _received(
    visit: Visited, key: str, sent: UploadFile, described: Described, once: str, **asked: Any
) -> Any:
    upload = await uploads.begun(_files(visit), key, _asked(visit), once, **asked)
    outcome, _ = await received_files.poured(upload, sent, described, once)
    return outcome


@router.get("/{attachment}")
@acts.named("read_attachment")
async def save_dossier_file(key: DossierKey, attachment: UUID, visit: VisitNow) -> Response:
    """The bytes of a file, to be saved; no browser shows them here."""
    return encoding.saved(await file_views.content(_files(visit), key, attachment, _asked(visit)))


@router.get("/{attachment}/anh")
@acts.named("read_attachment")
async def show_dossier_thumbnail(key: DossierKey, attachment: UUID, visit: VisitNow) -> Response:
    """The small picture of a file's first page."""
    return encoding.picture(await file_views.thumbnail(_files(visit), key, attachment, _asked(visit)))


def _files(visit: Visited) -> Files:
    found: Files = visit.request.app.state.files
    return found


def _asked(visit: Visited) -> Asked:
    return Asked(visit.principal, visit.at, visit.origin)
