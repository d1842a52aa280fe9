"""Keys by which papers are signed, tokens of officers, and keys of systems."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.pages.account import views
from hoso_api.pages.register import administering, doing, people
from hoso_api.pages.register.administering import HERE
from hoso_api.pages.shared import acting, session
from hoso_api.pages.shared.acting import Fault, Filled, Form, FormNow, Stopped
from hoso_api.pages.shared.visit import Visit, VisitNow
from hoso_api.translation.vietnamese import spoken
from hoso_workflows import errors
from hoso_workflows.identity import sessions
from hoso_workflows.identity.access_keys import keys, tokens
from hoso_workflows.organisation import credentials, permissions
from hoso_workflows.organisation.permissions import readings
from hoso_workflows.pagination import Page
from hoso_workflows.signatures.keys import Token

ADDRESS = f"{administering.ADDRESS}/khoa"
#: Tokens and keys of a page, and days for which a key may be good.
LENGTH, LONGEST = 50, 3650
#: Fields: a token and the reason; a system, its key, what it is for and for how long; a key and the reason.
TOKEN, WHY = "ma-can-bo", "ly-do"
SYSTEM, PUBLIC, LABEL, DAYS = "he-thong", "khoa-cong-khai", "dung-de", "so-ngay"
KEY, WHY_KEY = "khoa", "ly-do-khoa"
router = APIRouter(
    prefix=ADDRESS,
    include_in_schema=False,
    dependencies=[Depends(authentication.same_site), Depends(session.secure)],
)


@router.get("")
@acts.named("list_signing_certificates")
async def keys_page(
    visit: VisitNow,
    after: Annotated[str, Query(alias="sau", max_length=200)] = "",
    after_key: Annotated[str, Query(alias="sau-khoa", max_length=200)] = "",
) -> Response:
    """Signing keys, one's own tokens, and tokens and keys of those whom one administers."""
    try:
        return await _shown(visit, Filled.first(visit), after, after_key)
    except errors.BadCursor:
        return RedirectResponse(ADDRESS, status_code=303)


@router.post("/ma-truy-cap/thu-hoi")
@acts.named("revoke_own_token")
async def drop_token(visit: VisitNow, form: FormNow) -> Response:
    """Revoke a token of one's own."""
    try:
        doing.required(form, ma=spoken("Chọn mã truy cập."))
        async with visit.service.db.transaction() as tx:
            await credentials.revoke_own(tx, visit.principal, form.text("ma"), at=visit.at)
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped))
    return RedirectResponse(ADDRESS, status_code=303)


@router.post("/can-bo/thu-hoi")
@acts.named("revoke_token")
async def drop_token_of_another(visit: VisitNow, form: FormNow) -> Response:
    """Revoke a token of somebody whom one administers."""
    try:
        doing.required(form, ma_can_bo=spoken("Chọn mã truy cập."), ly_do=spoken("Ghi lý do."))
        form.require_legible()
        async with (
            readings.refusals(
                visit.service.db, tokens.REVOKE, visit.principal, form.text(TOKEN), visit.at, visit.origin
            ),
            visit.service.db.transaction() as tx,
        ):
            await tokens.revoke(tx, form.text(TOKEN), form.text(WHY), by=visit.principal, at=visit.at)
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped))
    except errors.Refusal as refused:
        return await _refused(visit, form, refused, {})
    return RedirectResponse(ADDRESS, status_code=303)


@router.post("/he-thong")
@acts.named("enter_key")
async def add_key(visit: VisitNow, form: FormNow) -> Response:
    """Enter the public key of a system. A form that is sent twice enters one."""
    try:
        system, days = _system(form), _days(form)
        form.require_legible()
        async with (
            readings.refusals(
                visit.service.db, keys.ENTER, visit.principal, str(system), visit.at, visit.origin
            ),
            visit.service.db.transaction() as tx,
        ):
            await keys.enter(
                tx,
                system,
                form.text(PUBLIC),
                form.text(LABEL),
                by=visit.principal,
                at=visit.at,
                expires_at=visit.at + timedelta(days=days),
                key=form.key,
            )
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped))
    except errors.Refusal as refused:
        return await _refused(visit, form, refused, {"public_key": PUBLIC})
    return RedirectResponse(ADDRESS, status_code=303)


