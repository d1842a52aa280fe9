"""Proposals to the desk, messages to a dossier's procedure."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import APIRouter, Depends
from starlette.responses import Response

from hoso_api.http import acts, authentication
from hoso_api.pages.officer import dossier_frame
from hoso_api.pages.officer.dossier_endpoints import DossierKey
from hoso_api.pages.officer.dossier_frame import Subject
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows.dossiers import views
from hoso_workflows.lifecycle import commands

router = APIRouter(
    prefix=dossier_frame.ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

#: Fields of the forms, as the pages name them.
REASON, ITEMS, MESSAGE, VALUES = "ly-do", "muc", "thong-diep", "du-lieu"
#: The field of a refusal, by its slug.
FIELDS = {
    "reason-missing": REASON,
    "nobody-waits": MESSAGE,
    **dict.fromkeys(("bad-variable", "form-refused"), VALUES),
}


@router.get("/{key}/de-nghi-bo-sung")
@acts.named("get_dossier")
async def supplement_proposal_page(key: DossierKey, visit: VisitNow) -> Response:
    """The form of a proposal to the desk."""
    return await _proposal(visit, key, Filled.first(visit))


async def _proposal(visit: Visit, key: str, form: Filled) -> Response:
    subject = await dossier_frame.read(visit, key)
    return await dossier_frame.shown(
        visit,
        subject,
        "dossier_proposal.html",
        tab="de-nghi-bo-sung",
        form=form,
        refusal=await dossier_frame.refusal(visit, subject, "propose_supplement"),
    )


@router.post("/{key}/de-nghi-bo-sung")
@acts.named("propose_supplement")
async def propose_dossier_supplement(key: DossierKey, visit: VisitNow, form: FormNow) -> Response:
    """Propose to the desk that it asks for a supplement; on to the dossier."""
    items = tuple(each.strip() for each in form.text(ITEMS).splitlines() if each.strip())
    try:
        _require(form, REASON)
        command = commands.ProposeSupplement(form.text(REASON), items)
        done = await acting.act(visit, form, key, command, fields=FIELDS)
    except Stopped as stopped:
        return await _proposal(visit, key, Filled.again(stopped))
    return await acting.onward(visit, f"{dossier_frame.ADDRESS}/{key}", done)


@router.get("/{key}/thong-diep")
@acts.named("get_waits")
async def dossier_messages_page(key: DossierKey, visit: VisitNow) -> Response:
    """The messages that the procedure awaits now, and the form that sends one."""
    return await _messages(visit, key, Filled.first(visit))


async def _messages(visit: Visit, key: str, form: Filled) -> Response:
    subject = await dossier_frame.read(visit, key)
    awaited = (await views.waits(visit.service, key, **visit.reading))["messages"]
    register = await visit.service.reference_data.register()
    return await dossier_frame.shown(
        visit,
        subject,
        "dossier_messages.html",
        tab="thong-diep",
        form=form,
        awaited=[
            {**each, "value": _value(each), "unit_name": register.units[each["unit"]].name}
            for each in awaited
        ],
        refusal=await _unsendable(visit, subject) if awaited else None,
    )


async def _unsendable(visit: Visit, subject: Subject) -> str | None:
    return await dossier_frame.refusal(visit, subject, "send_message")


@router.post("/{key}/thong-diep")
@acts.named("send_message")
async def send_dossier_message(key: DossierKey, visit: VisitNow, form: FormNow) -> Response:
    """Send a message to the procedure; on to the dossier."""
    try:
        _require(form, MESSAGE)
        name, item = _chosen(form.text(MESSAGE))
        command = commands.Send(name, _values(form), item)
        done = await acting.act(visit, form, key, command, fields=FIELDS)
    except Stopped as stopped:
        return await _messages(visit, key, Filled.again(stopped))
    return await acting.onward(visit, f"{dossier_frame.ADDRESS}/{key}", done)


def _value(awaited: Mapping[str, Any]) -> str:
    """The value of a choice: name and item as JSON."""
    item = awaited["item"]
    return orjson.dumps([awaited["name"], None if item is None else str(item)]).decode()


def _chosen(value: str) -> tuple[str, str | None]:
    """Name and item of a choice. A text that is none counts as a name."""
    try:
        name, item = orjson.loads(value)
    except (orjson.JSONDecodeError, TypeError, ValueError):
        return value, None
    return str(name), None if item is None else str(item)


def _values(form: Form) -> dict[str, Any]:
    """The values of a message, from lines `name = value`. Raises Stopped."""
    found: dict[str, Any] = {}
    for line in form.text(VALUES).splitlines():
        name, between, value = (each.strip() for each in line.partition("="))
        if not line.strip():
            continue
        if not between or not name:
            raise Stopped(
                form, [Fault(spoken("Dòng “{line}” chưa có dạng tên = giá trị.", line=line.strip()), VALUES)]
            )
        found[name] = _read(value)
    return found


def _read(text: str) -> Any:
    """A number or a truth value where the text is one, else the text."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return value if isinstance(value, bool | int | float) else text


def _require(form: Form, field: str) -> None:
    """Raise Stopped where a field is empty."""
    if not form.text(field):
        raise Stopped(form, [Fault(_EMPTY[field](), field)])


_EMPTY = {
    REASON: lambda: spoken("Chưa nêu lý do đề nghị."),
    MESSAGE: lambda: spoken("Chưa chọn thông điệp."),
}
