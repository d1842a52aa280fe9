"""Checks of the catalogue, and entries from a file, as pages."""

import base64
import binascii
import zlib
from http import HTTPStatus
from typing import Annotated

from fastapi import Query
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.http.middleware import limits
from hoso_api.pages.catalogue import places
from hoso_api.pages.catalogue.places import ADDRESS, LAGS
from hoso_api.pages.coordination import places as coordination
from hoso_api.pages.register import doing
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_calendar import messages
from hoso_workflows import errors, localtime
from hoso_workflows.catalogue import checking, exchange, importing
from hoso_workflows.catalogue.importing import Plan

router = session.router(ADDRESS)
Short = Annotated[str, Query(max_length=80)]
#: Lines of findings, and codes, that a page names one by one.
MOST = 200
FILE, SEEN, CARRIED = "tep", "da-xem", "tep-da-xem"
#: Characters of a file that a page carries on, packed; a larger one is chosen once more.
MOST_CARRIED = 2_000_000
#: Bytes of a file that is unpacked.
MOST_UNPACKED = 10 * 2**20


@router.get("/thieu")
@acts.named("list_catalogue")
async def missing_page(visit: VisitNow, unit: Annotated[Short, Query(alias="don-vi")] = "") -> Response:
    """The entries that lack an item, or differ from what is declared here."""
    service, day = visit.service, localtime.local_date(visit.at)
    found = await checking.check(service.db, service.reference_data, day, authority=unit or None)
    return visit.page(
        "catalogue/missing.html",
        here=places.HERE,
        sections=places.sections(visit),
        rows=found[:MOST],
        total=len(found),
        by_item=checking.by_item(found),
        items=places.ITEMS,
        fields=places.FIELDS,
        unit=unit,
        units=await coordination.named(visit),
    )


@router.get("/thoi-gian-nhap")
@acts.named("list_catalogue")
async def lags_page(
    visit: VisitNow,
    unit: Annotated[Short, Query(alias="don-vi")] = "",
    after: Annotated[str, Query(alias="sau", max_length=200)] = "",
) -> Response:
    """The versions by the day of their entry, with the days since their publication."""
    db = visit.service.db
    try:
        page = await checking.lags(db, authority=unit or None, limit=places.LENGTH, after=after or None)
    except errors.BadCursor:
        return RedirectResponse(LAGS, status_code=303)
    return visit.page(
        "catalogue/lags.html",
        here=places.HERE,
        sections=places.sections(visit),
        rows=page.items,
        after=page.after,
        figures=await checking.lag_figures(db, authority=unit or None),
        unit=unit,
        units=await coordination.named(visit),
    )


@router.get("/nhap")
@acts.named("import_catalogue")
async def import_page(visit: VisitNow) -> Response:
    """The form that takes a file of entries."""
    await coordination.require(visit, importing.IMPORT)
    return _importing(visit, Filled.first(visit))


@router.post("/nhap/xem-truoc")
@limits.takes(limits.Size.PACKAGE)
@acts.named("import_catalogue")
async def foresee_import(visit: VisitNow, form: FormNow) -> Response:
    """Look at a file; nothing is written."""
    await coordination.require(visit, importing.IMPORT)
    try:
        name, data = await _file(form)
        plan = await importing.foresee(visit.service.db, data, name, coordination.asked(visit))
    except Stopped as stopped:
        return _importing(visit, Filled.again(stopped))
    return _importing(visit, Filled(form.key), plan=plan, carried=_carried(plan, data))


@router.post("/nhap")
@limits.takes(limits.Size.PACKAGE)
@acts.named("import_catalogue")
async def bring_in(visit: VisitNow, form: FormNow) -> Response:
    """Bring the file in that was looked at, as a whole."""
    await coordination.require(visit, importing.IMPORT)
    db, asked = visit.service.db, coordination.asked(visit)
    try:
        name, data = await _file(form)
        seen = form.text(SEEN)
        plan = await importing.foresee(db, data, name, asked)
        if not plan.ok or plan.digest != seen:
            changed = Filled(form.key, status=HTTPStatus.UNPROCESSABLE_ENTITY)
            return _importing(visit, changed, plan=plan, carried=_carried(plan, data))
        done = await doing.carried(
            visit, form, lambda: importing.bring_in(db, data, name, asked, digest=seen), {}
        )
    except Stopped as stopped:
        return _importing(visit, Filled.again(stopped))
    return _importing(visit, Filled(), done=done)


async def _file(form: Form) -> tuple[str, bytes]:
    """The file that was chosen, or carried on from the page before. Raises Stopped."""
    sent = form.fields.get(FILE)
    if carried := form.text(CARRIED):
        return "tep", _unpacked(form, carried)
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise Stopped(form, [Fault(spoken("Chọn tệp CSV, xlsx hoặc JSON."), FILE)])
    return "tep", await sent.read()


def _carried(plan: Plan, data: bytes) -> str:
    """A sound file as text of a form; empty for too large a one."""
    if not plan.ok:
        return ""
    packed = base64.urlsafe_b64encode(zlib.compress(data)).decode()
    return packed if len(packed) <= MOST_CARRIED else ""


def _unpacked(form: Form, carried: str) -> bytes:
    """The file of a text. Raises Stopped for one that did not come back whole."""
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(base64.urlsafe_b64decode(carried), MOST_UNPACKED)
    except (binascii.Error, zlib.error, ValueError):
        data = b""
    if not unpacking.eof:
        raise Stopped(form, [Fault(spoken("Chọn lại tệp: tệp không đến đủ."), FILE)])
    return data


def _importing(
    visit: Visit, form: Filled, *, plan: Plan | None = None, done: Plan | None = None, carried: str = ""
) -> Response:
    return visit.page(
        "catalogue/import.html",
        form.status,
        here=places.HERE,
        sections=places.sections(visit),
        form=form,
        plan=plan,
        done=done,
        carried=carried,
        columns=exchange.COLUMNS,
        fields=places.FIELDS,
        most=MOST,
        said=messages.translated,
    )
