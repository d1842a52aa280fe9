"""Change of a receiver of webhooks; its unit, kind and secret stay."""

from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.register import administering, doing
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.pages.webhooks import endpoints, entry_endpoints, words
from hoso_api.pages.webhooks.entry_endpoints import CONTACT, EVENTS, NAME, URL
from hoso_api.translation.vietnamese import spoken
from hoso_models import ReceiverKind
from hoso_workflows.webhooks import changes, kinds, receivers
from hoso_workflows.webhooks.changes import Change
from hoso_workflows.webhooks.kinds import Event
from hoso_workflows.webhooks.receivers import Receiver
from hoso_workflows.webhooks.settings import WebhookSettings

router = APIRouter(
    prefix=f"{endpoints.ADDRESS}/{{webhook}}/sua",
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)


@router.get("")
@acts.named("change_webhook")
async def change_page(webhook: UUID, visit: VisitNow) -> Response:
    """The form that changes a receiver, as it stands."""
    found = await _receiver(visit, webhook)
    typed: dict[str, str | list[str]] = {NAME: found.name, URL: found.url, EVENTS: list(found.events)}
    return _shown(
        visit, found, Filled.first(visit, **typed, **({CONTACT: "co"} if found.carries_contact else {}))
    )


@router.post("")
@acts.named("change_webhook")
async def change(webhook: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Change a receiver. The same form again changes nothing."""
    found = await _receiver(visit, webhook)
    try:
        asked = _change(form, found)
        await doing.carried(
            visit,
            form,
            lambda: changes.change(
                visit.service.db,
                webhook,
                asked,
                actor=visit.principal,
                at=visit.at,
                seen=frozenset({form.version}) if form.version else None,
                inner_hosts=WebhookSettings.read().webhook_inner_hosts,
            ),
            entry_endpoints.FIELDS,
        )
    except Stopped as stopped:
        return _shown(visit, found, Filled.again(stopped))
    return RedirectResponse(f"{endpoints.ADDRESS}/{webhook}?{endpoints.DONE}=sua", status_code=303)


async def _receiver(visit: Visit, webhook: UUID) -> Receiver:
    """A receiver that the reader may change. Raises Forbidden, NotFound, which are recorded."""
    units = await endpoints.reached(visit, changes.CHANGE)
    async with endpoints.refusals(visit, changes.CHANGE, webhook):
        return await receivers.one(visit.service.db, webhook, units, at=visit.at)


def _change(form: Form, found: Receiver) -> Change:
    """The change of a form. Raises Stopped with every fault of its fields."""
    chosen = [Event(each) for each in form.texts(EVENTS) if each in set(Event)]
    asked = {
        NAME: (form.text(NAME), spoken("Ghi tên hệ thống nhận.")),
        URL: (form.text(URL), spoken("Ghi địa chỉ nhận tin.")),
        EVENTS: (chosen, spoken("Chọn ít nhất một sự kiện.")),
    }
    faults = [Fault(missing, name) for name, (there, missing) in asked.items() if not there]
    if faults:
        raise Stopped(form, faults)
    contact = bool(form.text(CONTACT)) if found.kind is ReceiverKind.GATEWAY else None
    return Change(form.text(NAME), form.text(URL), chosen, contact)


def _shown(visit: Visit, found: Receiver, form: Filled) -> Response:
    offered = kinds.of(found.kind)
    return visit.page(
        "webhooks/change.html",
        form.status,
        here=administering.HERE,
        form=form,
        shown=found,
        events=[(each.value, words.EVENTS[each], True) for each in offered],
    )
