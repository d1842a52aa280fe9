"""Drafts of entries as pages: the list, the editor, publication, abolition."""

from typing import Annotated

from fastapi import Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.http.middleware import limits
from hoso_api.pages.catalogue import entry_form, places
from hoso_api.pages.catalogue.entry_form import FIELDS, VERSION
from hoso_api.pages.catalogue.places import ADDRESS, DRAFTS
from hoso_api.pages.coordination import places as coordination
from hoso_api.pages.register import doing
from hoso_api.pages.shared import acting, session, typed
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_models import PublicationKind
from hoso_workflows import errors, localtime
from hoso_workflows.catalogue import drafts, publishing, storage, values
from hoso_workflows.catalogue.drafts import Draft

router = session.router(ADDRESS)
Code = Annotated[str, Path(max_length=80)]
PUBLISHED = {
    "kind": "loai",
    "decision_no": "so-quyet-dinh",
    "decision_date": "ngay-quyet-dinh",
    "published_at": "cong-bo-luc",
    "valid_from": "tu-ngay",
    "valid_to": "den-ngay",
    "successor": "thay-the",
    "entry-begins-earlier": "tu-ngay",
    "entry-nothing-to-abolish": "loai",
    "draft of an entry": "loai",
}


@router.get("/ban-nhap")
@acts.named("edit_entry")
async def drafts_page(
    visit: VisitNow, after: Annotated[str, Query(alias="sau", max_length=200)] = ""
) -> Response:
    """The drafts that the reader may change."""
    await coordination.require(visit, drafts.EDIT)
    try:
        found = await drafts.listed(
            visit.service.db, coordination.asked(visit), limit=places.LENGTH, after=after or None
        )
    except errors.BadCursor:
        return RedirectResponse(DRAFTS, status_code=303)
    return visit.page(
        "catalogue/drafts.html",
        here=places.HERE,
        sections=places.sections(visit),
        rows=found.items,
        after=found.after,
        items=places.ITEMS,
    )


@router.get("/moi")
@acts.named("edit_entry")
async def new_entry_page(visit: VisitNow) -> Response:
    """The form of an entry that the catalogue does not have."""
    await coordination.require(visit, drafts.EDIT)
    return await _editing(visit, "", Filled.first(visit), None)


@router.post("/moi")
@limits.takes(limits.Size.BODY)
@acts.named("edit_entry")
async def begin_draft(visit: VisitNow, form: FormNow) -> Response:
    """Begin the draft of an entry that the catalogue does not have."""
    try:
        code = form.text("ma")
        if values.code_faults(code):
            raise Stopped(form, [Fault(spoken("Ghi mã thủ tục, ví dụ 1.014464."), "ma")])
        await _saved(visit, form, code)
    except Stopped as stopped:
        return await _editing(visit, "", Filled.again(stopped), None)
    return RedirectResponse(f"{ADDRESS}/{code}/soan", status_code=303)


@router.get("/{code}/soan")
@acts.named("edit_entry")
async def draft_page(code: Code, visit: VisitNow) -> Response:
    """The draft of an entry, or its last version to begin with."""
    found = await _draft(visit, code)
    last = None if found else (await storage.last(visit.service.db, [code])).get(code)
    if found is None and last is None:
        raise errors.NotFound("entry of the catalogue", code)
    content = found.content if found else last.content if last else None
    assert content is not None  # noqa: S101 - one of both was found
    form = Filled.first(visit, **entry_form.typed(content))
    return await _editing(visit, code, form, found)


@router.post("/{code}/soan")
@limits.takes(limits.Size.BODY)
@acts.named("edit_entry")
async def save_draft(code: Code, visit: VisitNow, form: FormNow) -> Response:
    """Save the draft of an entry."""
    try:
        await _saved(visit, form, code)
    except Stopped as stopped:
        return await _editing(visit, code, Filled.again(stopped), await drafts.find(visit.service.db, code))
    return RedirectResponse(f"{ADDRESS}/{code}/soan", status_code=303)


@router.post("/{code}/soan/bo")
@acts.named("edit_entry")
async def drop_draft(code: Code, visit: VisitNow, form: FormNow) -> Response:
    """Take a draft away, in the version that was read."""
    db, version = visit.service.db, _number(form)
    try:
        await doing.carried(
            visit, form, lambda: drafts.discard(db, code, coordination.asked(visit), version=version), {}
        )
    except Stopped as stopped:
        found = await drafts.one(db, code)
        again = Filled.again(stopped)
        kept = Filled(again.key, again.faults, typed=entry_form.typed(found.content), status=again.status)
        return await _editing(visit, code, kept, found)
    return RedirectResponse(DRAFTS, status_code=303)


