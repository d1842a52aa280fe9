"""Who asks: a bearer token, or the cookie in which a page keeps one, becomes a principal.

What a principal may do is decided by the command functions of `hoso_workflows`, for every way in alike.
"""

import hashlib
import time
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, ClassVar
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from hoso_models import PrincipalKind
from hoso_workflows import refusals, register
from hoso_workflows.office import Office

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="hoso"'}


class TokenMissing(refusals.Refusal):
    """Nobody is said to ask."""

    slug = "token-missing"
    http_status = HTTPStatus.UNAUTHORIZED
    remedy = "Send `Authorization: Bearer hs_…`; the administrator gives out tokens."
    headers: ClassVar = _CHALLENGE

    def __init__(self) -> None:
        super().__init__("The request carries no bearer token.")


class TokenRefused(refusals.Refusal):
    """The token is unknown, expired or revoked; which of these is not said."""

    slug = "token-refused"
    http_status = HTTPStatus.UNAUTHORIZED
    remedy = "Ask the administrator for a new token."
    headers: ClassVar = {"WWW-Authenticate": f'{_CHALLENGE["WWW-Authenticate"]}, error="invalid_token"'}

    def __init__(self) -> None:
        super().__init__("The token is not valid.")


class CrossSite(refusals.Refusal):
    """A page of another site sent a form in the reader's name."""

    slug = "cross-site"
    http_status = HTTPStatus.FORBIDDEN
    remedy = "Open the page here and send the form from it."

    def __init__(self) -> None:
        super().__init__("The form was sent by another site.")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, when, and the office that is asked."""

    principal: UUID
    name: str
    kind: PrincipalKind
    at: datetime
    office: Office


class Tokens:
    """Whom each token stands for, remembered for so short a time that a revocation takes effect within seconds."""

    #: How many tokens are remembered at most.
    CAPACITY = 10_000

    def __init__(self, office: Office, keep_seconds: float) -> None:
        self._office = office
        self._keep = keep_seconds
        self._known: dict[bytes, tuple[float, register.Bearer]] = {}

    async def bearer(self, token: str, at: datetime) -> register.Bearer:
        """The principal behind a token. Raises TokenRefused."""
        key = hashlib.sha256(token.encode()).digest()
        until, known = self._known.get(key, (0.0, None))
        if known is None or until < time.monotonic():
            known = await self._look_up(token, at)
            self._remember(key, known)
        return known

    async def _look_up(self, token: str, at: datetime) -> register.Bearer:
        found = await register.bearer(self._office.db, token, at=at)
        if found is None:
            raise TokenRefused
        return found

    def _remember(self, key: bytes, bearer: register.Bearer) -> None:
        if len(self._known) >= self.CAPACITY:
            self._known.clear()
        self._known[key] = (time.monotonic() + self._keep, bearer)


def office(request: Request) -> Office:
    """The office of this process."""
    found: Office = request.app.state.office
    return found


class Bearer(SecurityBase):
    """The scheme by which the REST API knows who asks."""

    scheme_name = "bearer"
    model = HTTPBearer(description="A token `hs_…`; the administrator gives it out.")

    async def __call__(self, request: Request) -> Caller:
        """Who asks. Raises TokenMissing, TokenRefused."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise TokenMissing
        return await identified(request, token.strip())


async def identified(request: Request, token: str) -> Caller:
    """Who a token stands for, now. Raises TokenRefused."""
    state = request.app.state
    at = state.clock()
    bearer = await state.tokens.bearer(token, at)
    principal = UUID(int=bearer.principal.int)  # the driver's own type of ids is foreign to JSON
    return Caller(principal, bearer.name, bearer.kind, at, state.office)


def same_site(request: Request) -> None:
    """Raise CrossSite for a form that another site sent: by Sec-Fetch-Site, else by Origin, as browsers set them."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        ours = site in {"same-origin", "none"}
    else:
        ours = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    if request.method != "GET" and not ours:
        raise CrossSite


OfficeNow = Annotated[Office, Depends(office)]
CallerNow = Annotated[Caller, Depends(Bearer())]


async def officer(caller: CallerNow) -> Caller:
    """Who asks, from inside the authority. Raises Forbidden for citizens and partners."""
    if caller.kind not in (PrincipalKind.OFFICER, PrincipalKind.SYSTEM):
        raise refusals.Forbidden(caller.principal, "reading this", "officer", "any unit")
    return caller


OfficerNow = Annotated[Caller, Depends(officer)]