@router.post("/he-thong/thu-hoi")
@acts.named("revoke_key")
async def drop_key(visit: VisitNow, form: FormNow) -> Response:
    """Revoke the key of a system that one administers."""
    try:
        doing.required(form, khoa=spoken("Chọn khóa."), ly_do_khoa=spoken("Ghi lý do."))
        form.require_legible()
        key = _uuid(form, KEY, spoken("Chọn khóa."))
        async with (
            readings.refusals(
                visit.service.db, keys.REVOKE, visit.principal, str(key), visit.at, visit.origin
            ),
            visit.service.db.transaction() as tx,
        ):
            await keys.revoke(tx, key, form.text(WHY_KEY), by=visit.principal, at=visit.at)
    except Stopped as stopped:
        return await _shown(visit, Filled.again(stopped))
    except errors.Refusal as refused:
        return await _refused(visit, form, refused, {})
    return RedirectResponse(ADDRESS, status_code=303)


def _system(form: Form) -> UUID:
    doing.required(
        form,
        he_thong=spoken("Chọn hệ thống."),
        khoa_cong_khai=spoken("Dán khóa công khai."),
        dung_de=spoken("Ghi khóa dùng để làm gì."),
        so_ngay=spoken("Ghi số ngày."),
    )
    return _uuid(form, SYSTEM, spoken("Chọn hệ thống."))


def _days(form: Form) -> int:
    said = form.text(DAYS)
    if not (said.isdecimal() and len(said) <= len(str(LONGEST)) and 1 <= int(said) <= LONGEST):
        raise Stopped(form, [Fault(spoken("Ghi số ngày từ 1 đến {n}.", n=LONGEST), DAYS)])
    return int(said)


def _uuid(form: Form, field: str, sentence: str) -> UUID:
    try:
        return UUID(form.text(field))
    except ValueError:
        raise Stopped(form, [Fault(sentence, field)]) from None


async def _refused(visit: Visit, form: Form, refused: errors.Refusal, fields: dict[str, str]) -> Response:
    told = await acting.stopped(visit, form, "", refused, fields=fields)
    return await _shown(visit, Filled.again(told))


async def _shown(visit: Visit, form: Filled, after: str = "", after_key: str = "") -> Response:
    db, keyring = visit.service.db, visit.request.app.state.settings.keyring
    names = await visit.names([each.person for each in keyring.keys])
    return visit.page(
        "register/keys.html",
        form.status,
        here=HERE,
        sections=administering.PLACES,
        keys=[(each, names.get(each.person), isinstance(each.source, Token)) for each in keyring.keys],
        tokens=await credentials.own_tokens(db, visit.principal, at=visit.at),
        scopes=views.SCOPES,
        sessions=len(await sessions.lasting(db, visit.principal, at=visit.at)),
        held=await _tokens(visit, after),
        systems=await _keys(visit, after_key),
        enters=await _enters(visit),
        form=form,
    )


async def _tokens(visit: Visit, after: str) -> Page[tokens.HeldToken] | None:
    """Tokens of those whom the reader administers; None for who administers nobody."""
    if not permissions.overseen(visit.rights, tokens.LIST):
        return None
    found = await tokens.listed(
        visit.service.db, visit.rights, at=visit.at, after=after or None, limit=LENGTH
    )
    await people.listed(visit, tokens.LIST, None, [each.prefix for each in found.items])
    return found


async def _keys(visit: Visit, after: str) -> Page[keys.HeldKey] | None:
    """Keys of systems that the reader administers; None for who administers nobody."""
    if not permissions.overseen(visit.rights, keys.LIST):
        return None
    found = await keys.listed(visit.service.db, visit.rights, at=visit.at, after=after or None, limit=LENGTH)
    await people.listed(visit, keys.LIST, None, [each.id for each in found.items])
    return found


async def _enters(visit: Visit) -> list[keys.System]:
    if not permissions.overseen(visit.rights, keys.ENTER):
        return []
    return list(await keys.systems(visit.service.db, visit.rights, at=visit.at))
