"""One's own addresses and numbers: entered, proved by a mailed code, ended."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visited, VisitNow
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import ContactKind
from hoso_models.storage.database import Database
from hoso_workflows import errors
from hoso_workflows.identity import contact_points
from hoso_workflows.identity.contact_points import ContactPoint
from hoso_workflows.identity.refusals import ContactCodeRefused
from hoso_workflows.notifications import email, outbox
from hoso_workflows.notifications.outbox import AtOnce
from hoso_workflows.operation.rate_limit import RateLimit

ADDRESS = "/noi-bo/toi/lien-he"
#: Fields of the forms, as the page names them. Each row has a field of its own for its code.
EMAIL, CODE = "thu", "ma-{}"
#: The word of the address that says what has just been done.
DONE = "xong"
SAID: Mapping[str, str] = {
    "gui": marked("Đã gửi mã vào hộp thư đó; mã có hiệu lực trong 15 phút."),
    "cho-gui": marked(
        "Đã ghi. Máy chủ thư chưa nhận thư ngay; thư có mã được gửi lại trong ít phút, mã có hiệu lực từ lúc đó."
    ),
    "khong-gui": marked("Đã ghi, nhưng máy chủ thư chưa nhận thư có mã; bấm Gửi lại mã sau ít phút."),
    "xac-nhan": marked("Đã xác nhận địa chỉ. Thư của hệ thống gửi đến địa chỉ mới nhất đã xác nhận."),
    "bo": marked("Đã thôi dùng. Bạn được báo ở địa chỉ đã xác nhận trước đó."),
}
KINDS: Mapping[ContactKind, str] = {
    ContactKind.EMAIL: marked("Thư điện tử"),
    ContactKind.TELEPHONE: marked("Điện thoại"),
}
router = session.router(ADDRESS)


@dataclass(frozen=True, slots=True)
class Place:
    """The address of the page, and the page above it with its name."""

    address: str
    above: str
    name: str


OFFICERS = Place(ADDRESS, "/noi-bo/toi", marked("Của tôi"))


@router.get("")
@acts.named("list_own_contacts")
async def contacts_page(
    visit: VisitNow, done: Annotated[str, Query(alias=DONE, max_length=20)] = ""
) -> Response:
    """The addresses and numbers of the reader, and which are proved."""
    return await shown(visit, OFFICERS, Filled.first(visit), said=SAID.get(done))


@router.post("")
@acts.named("enter_own_contact")
async def enter_contact(visit: VisitNow, form: FormNow) -> Response:
    """Enter an address of e-mail; a code is mailed there. One that is there already gets another code."""
    return await entered(visit, OFFICERS, form)


@router.post("/{contact}/ma")
@acts.named("send_contact_code")
async def send_code(contact: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Have a new code mailed; the one before is good no more."""
    return await code_sent(visit, OFFICERS, contact, form)


@router.post("/{contact}/xac-nhan")
@acts.named("confirm_own_contact")
async def confirm_contact(contact: UUID, visit: VisitNow, form: FormNow) -> Response:
    """Prove an address by the code that was mailed there."""
    return await confirmed(visit, OFFICERS, contact, form)


@router.post("/{contact}/bo")
@acts.named("end_own_contact")
async def end_contact(contact: UUID, visit: VisitNow, form: FormNow) -> Response:
    """End an address or number of the reader. Ended twice it is ended."""
    return await ended(visit, OFFICERS, contact, form)


async def entered(visit: Visited, place: Place, form: Form) -> Response:
    """Enter an address on the page of a place."""

    async def act() -> str:
        form.require_legible()
        _, fate = await contact_points.enter(*_ways(visit), visit.principal, form.text(EMAIL), at=visit.at)
        return _FATES[fate]

    return await _done(visit, place, form, EMAIL, act)


async def code_sent(visit: Visited, place: Place, contact: UUID, form: Form) -> Response:
    """Mail a new code from the page of a place."""

    async def act() -> str:
        return _FATES[await contact_points.send_code(*_ways(visit), visit.principal, contact, at=visit.at)]

    return await _done(visit, place, form, CODE.format(contact), act)


async def confirmed(visit: Visited, place: Place, contact: UUID, form: Form) -> Response:
    """Prove an address on the page of a place."""

    async def act() -> str:
        typed = form.text(CODE.format(contact))
        if not typed:
            raise Stopped(form, [Fault(spoken("Nhập mã sáu chữ số trong thư."), CODE.format(contact))])
        await contact_points.confirm(visit.service.db, visit.principal, contact, typed, at=visit.at)
        return "xac-nhan"

    return await _done(visit, place, form, CODE.format(contact), act)


async def ended(visit: Visited, place: Place, contact: UUID, form: Form) -> Response:
    """End an address or number on the page of a place."""

    async def act() -> str:
        known = await contact_points.listed(visit.service.db, visit.principal)
        if any(each.id == contact for each in known):
            async with visit.service.db.transaction() as tx:
                await contact_points.end(tx, visit.principal, contact, at=visit.at)
        return "bo"

    return await _done(visit, place, form, EMAIL, act)


async def _done(
    visit: Visited, place: Place, form: Form, field: str, act: Callable[[], Awaitable[str]]
) -> Response:
    """Carry an act out and tell its outcome, a refusal at its field."""
    try:
        said = await act()
    except Stopped as stopped:
        return await shown(visit, place, Filled.again(stopped))
    except errors.Refusal as refused:
        fields = {"email": EMAIL, ContactCodeRefused.slug: field}
        again = await acting.stopped(visit, form, "", refused, fields=fields)
        return await shown(visit, place, Filled.again(again))
    return RedirectResponse(f"{place.address}?{urlencode({DONE: said})}", status_code=HTTPStatus.SEE_OTHER)


#: The word for what became of a code; without one the address is proved.
_FATES: Mapping[AtOnce | None, str] = {
    AtOnce.SENT: "gui",
    AtOnce.QUEUED: "cho-gui",
    AtOnce.REFUSED: "khong-gui",
    None: "xac-nhan",
}


def _ways(visit: Visited) -> tuple[Database, RateLimit, Sequence[outbox.Transport]]:
    """The database, the limits and the transports of what mails a code."""
    return visit.service.db, visit.request.app.state.rate_limit, email.transports(email.MailSettings.read())


async def shown(visit: Visited, place: Place, form: Filled, said: str | None = None) -> Response:
    """The page of a place with the reader's addresses and numbers."""
    listed = await contact_points.listed(visit.service.db, visit.principal)
    return visit.page(
        "account/contacts.html",
        form.status,
        frame=visit.frame,
        place=place,
        contacts=[(each, spoken(KINDS[each.kind]), _code(each)) for each in listed],
        used=_used(listed),
        full=len(listed) >= contact_points.MOST,
        most=contact_points.MOST,
        mailing=bool(email.transports(email.MailSettings.read())),
        said=said and spoken(said),
        form=form,
        first=Filled(),
    )


def _code(contact: ContactPoint) -> str | None:
    """The field of its code; None where nothing is to be proved."""
    unproved = contact.kind is ContactKind.EMAIL and contact.verified_at is None
    return CODE.format(contact.id) if unproved else None


def _used(listed: tuple[ContactPoint, ...]) -> UUID | None:
    """The address that mail goes to: the newest one that is proved."""
    proved = [each for each in listed if each.kind is ContactKind.EMAIL and each.verified_at]
    return max(proved, key=lambda each: each.entered_at).id if proved else None
