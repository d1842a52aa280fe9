"""The check of a paper by its code and number, or by a file.

A paper is found by the id of its QR code alone, which nobody guesses; its number is compared, never searched for, since numbers follow
one another.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.http.authentication import ServiceNow
from hoso_api.http.middleware import limits
from hoso_api.http.unknown_callers import papers_throttled, throttled
from hoso_api.pages.portal.visit import Anybody, AnybodyNow
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.translation.vietnamese import marked, spoken
from hoso_workflows import errors
from hoso_workflows.correspondence import letter_views, paper_check
from hoso_workflows.dossiers.service import DossierService

ADDRESS, HERE = letter_views.CHECK, "kiem-chung"
router = session.router(ADDRESS)
CODE, NUMBER, FILE = "ma", "so", "tep"
_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.I)
#: Parts of a receipt that are compared, and their names.
PARTS: Mapping[str, str] = {
    "series": marked("Số"),
    "title": marked("Loại giấy tờ"),
    "unit": marked("Đơn vị phát hành"),
    "issued_at": marked("Thời điểm phát hành"),
    "code": marked("Mã hồ sơ"),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """A paper of ours, and the names of the parts that differ."""

    found: Mapping[str, Any]
    differing: tuple[str, ...] = ()


@router.get("")
@acts.named("check_letter")
async def paper_page(visit: AnybodyNow) -> Response:
    """The form for a code and a number, and that for a file."""
    return _shown(visit, Filled())


@router.post("")
@limits.takes(limits.Size.BODY)
@acts.named("check_paper")
async def check_held_paper(
    request: Request, visit: AnybodyNow, service: ServiceNow, form: FormNow
) -> Response:
    """Say whether a paper is ours, and which part of it does not match."""
    state = request.app.state
    try:
        form.require_legible()
        sent = form.fields.get(FILE)
        if isinstance(sent, UploadFile) and sent.filename:
            await papers_throttled(request)
            content = await sent.read()
            if content.lstrip()[:1] == b"{":
                return _shown(visit, Filled(), compared=await _receipt(service, form, content))
            roots = state.settings.keyring.roots
            checked = await paper_check.checked(service, content, roots, state.clock())
            return _shown(visit, Filled(), checked=_with_instants(checked))
        await throttled(request)
        return _shown(visit, _again(form), compared=await _numbered(service, form))
    except Stopped as stopped:
        return _shown(visit, Filled.again(stopped))


async def _numbered(service: DossierService, form: Form) -> Compared:
    """The paper of a code, compared with its number where one was typed."""
    if not form.text(CODE):
        raise Stopped(form, [Fault(spoken("Nhập mã trong mã QR, hoặc chọn tệp."), CODE)])
    found = await _paper(service, form, form.text(CODE), CODE)
    number = form.text(NUMBER)
    return Compared(found, _differing(found, {"series": number} if number else {}))


async def _receipt(service: DossierService, form: Form, content: bytes) -> Compared:
    """The paper that a file of data names, compared part by part."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError) as unreadable:
        raise Stopped(form, [Fault(spoken("Tệp JSON này không đọc được."), FILE)]) from unreadable
    found = await _paper(service, form, str(said.get("id", "")), FILE)
    return Compared(found, _differing(found, said))


async def _paper(service: DossierService, form: Form, text: str, field: str) -> dict[str, Any]:
    """The paper of the last id in a text. Raises Stopped where there is none."""
    named = _ID.findall(text)
    try:
        found = await letter_views.checked(service, UUID(named[-1])) if named else None
    except errors.NotFound:
        found = None
    if found is None:
        raise Stopped(form, [Fault(spoken("Mã này không thuộc giấy tờ nào của hệ thống."), field)])
    return found


def _differing(found: Mapping[str, Any], said: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the parts that are said and differ.

    Blanks and capitals do not count.
    """
    return tuple(
        spoken(PARTS[part]) for part in PARTS if part in said and _same(said[part]) != _same(found[part])
    )


def _same(value: object) -> str:
    text = str(value or "")
    try:
        return datetime.fromisoformat(text).astimezone().isoformat()
    except ValueError:
        return "".join(text.casefold().split())


def _again(form: Form) -> Filled:
    return Filled(typed={name: form.text(name) for name in (CODE, NUMBER)})


def _with_instants(checked: Mapping[str, Any]) -> dict[str, Any]:
    letter = checked["letter"]
    return {**checked, "letter": letter and _moments(letter)}


def _moments(found: Mapping[str, Any]) -> dict[str, Any]:
    named = ("issued_at", "cancelled_at")
    return {**found, **{name: found[name] and datetime.fromisoformat(found[name]) for name in named}}


def _shown(
    visit: Anybody,
    form: Filled,
    *,
    compared: Compared | None = None,
    checked: Mapping[str, Any] | None = None,
) -> Response:
    found = compared and _moments(compared.found)
    differing = compared.differing if compared else ()
    return visit.page(
        "information/paper_check.html",
        form.status,
        here=HERE,
        form=form,
        found=found,
        differing=differing,
        checked=checked,
    )
