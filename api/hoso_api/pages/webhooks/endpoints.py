"""Receivers of webhooks: those of the reader's units, and one with its last messages."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.register import administering
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Filled, FormNow
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.pages.webhooks import words
from hoso_workflows import errors
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import readings
from hoso_workflows.webhooks import deliveries, receivers
from hoso_workflows.webhooks.receivers import Given, Receiver

ADDRESS = f"{administering.ADDRESS}/webhook"
LENGTH = 50
#: The word of the query that says what has just been done, and the field of a rotation.
DONE, OVERLAP = "xong", "gio-cu"
OVERLAPS = ("24", "168", "0")

router = APIRouter(
    prefix=ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)
After = Annotated[str, Query(alias="sau", max_length=200)]
Done = Annotated[str, Query(alias=DONE, max_length=10)]


@router.get("")
@acts.named("list_webhooks")
async def webhooks_page(visit: VisitNow) -> Response:
    """The receivers of the reader's units, with how they have answered lately."""
    units = await reached(visit, receivers.LIST)
    found = await receivers.listed(visit.service.db, units, at=visit.at)
    return visit.page(
        "webhooks/list.html",
        sections=administering.PLACES,
        here=administering.HERE,
        receivers=found,
        numbers=_numbers(found),
        enters=bool(permissions.overseen(visit.rights, receivers.ENTER)),
    )


def _numbers(found: Sequence[Receiver]) -> Mapping[UUID, int]:
    """The places of receivers among those of the same name, so that their links are told apart; none for a name of its own."""
    often, met = Counter(each.name for each in found), Counter[str]()
    numbers = {}
    for each in found:
        met[each.name] += 1
        if often[each.name] > 1:
            numbers[each.id] = met[each.name]
    return numbers


@router.get("/{webhook}")
@acts.named("list_webhook_deliveries")
async def webhook_page(webhook: UUID, visit: VisitNow, after: After = "", done: Done = "") -> Response:
    """A receiver with its last messages, the newest first."""
    try:
        return await _shown(visit, webhook, Filled.first(visit), after, done)
    except errors.BadCursor:
        return RedirectResponse(f"{ADDRESS}/{webhook}", status_code=303)


@router.post("/{webhook}/thu")
@acts.named("test_webhook")
async def try_out(webhook: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Put a test message in line. The same button once more waits for the same one."""
    try:
        async with refusals(visit, deliveries.TEST, webhook):
            await deliveries.try_out(visit.service.db, webhook, actor=visit.principal, at=visit.at)
    except receivers.WebhookEnded as refused:
        stopped = await acting.stopped(visit, form, "", refused)
        return await _shown(visit, webhook, Filled.again(stopped))
    return RedirectResponse(f"{ADDRESS}/{webhook}?{DONE}=thu", status_code=303)


@router.post("/{webhook}/khoa")
@acts.named("rotate_webhook_secret")
async def rotate(webhook: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Make a new secret and show it this once; the same form again shows the same one."""
    hours = form.text(OVERLAP)
    lasting = timedelta(hours=int(hours)) if hours in OVERLAPS else receivers.OVERLAP
    try:
        async with refusals(visit, receivers.ROTATE, webhook):
            given = await receivers.rotate(
                visit.service.db,
                visit.request.app.state.accounts.seal,
                webhook,
                actor=visit.principal,
                at=visit.at,
                overlap=lasting,
                key=form.key,
            )
    except receivers.WebhookEnded as refused:
        stopped = await acting.stopped(visit, form, "", refused)
        return await _shown(visit, webhook, Filled.again(stopped))
    return secret_page(visit, given)


@router.post("/{webhook}/ngung")
@acts.named("end_webhook")
async def end(webhook: UUID, visit: VisitNow, form: FormNow) -> Response:
    """End a receiver. The same button twice ends it once."""
    del form
    async with refusals(visit, receivers.END, webhook):
        await receivers.end(visit.service.db, webhook, actor=visit.principal, at=visit.at)
    return RedirectResponse(f"{ADDRESS}/{webhook}", status_code=303)


def secret_page(visit: Visit, given: Given) -> Response:
    """The page that shows a secret this once."""
    return visit.page("webhooks/secret.html", here=administering.HERE, given=given)


async def reached(visit: Visit, act: str) -> list[str]:
    """The units that an act reaches for the reader. Raises Forbidden, which is recorded."""
    async with refusals(visit, act, None):
        return permissions.administered_units(visit.rights, act)


def refusals(visit: Visit, act: str, webhook: UUID | None) -> Any:
    """A block whose refusals are recorded."""
    subject = None if webhook is None else str(webhook)
    return readings.refusals(visit.service.db, act, visit.principal, subject, visit.at, visit.origin)


async def _shown(visit: Visit, webhook: UUID, form: Filled, after: str = "", done: str = "") -> Response:
    db = visit.service.db
    asked = db, deliveries.LIST, visit.principal, str(webhook), visit.at, visit.origin
    async with readings.refusals(*asked, unseen=True):
        units = permissions.administered_units(visit.rights, deliveries.LIST)
        scope = await visit.service.reference_data.scope(visit.rights, deliveries.LIST)
        page = await deliveries.listed(db, webhook, units, scope, limit=LENGTH, after=after or None)
    reading = readings.of_list(visit.rights, deliveries.LIST)
    seen = readings.access(
        deliveries.LIST, visit.principal, str(webhook), visit.at, visit.origin, reading=reading
    )
    await readings.record(db, seen, [each.id for each in page.items])
    return visit.page(
        "webhooks/receiver.html",
        form.status,
        here=administering.HERE,
        form=form,
        done=done,
        shown=await receivers.one(db, webhook, units, at=visit.at),
        page=page,
        counted_only=await deliveries.counted(db, webhook, scope),
        type_words=words.of,
        words=_words(),
        overlaps=OVERLAPS,
    )


def _words() -> Mapping[str, Any]:
    return {"kinds": words.KINDS, "events": words.EVENTS, "states": words.STATES}
