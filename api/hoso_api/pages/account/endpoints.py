"""One's own account: sessions, factors, sign-ins of the last 90 days."""

import base64
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.http.middleware import limits
from hoso_api.pages.account import views
from hoso_api.pages.shared import session as shared
from hoso_api.pages.shared.acting import KEYED
from hoso_api.pages.shared.session import OfficerSession
from hoso_api.pages.shared.templating import page
from hoso_api.pages.sign_in import answers, providers
from hoso_api.pages.sign_in.endpoints import Account, Code, Password
from hoso_api.translation.vietnamese import spoken
from hoso_calendar import messages
from hoso_models.storage.database import Database
from hoso_workflows.identity import accounts, factors, passwords, sealing, sessions, totp
from hoso_workflows.identity.methods import Method
from hoso_workflows.identity.refusals import AccountNameRefused, PasswordRefused
from hoso_workflows.identity.sessions import Session
from hoso_workflows.operation.session_ends import Ended
from hoso_workflows.organisation import credentials

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(authentication.same_site), Depends(shared.secure)]
)

Repeated = Annotated[str, Form(alias="nhap-lai", max_length=2000)]
Sealed = Annotated[str, Form(alias="khoa", max_length=300)]
Which = Annotated[str, Form(alias="phien", max_length=40)]
Passkey = Annotated[str, Form(alias="khoa", max_length=40)]


@router.get("/tai-khoan")
@acts.named("get_account")
async def account_page(request: Request, session: OfficerSession) -> Response:
    """The sessions, factors and sign-ins of the reader."""
    db, at = request.app.state.service.db, request.app.state.clock()
    return page(
        "account.html",
        reader=session,
        providers=[each for each in providers.listed(request) if each.by_invitation],
        account=await accounts.account_name(db, session.principal),
        factors=await factors.of(db, session.principal),
        lasting=views.listed(await sessions.lasting(db, session.principal, at=at)),
        sign_ins=views.listed(await sessions.sign_ins(db, session.principal, at=at)),
        tokens=await credentials.own_tokens(db, session.principal, at=at) if session.full else (),
        scopes=views.SCOPES,
        passkeys=shared.passkeys_work(request),
    )


@router.post("/tai-khoan/phien", dependencies=[KEYED])
@acts.named("end_own_session")
@limits.takes(limits.Size.FORM)
async def end_session(request: Request, session: OfficerSession, which: Which = "") -> Response:
    """End one of one's own sessions, or all but this one."""
    state = request.app.state
    one = views.identity(which)
    if which == views.OTHERS or one is not None:
        await sessions.end_own(
            state.service.db, session.principal, one, at=state.clock(), but=None if one else session.id
        )
    return RedirectResponse("/tai-khoan", status_code=303)


@router.get("/tai-khoan/mat-khau")
@acts.named("choose_factors")
async def password_page(request: Request, session: OfficerSession) -> Response:
    """The form of a new password."""
    return page("password.html", fault=None, **await _named(request, session))


@router.post("/tai-khoan/mat-khau", dependencies=[KEYED])
@acts.named("choose_factors")
@limits.takes(limits.Size.FORM)
async def set_password(
    request: Request,
    session: OfficerSession,
    account: Account = "",
    password: Password = "",
    repeated: Repeated = "",
) -> Response:
    """Give the account a new password; other sessions of its person end."""
    state, values = request.app.state, await _named(request, session, account)
    if passwords.composed(password) != passwords.composed(repeated):
        return answers.filled("password.html", spoken("Hai lần nhập mật khẩu không giống nhau."), **values)
    db: Database = state.service.db
    try:
        passwords.check(password, await _guessed(db, session, account))
        hashed = await answers.accounts_of(request).passwords.hash(password)
        async with db.transaction() as tx:
            await accounts.choose_name(tx, session.principal, account)
            await factors.set_password(tx, session.principal, hashed, at=state.clock())
            await sessions.end_others(tx, session, Ended.FACTORS_CHANGED, at=state.clock())
    except PasswordRefused as refused:
        return answers.filled("password.html", _refused(refused), **values)
    except AccountNameRefused:
        return answers.filled("password.html", spoken(views.ACCOUNT_REFUSED), **values)
    has = await factors.of(db, session.principal)
    return RedirectResponse("/tai-khoan" if has.totp else "/tai-khoan/ma-xac-nhan", status_code=303)


