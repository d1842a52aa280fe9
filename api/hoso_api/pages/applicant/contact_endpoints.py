"""An applicant's own addresses: entered, proved by a mailed code, ended."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from hoso_api.http import acts
from hoso_api.pages.account import contact_endpoints as contacts
from hoso_api.pages.account.contact_endpoints import DONE, SAID, Place
from hoso_api.pages.applicant import account_endpoints
from hoso_api.pages.portal.visit import ApplicantVisitNow
from hoso_api.pages.shared import session
from hoso_api.pages.shared.acting import Filled, FormNow
from hoso_api.translation.vietnamese import marked

ADDRESS = f"{account_endpoints.ADDRESS}/lien-he"
PLACE = Place(ADDRESS, account_endpoints.ADDRESS, marked("Tài khoản"))
router = session.router(ADDRESS)


@router.get("")
@acts.named("list_own_contacts")
async def own_contacts_page(
    visit: ApplicantVisitNow, done: Annotated[str, Query(alias=DONE, max_length=20)] = ""
) -> Response:
    """The applicant's addresses and numbers, and which are proved."""
    return await contacts.shown(visit, PLACE, Filled.first(visit), said=SAID.get(done))


@router.post("")
@acts.named("enter_own_contact")
async def enter_own_address(visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Enter an address of e-mail; a code is mailed there."""
    return await contacts.entered(visit, PLACE, form)


@router.post("/{contact}/ma")
@acts.named("send_contact_code")
async def send_own_code(contact: UUID, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Have a new code mailed; the one before is good no more."""
    return await contacts.code_sent(visit, PLACE, contact, form)


@router.post("/{contact}/xac-nhan")
@acts.named("confirm_own_contact")
async def confirm_own_address(contact: UUID, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """Prove an address by the code that was mailed there."""
    return await contacts.confirmed(visit, PLACE, contact, form)


@router.post("/{contact}/bo")
@acts.named("end_own_contact")
async def end_own_address(contact: UUID, visit: ApplicantVisitNow, form: FormNow) -> Response:
    """End an address or number of the applicant. Ended twice it is ended."""
    return await contacts.ended(visit, PLACE, contact, form)
