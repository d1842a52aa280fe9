"""Entry of a receiver of webhooks; its secret is shown once."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends
from starlette.responses import Response

from hoso_api.http import acts, authentication
from hoso_api.pages.register import administering, doing, units
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.pages.webhooks import endpoints, words
from hoso_api.translation.vietnamese import spoken
from hoso_models import ReceiverKind
from hoso_workflows.webhooks import kinds, receivers
from hoso_workflows.webhooks.kinds import Event
from hoso_workflows.webhooks.receivers import Entry
from hoso_workflows.webhooks.settings import WebhookSettings

#: Fields of the form, as the page names them.
UNIT, NAME, URL, KIND, EVENTS, CONTACT = "don-vi", "ten", "dia-chi", "loai", "su-kien", "so-dien-thoai"
#: The field of each fault and refusal.
FIELDS: Mapping[str, str] = {
    "url": URL,
    "events": EVENTS,
    "carries_contact": CONTACT,
    "unit": UNIT,
    "forbidden": UNIT,
}

router = APIRouter(
    prefix=f"{endpoints.ADDRESS}/moi",
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)


@router.get("")
@acts.named("enter_webhook")
async def entry_page(visit: VisitNow) -> Response:
    """The form that enters a receiver."""
    await administering.overseen(visit, receivers.ENTER)
    return await _shown(visit, Filled.first(visit, **{KIND: ReceiverKind.SYSTEM.value}))


@router.post("")
@acts.named("enter_webhook")
async def enter(visit: VisitNow, form: FormNow) -> Response:
    """Enter a receiver and show its secret.

    The same form again shows the same one.
    """
    await administering.overseen(visit, receivers.ENTER)
    try:
        entry = _entry(form)
        given = await doing.carried(
            visit,
            form,
            lambda: receivers.enter(
                visit.service.db,
                visit.request.app.state.accounts.seal,
                entry,
                actor=visit.principal,
                at=visit.at,
                inner_hosts=WebhookSettings.read().webhook_inner_hosts,
                key=form.key,
            ),
            FIELDS,
        )
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped))
    return endpoints.secret_page(visit, given)


def _entry(form: Form) -> Entry:
    """The entry of a form. Raises Stopped with every fault of its fields."""
    chosen = [Event(each) for each in form.texts(EVENTS) if each in set(Event)]
    asked = {
        UNIT: (form.text(UNIT), spoken("Chọn đơn vị.")),
        NAME: (form.text(NAME), spoken("Ghi tên hệ thống nhận.")),
        URL: (form.text(URL), spoken("Ghi địa chỉ nhận tin.")),
        KIND: (form.text(KIND) in set(ReceiverKind), spoken("Chọn loại hệ thống.")),
        EVENTS: (chosen, spoken("Chọn ít nhất một sự kiện.")),
    }
    faults = [Fault(missing, name) for name, (there, missing) in asked.items() if not there]
    if faults:
        raise Stopped(form, faults)
    kind = ReceiverKind(form.text(KIND))
    return Entry(
        form.text(UNIT),
        kind,
        form.text(NAME),
        form.text(URL),
        chosen,
        carries_contact=bool(form.text(CONTACT)),
    )


async def _shown(visit: Visit, form: Filled) -> Response:
    return visit.page(
        "webhooks/entry.html",
        form.status,
        here=administering.HERE,
        form=form,
        units=await units.choices(visit, receivers.ENTER),
        kinds=[(each.value, spoken(said)) for each, said in words.KINDS.items()],
        events=[(each.value, words.EVENTS[each], each.value in kinds.TOLD) for each in Event],
    )