@router.get("/tai-khoan/ma-xac-nhan")
@acts.named("choose_factors")
async def totp_page(request: Request, session: OfficerSession) -> Response:
    """The picture and the secret of new changing codes."""
    if not (await factors.of(request.app.state.service.db, session.principal)).password:
        return RedirectResponse("/tai-khoan/mat-khau", status_code=303)
    return page("totp.html", fault=None, **_totp(request, session, totp.new_secret()))


@router.post("/tai-khoan/ma-xac-nhan", dependencies=[KEYED])
@acts.named("choose_factors")
@limits.takes(limits.Size.FORM)
async def set_totp(
    request: Request, session: OfficerSession, sealed: Sealed = "", code: Code = ""
) -> Response:
    """Keep new changing codes once one of them was typed; the session is complete with a password."""
    state = request.app.state
    at, db, seal = state.clock(), state.service.db, answers.accounts_of(request).seal
    try:
        box = base64.urlsafe_b64decode(sealed.encode())
        secret = seal.open(box, session.id.bytes)
    except (ValueError, sealing.Broken):
        return RedirectResponse("/tai-khoan/ma-xac-nhan", status_code=303)
    step = totp.matching(secret, code, at)
    if step is None:
        fault = spoken("Mã không khớp. Kiểm tra giờ của điện thoại, chờ mã kế tiếp rồi nhập lại.")
        return answers.filled("totp.html", fault, **_totp(request, session, secret))
    async with db.transaction() as tx:
        kept = seal.close(secret, session.principal.bytes)
        await factors.set_totp(tx, session.principal, kept, step, at=at)
        await sessions.end_others(tx, session, Ended.FACTORS_CHANGED, at=at)
        # The password was set or shown in this session; without one nothing asks for the codes.
        has = await factors.of(tx, session.principal)
        amr = session.amr if session.full or not has.password else [Method.PASSWORD, Method.TOTP]
        renewed = await sessions.rotate(tx, session, amr, at=at)
    return answers.kept(renewed, answers.FACTORS)


@router.post("/tai-khoan/ma-du-phong", dependencies=[KEYED])
@acts.named("choose_factors")
@limits.takes(limits.Size.FORM)
async def recovery_codes(request: Request, session: OfficerSession) -> Response:
    """Make ten recovery codes and show them this once. Raises FactorsMissing."""
    if not session.full:
        raise shared.FactorsMissing
    codes, hashing = factors.new_recovery_codes(), answers.accounts_of(request).passwords
    hashes = [await hashing.hash(code) for code in codes]
    async with request.app.state.service.db.transaction() as tx:
        await factors.set_recovery_codes(tx, session.principal, hashes, at=request.app.state.clock())
    return page("recovery_codes.html", reader=session, codes=codes)


@router.post("/tai-khoan/khoa/xoa", dependencies=[KEYED])
@acts.named("choose_factors")
@limits.takes(limits.Size.FORM)
async def remove_passkey(request: Request, session: OfficerSession, passkey: Passkey = "") -> Response:
    """Remove a passkey; other sessions of its person end. Raises LastFactor."""
    state, one = request.app.state, views.identity(passkey)
    if one is not None:
        async with state.service.db.transaction() as tx:
            await factors.remove(tx, session.principal, one, at=state.clock())
            await sessions.end_others(tx, session, Ended.FACTORS_CHANGED, at=state.clock())
    return RedirectResponse("/tai-khoan", status_code=303)


def _refused(refused: PasswordRefused) -> str:
    """The refusal of a password with what a good one is, in the language of the page."""
    return f"{messages.translated(refused)} {spoken(views.PASSWORD_ADVICE)}"


async def _named(request: Request, session: Session, typed: str = "") -> dict[str, Any]:
    db = request.app.state.service.db
    account = await accounts.account_name(db, session.principal)
    typed = typed or await accounts.offered_name(db, session.principal)
    return {"reader": session, "account": account, "typed": typed, "shortest": passwords.SHORTEST}


async def _guessed(db: Database, session: Session, account: str) -> list[str]:
    """Names that everybody would guess first: of the person, the account, the units, the product."""
    units = await db.rows("select name, code from unit where valid_to is null limit 200")
    named = [text for row in units for text in (row.name, row.code)]
    return [session.name, account, *named, "hoso", "hồ sơ", "một cửa"]


def _totp(request: Request, session: Session, secret: bytes) -> dict[str, Any]:
    sealed = answers.accounts_of(request).seal.close(secret, session.id.bytes)
    return {
        "reader": session,
        "secret": totp.shown(secret),
        "sealed": base64.urlsafe_b64encode(sealed).decode(),
        "picture": views.picture(totp.address(secret, session.name, "hồ sơ")),
    }
