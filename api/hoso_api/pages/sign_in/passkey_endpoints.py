"""Passkeys of a browser: shown to sign in or confirm, made for an account.

Scripts speak to these routes.
"""

import secrets
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Depends, Request
from starlette.responses import JSONResponse, Response

from hoso_api.http import acts, authentication, client_address
from hoso_api.http.middleware import limits
from hoso_api.pages.shared import session as shared
from hoso_api.pages.shared.session import OfficerSession
from hoso_api.pages.sign_in import answers, known_devices
from hoso_api.pages.sign_in.endpoints import LOCAL
from hoso_models import AttemptPurpose, SessionKind
from hoso_workflows.identity import accounts, attempts, history, sessions
from hoso_workflows.identity.methods import Method
from hoso_workflows.identity.refusals import PasskeyRefused
from hoso_workflows.operation.rate_limit import Purpose
from hoso_workflows.operation.session_ends import Ended

if TYPE_CHECKING:
    from hoso_workflows.identity.passkeys import Passkeys

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(authentication.same_site), Depends(shared.secure)]
)

Answer = Annotated[dict[str, Any], Body(embed=True)]
Label = Annotated[str, Body(embed=True, max_length=100)]
Onward = Annotated[str, Body(embed=True, max_length=500)]


def _passkeys(request: Request) -> "Passkeys":
    from hoso_workflows.identity.passkeys import Passkeys

    return Passkeys(authentication.origin_of(request))


@router.post("/dang-nhap/khoa/bat-dau")
@acts.named("sign_in")
@limits.takes(limits.Size.FORM)
async def ask_passkey(request: Request) -> Response:
    """Begin to ask a browser for a passkey. Raises TooManyRequests."""
    await known_devices.count_begun(request)
    challenge = secrets.token_bytes(32)
    attempt = attempts.Attempt(AttemptPurpose.PASSKEY, challenge=challenge)
    return await answers.waiting(request, attempt, JSONResponse(_passkeys(request).asking(challenge)))


@router.post("/dang-nhap/khoa")
@acts.named("sign_in")
@limits.takes(limits.Size.FORM)
async def sign_in_with_passkey(request: Request, answer: Answer, onward: Onward = "/") -> Response:
    """Begin a session for the person of a passkey. Raises PasskeyRefused."""
    state = request.app.state
    principal = await _shown(request, answer)
    async with state.service.db.transaction() as tx:
        origin = shared.origin(request, LOCAL, Method.PASSKEY)
        secret = await sessions.begin(tx, principal, origin, at=state.clock())
    return await known_devices.remember(request, _kept(secret, onward), principal)


@router.post("/xac-thuc-lai/khoa")
@acts.named("prove_again")
@limits.takes(limits.Size.FORM)
async def confirm_with_passkey(
    request: Request, session: OfficerSession, answer: Answer, onward: Onward = "/"
) -> Response:
    """Confirm a session with a passkey of its own person. Raises PasskeyRefused."""
    state = request.app.state
    if await _shown(request, answer) != session.principal:
        raise PasskeyRefused
    async with state.service.db.transaction() as tx:
        secret = await sessions.rotate(tx, session, [Method.PASSKEY], at=state.clock())
    return _kept(secret, onward)


@router.post("/tai-khoan/khoa/bat-dau")
@acts.named("choose_factors")
@limits.takes(limits.Size.FORM)
async def begin_passkey(request: Request, session: OfficerSession) -> Response:
    """Begin to make a passkey for one's own account."""
    db, challenge = request.app.state.service.db, secrets.token_bytes(32)
    name = await accounts.account_name(db, session.principal) or session.name
    options = await _passkeys(request).making(db, session.principal, name, session.name, challenge)
    attempt = attempts.Attempt(AttemptPurpose.PASSKEY_MADE, challenge=challenge, principal=session.principal)
    return await answers.waiting(request, attempt, JSONResponse(options))


@router.post("/tai-khoan/khoa")
@acts.named("choose_factors")
@limits.takes(limits.Size.FORM)
async def add_passkey(
    request: Request, session: OfficerSession, answer: Answer, label: Label = ""
) -> Response:
    """Keep a new passkey; other sessions of its person end. Raises PasskeyRefused."""
    state = request.app.state
    at, db = state.clock(), state.service.db
    secret = request.cookies.get(shared.ATTEMPT, "")
    attempt = await attempts.take(db, secret, AttemptPurpose.PASSKEY_MADE, at=at)
    if attempt is None or attempt.challenge is None or attempt.principal != session.principal:
        raise PasskeyRefused
    named = label.strip() if label.isprintable() else ""
    async with db.transaction() as tx:
        await _passkeys(request).made(tx, session.principal, attempt.challenge, answer, named, at=at)
        kept = await sessions.rotate(tx, session, [Method.PASSKEY], at=at)
        why = Ended.FACTORS_CHANGED
        await sessions.end_others(tx, session, why, at=at)
    return _kept(kept, answers.FACTORS)


async def _shown(request: Request, answer: dict[str, Any]) -> Any:
    """The person of a passkey that answers this browser's challenge. Raises PasskeyRefused, TooManyRequests."""
    state = request.app.state
    at, db = state.clock(), state.service.db
    secret = request.cookies.get(shared.ATTEMPT, "")
    attempt = await attempts.take(db, secret, AttemptPurpose.PASSKEY, at=at)
    try:
        if attempt is None or attempt.challenge is None:
            raise PasskeyRefused
        return await _passkeys(request).shown(db, attempt.challenge, answer, at=at)
    except PasskeyRefused:
        networks = client_address.networks_of(request)
        await state.rate_limit.take_of_network(Purpose.SIGN_IN, networks, at=at)
        await history.record(
            db, None, history.REFUSED, "passkey", at, granted=False, what="passkey", network=networks.name
        )
        raise


def _kept(secret: str, onward: str) -> Response:
    answer = JSONResponse({"onward": shared.onward_of(SessionKind.OFFICER, onward)})
    shared.keep(answer, secret)
    shared.drop_cookie(answer, shared.ATTEMPT)
    return answer
