"""The register of plans, measures, internal regulations and targets as pages."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.coordination import places
from hoso_api.pages.coordination.places import DOCUMENTS
from hoso_api.pages.register import doing
from hoso_api.pages.shared import session, typed
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_models import DocumentKind, DocumentState
from hoso_workflows import errors, localtime
from hoso_workflows.coordination import documents
from hoso_workflows.coordination.documents import Document, Entry, Target

router = session.router(DOCUMENTS)
FIELDS = {
    "unit": "don-vi",
    "number": "so",
    "title": "ten",
    "valid_to": "den-ngay",
    "target": "loai",
    "year": "nam",
    "amount": "muc",
}
NOTE = {"text": "tien-do", "reached": "dat"}
DocumentId = Annotated[UUID, Path()]
Short = Annotated[str, Query(max_length=80)]


@router.get("")
@acts.named("list_register_documents")
async def documents_page(
    visit: VisitNow,
    unit: Annotated[Short, Query(alias="don-vi")] = "",
    kind: Annotated[Short, Query(alias="loai")] = "",
    after: Annotated[str, Query(alias="sau", max_length=200)] = "",
) -> Response:
    """The register, what was issued last first."""
    chosen = DocumentKind(kind) if kind in set(DocumentKind) else None
    try:
        found = await documents.listed(
            visit.service.db,
            unit=unit or None,
            kind=chosen,
            limit=places.LENGTH,
            after=after or None,
            within=await places.circle(visit),
        )
    except errors.BadCursor:
        return RedirectResponse(DOCUMENTS, status_code=303)
    return visit.page(
        "coordination/documents.html",
        here=places.HERE,
        sections=places.sections(visit),
        rows=found.items,
        after=found.after,
        unit=unit,
        kind=chosen or "",
        units=await places.named(visit),
        kinds=places.DOCUMENT_KINDS,
        states=places.DOCUMENT_STATES,
        enters=bool(places.units(visit, documents.ENTER)),
    )


@router.get("/moi")
@acts.named("enter_register_document")
async def entry_page(visit: VisitNow) -> Response:
    """The form of a document."""
    await places.require(visit, documents.ENTER)
    return await _entering(visit, Filled.first(visit))


@router.post("/moi")
@acts.named("enter_register_document")
async def enter(visit: VisitNow, form: FormNow) -> Response:
    """Enter a document."""
    try:
        made = await _entered(visit, form)
    except Stopped as stopped:
        return await _entering(visit, Filled.again(stopped))
    return RedirectResponse(f"{DOCUMENTS}/{made.id}", status_code=303)


@router.get("/{document}")
@acts.named("list_register_documents")
async def document_page(document: DocumentId, visit: VisitNow) -> Response:
    """A document with the notes on its progress."""
    return _shown(
        visit, await documents.one(visit.service.db, document, places.asked(visit)), Filled.first(visit)
    )


@router.post("/{document}/tien-do")
@acts.named("note_document_progress")
async def note(document: DocumentId, visit: VisitNow, form: FormNow) -> Response:
    """Note how far a document is carried out."""
    db = visit.service.db
    try:
        doing.required(form, tien_do=spoken("Ghi đã làm được gì."))
        if form.text("tinh-trang") not in set(DocumentState):
            raise Stopped(form, [Fault(spoken("Chọn tình trạng."), "tinh-trang")])
        state, text = DocumentState(form.text("tinh-trang")), form.text("tien-do")
        reached = places.figure(form, "dat") if form.text("dat") else None
        await doing.carried(
            visit,
            form,
            lambda: documents.note(db, document, text, state, places.asked(visit), reached=reached),
            NOTE,
        )
    except Stopped as stopped:
        return _shown(visit, await documents.one(db, document, places.asked(visit)), Filled.again(stopped))
    return RedirectResponse(f"{DOCUMENTS}/{document}", status_code=303)


async def _entered(visit: Visit, form: Form) -> Document:
    doing.required(
        form,
        don_vi=spoken("Chọn đơn vị."),
        so=spoken("Ghi số văn bản."),
        ten=spoken("Ghi tên văn bản."),
        ngay=spoken("Ghi ngày ban hành."),
    )
    if form.text("loai") not in set(DocumentKind):
        raise Stopped(form, [Fault(spoken("Chọn loại."), "loai")])
    kind, issued = DocumentKind(form.text("loai")), typed.day(form, "ngay")
    entry = Entry(
        kind,
        form.text("don-vi"),
        form.text("so"),
        form.text("ten"),
        issued,
        typed.day_said(form, "tu-ngay") or issued,
        typed.day_said(form, "den-ngay"),
        form.text("noi-dung"),
        _target(form) if kind is DocumentKind.TARGET else None,
    )
    db = visit.service.db
    return await doing.carried(visit, form, lambda: documents.enter(db, entry, places.asked(visit)), FIELDS)


def _target(form: Form) -> Target:
    doing.required(
        form, muc=spoken("Ghi mức phải đạt."), don_vi_tinh=spoken("Ghi đơn vị tính."), nam=spoken("Ghi năm.")
    )
    year = form.text("nam")
    if not (year.isdecimal() and len(year) == len("2026")):
        raise Stopped(form, [Fault(spoken("Ghi năm bằng bốn chữ số."), "nam")])
    return Target(int(year), places.figure(form, "muc"), form.text("don-vi-tinh"))


async def _entering(visit: Visit, form: Filled) -> Response:
    return visit.page(
        "coordination/document_new.html",
        form.status,
        here=places.HERE,
        form=form,
        units=await places.choices(visit, documents.ENTER),
        kinds=list(places.DOCUMENT_KINDS.items()),
        today=localtime.local_date(visit.at),
    )


def _shown(visit: Visit, found: Document, form: Filled) -> Response:
    return visit.page(
        "coordination/document.html",
        form.status,
        here=places.HERE,
        document=found,
        form=form,
        kinds=places.DOCUMENT_KINDS,
        states=places.DOCUMENT_STATES,
        notes=found.unit in places.units(visit, documents.NOTE),
    )