@router.get("/{code}/cong-bo")
@acts.named("publish_entry")
async def publication_page(code: Code, visit: VisitNow) -> Response:
    """The form of the decision that publishes a draft, or abolishes the entry."""
    unit = await drafts.authority(visit.service.db, code)
    if unit is None:
        raise errors.NotFound("entry of the catalogue", code)
    await coordination.require(visit, publishing.PUBLISH, unit)
    return await _publishing(visit, code, Filled.first(visit))


@router.post("/{code}/cong-bo")
@acts.named("publish_entry")
async def publish(code: Code, visit: VisitNow, form: FormNow) -> Response:
    """Publish the draft of an entry, or abolish the entry."""
    db, asked = visit.service.db, coordination.asked(visit)
    try:
        said, version = _publication(form), _number(form)
        await doing.carried(
            visit, form, lambda: publishing.publish(db, code, said, asked, draft_version=version), PUBLISHED
        )
    except Stopped as stopped:
        return await _publishing(visit, code, Filled.again(stopped))
    return RedirectResponse(f"{ADDRESS}/{code}", status_code=303)


def _publication(form: Form) -> values.Publication:
    doing.required(
        form,
        so_quyet_dinh=spoken("Ghi số quyết định công bố."),
        ngay_quyet_dinh=spoken("Ghi ngày quyết định."),
        cong_bo_luc=spoken("Ghi thời điểm công bố."),
        tu_ngay=spoken("Ghi ngày có hiệu lực."),
    )
    if form.text("loai") not in set(PublicationKind):
        raise Stopped(form, [Fault(spoken("Chọn loại."), "loai")])
    given = {
        "kind": form.text("loai"),
        "decision_no": form.text("so-quyet-dinh"),
        "decision_date": typed.day(form, "ngay-quyet-dinh"),
        "published_at": coordination.instant(form, "cong-bo-luc"),
        "valid_from": typed.day(form, "tu-ngay"),
        "valid_to": typed.day_said(form, "den-ngay"),
        "successor": form.text("thay-the") or None,
    }
    try:
        return values.publication(given)
    except errors.FormRefused as refused:
        raise Stopped(form, [Fault(spoken("Ghi mã thủ tục, ví dụ 1.014464."), "thay-the")]) from refused


async def _saved(visit: Visit, form: Form, code: str) -> Draft:
    """The draft as it is saved. Texts may be longer than those of other forms. Raises Stopped."""
    content, version = entry_form.read(form), _number(form)
    asked = coordination.asked(visit)
    try:
        return await drafts.save(visit.service.db, code, content, asked, version=version)
    except errors.NotFound as missing:
        raise Stopped(form, [Fault(spoken("Không có đơn vị nào có mã này."), "co-quan")]) from missing
    except errors.Refusal as refused:
        raise await acting.stopped(visit, form, "", refused, fields=FIELDS) from refused


def _number(form: Form) -> int | None:
    text = form.text(VERSION)
    return int(text) if text.isdecimal() and len(text) < len("0000000000") else None


async def _draft(visit: Visit, code: str) -> Draft | None:
    """The draft, for who may change it; None where there is none. Raises Forbidden, which is recorded."""
    unit = await drafts.authority(visit.service.db, code)
    if unit is not None:
        await coordination.require(visit, drafts.EDIT, unit)
    if await drafts.find(visit.service.db, code) is None:
        return None
    return await drafts.read(visit.service.db, code, coordination.asked(visit))


async def _editing(visit: Visit, code: str, form: Filled, draft: Draft | None) -> Response:
    authority = await drafts.authority(visit.service.db, code) if code else None
    return visit.page(
        "catalogue/draft.html",
        form.status,
        here=places.HERE,
        code=code,
        form=form,
        draft=draft,
        version=draft.version if draft else 0,
        names=entry_form.NAMES,
        fields=places.FIELDS,
        items=places.ITEMS,
        modes=places.MODES,
        levels=places.levels(localtime.local_date(visit.at), form.text("cap")),
        units=await coordination.choices(visit, drafts.EDIT),
        publishes=authority in coordination.units(visit, publishing.PUBLISH),
    )


async def _publishing(visit: Visit, code: str, form: Filled) -> Response:
    db = visit.service.db
    draft, known = await drafts.find(db, code), await storage.last(db, [code])
    if draft is not None:
        draft = await drafts.one(db, code)
    return visit.page(
        "catalogue/publication.html",
        form.status,
        here=places.HERE,
        code=code,
        form=form,
        draft=draft,
        last=known.get(code),
        fields=places.FIELDS,
        items=places.ITEMS,
        kinds=[each for each in places.KINDS.items() if known or each[0] != PublicationKind.ABOLISHED],
        today=localtime.local_date(visit.at),
    )
