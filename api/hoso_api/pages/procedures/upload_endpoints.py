"""Upload of a package or of a single diagram, to be checked or kept."""

from typing import Any

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.http.middleware import limits
from hoso_api.pages.procedures import publishing, upload, version
from hoso_api.pages.procedures.upload import Kind, Upload
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation import wording
from hoso_workflows import errors
from hoso_workflows.procedures import examination, publication

router = APIRouter(
    prefix=upload.ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)


@router.get("")
@acts.named("declare_version")
async def upload_page(visit: VisitNow) -> Response:
    """The form that takes a package or a diagram. Raises Forbidden for who declares nothing."""
    await examination.require_declarer(visit.service.db, visit.principal, visit.at)
    return _page(visit, Filled.first(visit))


@router.post("")
@limits.takes(limits.Size.PACKAGE)
@acts.named("declare_version")
async def save_upload(visit: VisitNow, form: FormNow) -> Response:
    """Check an upload and keep it. A single diagram asks for the rest first."""
    return await _taken(visit, form, keep=True)


@router.post("/kiem-tra")
@limits.takes(limits.Size.PACKAGE)
@acts.named("declare_version")
async def check_upload(visit: VisitNow, form: FormNow) -> Response:
    """Check an upload; nothing is stored."""
    return await _taken(visit, form, keep=False)


@router.post("/so-do")
@limits.takes(limits.Size.PACKAGE)
@acts.named("declare_version")
async def save_diagram(visit: VisitNow, form: FormNow) -> Response:
    """Keep a diagram and what its author has said beside it as a draft."""
    return await _declared(visit, form, keep=True)


@router.post("/so-do/kiem-tra")
@limits.takes(limits.Size.PACKAGE)
@acts.named("declare_version")
async def check_diagram(visit: VisitNow, form: FormNow) -> Response:
    """Check a diagram with what its author has said beside it; nothing is stored."""
    return await _declared(visit, form, keep=False)


@router.post("/so-do/goi.zip")
@limits.takes(limits.Size.PACKAGE)
@acts.named("declare_version")
async def download_diagram(visit: VisitNow, form: FormNow) -> Response:
    """The package made of a diagram and of its author's words."""
    await examination.require_declarer(visit.service.db, visit.principal, visit.at)
    try:
        made = upload.package(form)
    except Stopped as stopped:
        return _diagram_page(visit, Filled.again(stopped))
    name = f"attachment; filename={made.name}"
    return Response(made.data, media_type=limits.PACKAGE, headers={"Content-Disposition": name})


async def _taken(visit: Visit, form: Form, *, keep: bool) -> Response:
    try:
        file = await upload.taken(form)
        if file.kind is Kind.DRAWING:
            return await _imported(visit, file)
        return await _carried_out(visit, file, keep=keep)
    except Stopped as stopped:
        return _page(visit, Filled.again(stopped))
    except errors.TooManyRequests as refused:
        return _page(visit, Filled.again(await publishing.stopped(visit, form, refused)))


async def _imported(visit: Visit, file: Upload) -> Response:
    """The changes of an import, and the form for the rest."""
    db = visit.service.db
    try:
        found, outline = await examination.converted(db, file.data, actor=visit.principal, at=visit.at)
    except errors.PackageRefused as refused:
        return _page(visit, Filled(status=422), checked=await upload.checked(file, refused.report))
    form = Filled(typed=upload.typed(found, outline))
    return _diagram_page(visit, form, changes=upload.changes(found.changes), name=file.name, size=file.size)


async def _declared(visit: Visit, form: Form, *, keep: bool) -> Response:
    """Keep the package that a form declares, or check it. Raises Forbidden for who declares nothing."""
    await examination.require_declarer(visit.service.db, visit.principal, visit.at)
    shown = Filled(key=form.key, typed=form.typed)
    try:
        return await _carried_out(visit, upload.package(form), keep=keep, typed=shown)
    except Stopped as stopped:
        return _diagram_page(visit, Filled.again(stopped))
    except errors.Refusal as refused:
        told = await acting.stopped(visit, form, "", refused, fields=upload.BY_SLUG)
        return _diagram_page(visit, Filled.again(told))


async def _carried_out(visit: Visit, file: Upload, *, keep: bool, typed: Filled | None = None) -> Response:
    """Keep a package, or only say what its check found. Raises Stopped and TooManyRequests."""
    db, actor, at, status = visit.service.db, visit.principal, visit.at, 200
    if keep:
        try:
            await examination.require_declarer(db, actor, at)
            kept = await publication.declare(db, file.data, actor=actor, at=at)
        except errors.PackageRefused as refused:
            report, status = refused.report, 422
        else:
            return RedirectResponse(version.address(kept.procedure, kept.number), status_code=303)
    else:
        report = await examination.examine(db, file.data, actor=actor, at=at)
    found = await upload.checked(file, report)
    if typed is None:
        return _page(visit, Filled(status=status), checked=found)
    return _diagram_page(visit, Filled(key=typed.key, typed=typed.typed, status=status), checked=found)


def _page(visit: Visit, form: Filled, *, checked: upload.Checked | None = None) -> Response:
    return visit.page(
        "procedures/upload.html",
        form.status,
        here="thu-tuc",
        form=form,
        checked=checked,
        limit=upload.limit(visit),
    )


def _diagram_page(visit: Visit, form: Filled, **found: Any) -> Response:
    values = {"checked": None, "changes": None, "name": "", "size": ""} | found
    parts = {key: words for key, words in wording.UNIT_PARTS.items() if key != "item"}
    return visit.page(
        "procedures/diagram.html",
        form.status,
        here="thu-tuc",
        form=form,
        lanes=form.texts(upload.LANE),
        roles=wording.ROLES,
        parts=parts,
        **values,
    )
