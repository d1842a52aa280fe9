"""Answers of the sign-in pages: a form that comes back, a session that begins."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from hoso_api.http import client_address
from hoso_api.pages.shared import session as shared
from hoso_api.pages.shared.templating import page
from hoso_api.translation.vietnamese import marked, spoken
from hoso_models import SessionKind
from hoso_workflows import errors
from hoso_workflows.identity import accounts, attempts, sessions
from hoso_workflows.operation.rate_limit import Purpose

WRONG = marked("Tên tài khoản, mật khẩu hoặc mã không đúng. Kiểm tra chữ hoa, bộ gõ tiếng Việt rồi nhập lại.")
CODE_WRONG = marked("Mã không đúng, đã dùng hoặc đã hết hạn. Chờ mã kế tiếp trong ứng dụng rồi nhập lại.")
#: Where factors are chosen.
FACTORS = "/tai-khoan"


def accounts_of(request: Request) -> accounts.Accounts:
    """The own accounts of this installation."""
    found: accounts.Accounts = request.app.state.accounts
    return found


def waits(soon: errors.TooManyRequests) -> str:
    """The sentence for somebody who has to wait."""
    return spoken(
        "Đã nhập sai quá nhiều lần. Chờ {n} giây rồi thử lại; tài khoản không bị khóa.", n=soon.retry_after
    )


def filled(template: str, fault: str | None, status: int = 422, **values: Any) -> Response:
    """A form that comes back with what was typed, secrets excepted, and one fault."""
    return page(template, status if fault else 200, fault=fault, **values)


def wrong(request: Request, template: str, fault: str, **values: Any) -> Response:
    """The same for wrong credentials, logged with the network they came from."""
    request.app.state.unknown_callers.record(Purpose.SIGN_IN, client_address.of(request))
    return filled(template, fault, **values)


def too_soon(template: str, soon: errors.TooManyRequests, **values: Any) -> Response:
    """The same for somebody who has to wait."""
    answer = filled(template, waits(soon), 429, **values)
    answer.headers["Retry-After"] = str(soon.retry_after)
    return answer


async def begun(
    request: Request,
    principal: UUID,
    provider: str,
    amr: Collection[str],
    onward: str,
    kind: SessionKind = SessionKind.OFFICER,
) -> Response:
    """A new session, and on to where its person wanted to go."""
    state = request.app.state
    async with state.service.db.transaction() as tx:
        secret = await sessions.begin(tx, principal, shared.origin(request, provider, *amr), at=state.clock())
    return kept(secret, onward, kind)


def kept(secret: str, onward: str, kind: SessionKind = SessionKind.OFFICER) -> Response:
    """Hand over a new secret of a session and go on."""
    answer = RedirectResponse(shared.onward_of(kind, onward), status_code=303)
    shared.keep(answer, secret, kind)
    shared.drop_cookie(answer, shared.ATTEMPT)
    return answer


async def waiting(request: Request, attempt: attempts.Attempt, answer: Response) -> Response:
    """An answer after which the browser holds a step of its sign-in."""
    state = request.app.state
    secret = await attempts.begin(state.service.db, attempt, at=state.clock())
    shared.set_cookie(answer, shared.ATTEMPT, secret)
    return answer
