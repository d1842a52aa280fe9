"""Signing in with an own account or a demonstration's role, confirming, signing out."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from hoso_api.http import acts, authentication
from hoso_api.http.middleware import limits
from hoso_api.pages.shared import session as shared
from hoso_api.pages.shared.session import OfficerSession
from hoso_api.pages.shared.templating import page
from hoso_api.pages.sign_in import answers, demo_roles, known_devices, providers
from hoso_api.translation.vietnamese import spoken
from hoso_models import AttemptPurpose, SessionKind
from hoso_workflows import errors
from hoso_workflows.identity import accounts, attempts, sessions
from hoso_workflows.identity.methods import Method
from hoso_workflows.identity.refusals import WrongCredentials
from hoso_workflows.operation.session_ends import Ended

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(authentication.same_site), Depends(shared.secure)]
)

#: The provider of sessions of own accounts, and of the demonstration.
LOCAL, DEMO = "local", "demo"
#: Pages of applicants; where no other one was asked for, they begin at the first.
APPLICANTS = ("/cua-toi", "/nop/", "/ho-so/", "/ho-so-nhap/")
#: Where to go after signing in: a path of ours, never another host.
Onward = Annotated[str, Query(alias="tiep", max_length=500)]
OnwardTyped = Annotated[str, Form(alias="tiep", max_length=500)]
Account = Annotated[str, Form(alias="tai-khoan", max_length=200)]
Password = Annotated[str, Form(alias="mat-khau", max_length=2000)]
Code = Annotated[str, Form(alias="ma", max_length=100)]


async def _form(request: Request, onward: str, **values: Any) -> dict[str, Any]:
    roles = await demo_roles.everybody(request)
    return {
        "onward": shared.ours(onward),
        "citizens": providers.of(request, SessionKind.APPLICANT),
        "officers": providers.of(request, SessionKind.OFFICER),
        "roles": demo_roles.first(roles),
        "units": demo_roles.by_unit(roles),
        "passkeys": shared.passkeys_work(request),
        "account": "",
        **values,
    }


@router.get("/dang-nhap")
@acts.named("sign_in")
async def sign_in_page(request: Request, onward: Onward = "/") -> Response:
    """The ways to sign in; none of them is taken by itself."""
    return page("sign_in.html", fault=None, **await _form(request, onward))


@router.post("/dang-nhap")
@acts.named("sign_in")
@limits.takes(limits.Size.FORM)
async def sign_in(
    request: Request, account: Account = "", password: Password = "", onward: OnwardTyped = "/"
) -> Response:
    """Check an account name and a password; the second factor comes next."""
    whence, at = known_devices.whence(request), request.app.state.clock()
    values = await _form(request, onward, account=account)
    try:
        person = await answers.accounts_of(request).with_password(account, password, whence, at=at)
    except errors.TooManyRequests as soon:
        return answers.too_soon("sign_in.html", soon, **values)
    except WrongCredentials:
        return answers.wrong(request, "sign_in.html", spoken(answers.WRONG), **values)
    if not person.factors.enough:
        return await answers.begun(request, person.id, LOCAL, [Method.PASSWORD], answers.FACTORS)
    step = attempts.Attempt(AttemptPurpose.SECOND_FACTOR, onward=shared.ours(onward), principal=person.id)
    return await answers.waiting(request, step, RedirectResponse("/dang-nhap/ma", status_code=303))


async def _step(request: Request) -> attempts.Attempt | None:
    secret = request.cookies.get(shared.ATTEMPT, "")
    state = request.app.state
    return await attempts.find(state.service.db, secret, AttemptPurpose.SECOND_FACTOR, at=state.clock())


@router.get("/dang-nhap/ma")
@acts.named("sign_in")
async def second_factor_page(request: Request) -> Response:
    """The form for the second factor, after the password."""
    if await _step(request) is None:
        return RedirectResponse("/dang-nhap", status_code=303)
    return page("second_factor.html", fault=None)


@router.post("/dang-nhap/ma")
@acts.named("sign_in")
@limits.takes(limits.Size.FORM)
async def second_factor(request: Request, code: Code = "") -> Response:
    """Check the code and begin the session."""
    step = await _step(request)
    if step is None or step.principal is None:
        return RedirectResponse("/dang-nhap", status_code=303)
    state, whence = request.app.state, known_devices.whence(request)
    try:
        method = await answers.accounts_of(request).with_second(
            step.principal, code, whence, at=state.clock()
        )
    except errors.TooManyRequests as soon:
        return answers.too_soon("second_factor.html", soon)
    except WrongCredentials:
        return answers.wrong(request, "second_factor.html", spoken(answers.CODE_WRONG))
    secret = request.cookies[shared.ATTEMPT]
    if not await attempts.take(state.service.db, secret, step.purpose, at=state.clock()):
        return RedirectResponse("/dang-nhap", status_code=303)
    answer = await answers.begun(request, step.principal, LOCAL, [Method.PASSWORD, method], step.onward)
    return await known_devices.remember(request, answer, step.principal)


@router.post("/dang-nhap/vai")
@acts.named("sign_in")
@limits.takes(limits.Size.FORM)
async def sign_in_as_role(
    request: Request,
    role: Annotated[str, Form(alias="vai", max_length=100)] = "",
    onward: OnwardTyped = "/",
) -> Response:
    """Sign in as a role of the demonstration, on this machine only."""
    found = demo_roles.chosen(await demo_roles.everybody(request), role)
    if found is None:
        raise errors.NotFound("role", role)
    if (found.kind is SessionKind.APPLICANT) is not onward.startswith(APPLICANTS):
        onward = APPLICANTS[0] if found.kind is SessionKind.APPLICANT else "/"
    return await answers.begun(request, found.principal, DEMO, [Method.DEMO], onward, found.kind)


@router.get("/xac-thuc-lai")
@acts.named("prove_again")
async def confirm_page(request: Request, session: OfficerSession, onward: Onward = "/") -> Response:
    """The ways to confirm who one is."""
    return page("confirm.html", fault=None, **await _confirming(request, session, onward))


@router.post("/xac-thuc-lai")
@acts.named("prove_again")
@limits.takes(limits.Size.FORM)
async def confirm(
    request: Request,
    session: OfficerSession,
    password: Password = "",
    code: Code = "",
    onward: OnwardTyped = "/",
) -> Response:
    """Check password and code of the session's own account; its secret changes."""
    state, values = request.app.state, await _confirming(request, session, onward)
    try:
        amr = await _confirmed(request, session, password, code)
    except errors.TooManyRequests as soon:
        return answers.too_soon("confirm.html", soon, **values)
    except WrongCredentials:
        return answers.wrong(request, "confirm.html", spoken(answers.WRONG), **values)
    async with state.service.db.transaction() as tx:
        secret = await sessions.rotate(tx, session, amr, at=state.clock())
    answer = answers.kept(secret, onward)
    if Method.PASSWORD not in amr:
        return answer
    return await known_devices.remember(request, answer, session.principal)


