"""Messages that were not sent: list and release."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.register import administering
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Filled, FormNow
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.pages.webhooks import words as webhook_words
from hoso_api.translation.vietnamese import marked
from hoso_workflows import errors
from hoso_workflows.notifications import undelivered, wording
from hoso_workflows.notifications.undelivered import NotSetAside, State, Undelivered
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import readings
from hoso_workflows.webhooks import kinds

ADDRESS = "/noi-bo/quan-tri/thu-gui"
LISTING, RELEASING = "list_undelivered", "release_message"
#: The word of the query that asks for what was set aside.
ASIDE = "giu-lai"
LENGTH = 50
#: The largest number that a message can have.
LAST = 2**63 - 1
#: Mark and words of each state.
STATES: Mapping[State, tuple[str, str]] = {
    State.WAITING: ("still", marked("Chờ gửi")),
    State.REFUSED: ("late", marked("Máy chủ từ chối")),
    State.GIVEN_UP: ("late", marked("Gửi nhiều ngày không được")),
    State.UNSURE: ("soon", marked("Không rõ đã nhận chưa")),
    State.UNREACHED: ("late", marked("Không có địa chỉ nào để gửi")),
}

router = APIRouter(
    prefix=ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)

After = Annotated[str, Query(alias="sau", max_length=200)]
Kind = Annotated[str, Query(alias="loai", max_length=20)]


@router.get("")
@acts.named("list_undelivered")
async def outbox_page(visit: VisitNow, kind: Kind = "", after: After = "") -> Response:
    """The messages of the reader's units that were not sent, the oldest first."""
    try:
        return await _shown(visit, Filled.first(visit), kind, after)
    except errors.BadCursor:
        return RedirectResponse(ADDRESS, status_code=303)


@router.post("/{message}/gui-lai")
@acts.named("release_message")
async def send_again(
    message: Annotated[int, Path(ge=1, le=LAST)], visit: VisitNow, form: FormNow, kind: Kind = ""
) -> Response:
    """Put a message that was set aside in line again. The same button once more changes nothing."""
    async with _refusals(visit, RELEASING, str(message)):
        units = permissions.outbox_units(visit.rights, RELEASING, "releasing unsent messages")
    scope = await visit.service.reference_data.scope(visit.rights, RELEASING)
    try:
        await undelivered.release(
            visit.service.db, [message], units, scope, actor=visit.principal, at=visit.at
        )
    except NotSetAside as refused:
        stopped = await acting.stopped(visit, form, "", refused)
        return await _shown(visit, Filled.again(stopped), kind)
    return RedirectResponse(f"{ADDRESS}?loai={ASIDE}" if kind == ASIDE else ADDRESS, status_code=303)


def _refusals(visit: Visit, act: str, subject: str | None) -> AbstractAsyncContextManager[None]:
    return readings.refusals(visit.service.db, act, visit.principal, subject, visit.at, visit.origin)


async def _shown(visit: Visit, form: Filled, kind: str, after: str = "") -> Response:
    aside, db = kind == ASIDE, visit.service.db
    async with _refusals(visit, LISTING, None):
        units = permissions.outbox_units(visit.rights, LISTING, "listing unsent messages")
    scope = await visit.service.reference_data.scope(visit.rights, LISTING)
    page = await undelivered.search(db, units, scope, aside=aside, limit=LENGTH, after=after or None)
    seen = readings.access(
        LISTING,
        visit.principal,
        None,
        visit.at,
        visit.origin,
        reading=readings.of_list(visit.rights, LISTING),
    )
    await readings.record(db, seen, [each.id for each in page.items])
    return visit.page(
        "administration/outbox.html",
        form.status,
        sections=administering.PLACES,
        here="quan-tri",
        rows=[(each, subject(each)) for each in page.items],
        after=page.after,
        counted_only=await undelivered.counted(db, units, scope, aside=aside),
        aside=aside,
        states=STATES,
        waiting=State.WAITING,
        form=form,
        first=Filled(),
    )


def subject(message: Undelivered) -> str:
    """The subject of a message as its reader would see it, without its text.

    Of a webhook it is the event.
    """
    if message.topic.startswith(kinds.TOPIC):
        return f"Webhook – {webhook_words.of(message.topic)}"
    return wording.said(message.topic, {"code": message.code, "reference": message.reference})[0]