async def _confirmed(request: Request, session: sessions.Session, password: str, code: str) -> list[str]:
    """The methods shown. Raises WrongCredentials."""
    if session.provider == DEMO and await shared.demonstrated(request):
        return [Method.DEMO]
    checked, at = answers.accounts_of(request), request.app.state.clock()
    name = await accounts.account_name(checked.db, session.principal)
    whence = known_devices.whence(request)
    person = await checked.with_password(name or "", password, whence, at=at)
    return [Method.PASSWORD, await checked.with_second(person.id, code, whence, at=at)]


async def _confirming(request: Request, session: sessions.Session, onward: str) -> dict[str, Any]:
    name = await accounts.account_name(request.app.state.service.db, session.principal)
    return {
        "reader": session,
        # A password would not do for who holds an office and has a passkey.
        "account": None if await shared.shows_passkey(request, session) else name,
        "onward": shared.ours(onward),
        "provider": providers.again(request, session),
        "demo": session.provider == DEMO,
        "passkeys": shared.passkeys_work(request),
        "again": quote(shared.ours(onward)),
    }


@router.post("/dang-xuat")
@acts.named("sign_out")
@limits.takes(limits.Size.FORM)
async def sign_out(request: Request) -> Response:
    """End the sessions, here and in the browser; a provider's own end is a link."""
    state, link = request.app.state, None
    for kind in SessionKind:
        session = await shared.current(request, kind)
        if session is not None:
            link = await providers.sign_out_link(request, session) or link
            await sessions.end(state.service.db, session.id, Ended.SIGNED_OUT, at=state.clock())
    answer = page("signed_out.html", link=link)
    # Not the cookies: other programs may stand under the same host.
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    for cookie in shared.COOKIES.values():
        shared.drop_cookie(answer, cookie)
    shared.drop_cookie(answer, shared.ATTEMPT)
    return answer
