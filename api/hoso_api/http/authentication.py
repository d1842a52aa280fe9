"""Authentication: a bearer token, a page's cookie or a call's signature gives a principal.

What a principal may do is decided by the command functions of `hoso_workflows`, for every way in alike.
"""

import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, ClassVar, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from hoso_api.http import acts, client_address, origins, scopes, signatures
from hoso_api.http.middleware import access_log as request_log
from hoso_calendar.messages import say
from hoso_models import PrincipalKind
from hoso_workflows import errors
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.identity.access_keys import used_signatures
from hoso_workflows.operation.rate_limit import Purpose
from hoso_workflows.organisation import access_log, credentials, permissions
from hoso_workflows.organisation.permissions import readings, table

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="hoso"'}


class TokenMissing(errors.Refusal):
    """Nobody is said to ask."""

    slug = "token-missing"
    http_status = HTTPStatus.UNAUTHORIZED
    remedy = "Send `Authorization: Bearer hs_…`, or sign the call; the administrator gives out tokens and enters keys."
    headers: Mapping[str, str] = _CHALLENGE

    def __init__(self) -> None:
        super().__init__(say("The request carries no bearer token."))


class TokenRefused(errors.Refusal):
    """The token is unknown, expired or revoked; which of these is not said."""

    slug = "token-refused"
    http_status = HTTPStatus.UNAUTHORIZED
    remedy = "Ask the administrator for a new token."
    headers: ClassVar = {"WWW-Authenticate": f'{_CHALLENGE["WWW-Authenticate"]}, error="invalid_token"'}

    def __init__(self) -> None:
        super().__init__(say("The token is not valid."))


class CrossSite(errors.Refusal):
    """A page of another site sent a form in the reader's name."""

    slug = "cross-site"
    http_status = HTTPStatus.FORBIDDEN
    remedy = "Open the page here and send the form from it."

    def __init__(self) -> None:
        super().__init__(say("The form was sent by another site."))


@dataclass(frozen=True, slots=True)
class Caller:
    """The authenticated principal of a request, its time, and the dossier service."""

    principal: UUID
    name: str
    kind: PrincipalKind
    at: datetime
    service: DossierService
    request: Request
    #: The open part of the token, or the id of the key.
    credential: str
    #: Of the token; a signature has all.
    scopes: frozenset[str] = credentials.EVERY_SCOPE
    #: When the token, or the key of the signature, ends; None for never.
    ends_at: datetime | None = None
    #: When the token was made; None for a signature.
    made_at: datetime | None = None

    @property
    def origin(self) -> access_log.Origin:
        """The origin of a read, for the access log. Raises UnreadableReason."""
        return origins.of(self.request, self.credential)

    async def listed(
        self,
        act: str,
        subject: str | None,
        rights: permissions.Rights,
        ids: Iterable[object],
        *,
        unit: str | None = None,
    ) -> None:
        """Record that a list was read, before it is answered.

        Where it is of one unit, by a right over that.
        """
        reading = readings.of_list(rights, act, unit)
        seen = readings.access(act, self.principal, subject, self.at, self.origin, reading=reading)
        await readings.record(self.service.db, seen, ids)

    async def refused(self, act: str, subject: str, origin: access_log.Origin) -> None:
        """Record a refused read, where the answer does not say that the subject exists."""
        await access_log.record_refusal(self.service.db, self.principal, act, subject, self.at, origin)

    def refusals(self, act: str, subject: str | None = None) -> AbstractAsyncContextManager[None]:
        """Record what the block refuses.

        Of a read that is logged, the reason that the caller gave is kept too.
        """
        origin = self.origin if table.ACTS[act].logged else access_log.WITHIN
        return readings.refusals(self.service.db, act, self.principal, subject, self.at, origin)


_Name = TypeVar("_Name", bound=Hashable)
_Found = TypeVar("_Found")


class _PrincipalCache(Generic[_Name, _Found]):
    """Cache of principals with a short lifetime. So a revocation takes effect within seconds."""

    #: How many are remembered at most.
    CAPACITY = 10_000

    def __init__(self, keep_seconds: float) -> None:
        self._keep = keep_seconds
        self._known: dict[_Name, tuple[float, _Found]] = {}

    async def get(self, name: _Name, look_up: Callable[[], Awaitable[_Found]]) -> _Found:
        """The cached value of that name. It is looked up where it is missing or expired."""
        known = self._known.get(name)
        if known is not None and known[0] >= time.monotonic():
            return known[1]
        found = await look_up()
        if len(self._known) >= self.CAPACITY:
            self._known.clear()
        self._known[name] = (time.monotonic() + self._keep, found)
        return found


class Credentials:
    """The principals behind tokens and signing keys."""

    def __init__(self, service: DossierService, keep_seconds: float) -> None:
        self._db = service.db
        self._tokens = _PrincipalCache[bytes, credentials.Bearer](keep_seconds)
        self._keys = _PrincipalCache[UUID, credentials.Signer](keep_seconds)

    async def bearer(self, token: str, at: datetime) -> credentials.Bearer:
        """The principal behind a token. Raises TokenRefused."""

        async def look_up() -> credentials.Bearer:
            found = await credentials.bearer(self._db, token, at=at)
            if found is None:
                raise TokenRefused
            return found

        return await self._tokens.get(hashlib.sha256(token.encode()).digest(), look_up)

    async def signer(self, key: UUID, at: datetime) -> credentials.Signer:
        """The principal behind a key, with the key. Raises SignatureRefused."""

        async def look_up() -> credentials.Signer:
            found = await credentials.signer(self._db, key, at=at)
            if found is None:
                raise signatures.SignatureRefused(say("its key is not known, or good no more"))
            return found

        return await self._keys.get(key, look_up)


def service(request: Request) -> DossierService:
    """The dossier service of this process."""
    found: DossierService = request.app.state.service
    return found


class Bearer(SecurityBase):
    """The security schemes of the REST API. A caller shows a token, or a signature by a key that was entered."""

    scheme_name = "bearer"
    model = HTTPBearer(description="A token `hs_…`; the administrator gives it out.")

    async def __call__(self, request: Request) -> Caller:
        """The caller.

        Raises TokenMissing, TokenRefused, SignatureRefused, SignatureUsed, SignatureNotEnough, TooManyRequests, TokenTooOld; Forbidden by
        the route's act.
        """
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            caller = await identified(request, token.strip())
        elif signatures.signed(request.headers):
            caller = await _signed(request)
        else:
            raise TokenMissing
        endpoint = request.scope.get("endpoint")
        act, asked = acts.of(endpoint), acts.asked_of_caller(endpoint)
        credentials.require_fresh(caller.made_at, act, at=caller.at)
        if act is None or asked is None:
            return caller
        async with caller.refusals(act):
            return await admitted(caller, asked)


async def identified(request: Request, token: str, counted: Purpose = Purpose.CREDENTIALS) -> Caller:
    """The caller behind a token, now. Raises TokenRefused.

    Raises TooManyRequests when many wrong tokens came from the same network.
    """
    at = request.app.state.clock()
    async with _counting(request, counted, at):
        found = await request.app.state.credentials.bearer(token, at)
        return _caller(request, found, at, token[: credentials.PREFIX])


async def _signed(request: Request) -> Caller:
    at, endpoint = request.app.state.clock(), request.scope.get("endpoint")
    async with _counting(request, Purpose.CREDENTIALS, at):
        key = signatures.key_id(request.headers)
        signer = await request.app.state.credentials.signer(key, at)
        once = await signatures.verify(
            request, origin_of(request), signer.public_key, only_asks=acts.only_asks(endpoint), at=at
        )
    caller = _caller(request, signer.bearer, at, str(key))
    if not acts.takes_signature(endpoint):
        raise signatures.SignatureNotEnough
    if once is not None and not await used_signatures.use(
        caller.service.db,
        once.digest,
        once.until,
        caller.principal,
        request.headers.get("idempotency-key"),
        at=at,
    ):
        raise signatures.SignatureUsed
    return caller


@asynccontextmanager
async def _counting(request: Request, purpose: Purpose, at: datetime) -> AsyncIterator[None]:
    """Count refused credentials raised in the block, by network.

    Valid credentials cost nothing and are never throttled.
    """
    try:
        yield
    except (TokenRefused, signatures.SignatureRefused):
        networks = client_address.networks_of(request)
        request.app.state.unknown_callers.record(purpose, networks.name)
        await request.app.state.rate_limit.take_of_network(purpose, networks, at=at)
        raise


def _caller(request: Request, bearer: credentials.Bearer, at: datetime, credential: str) -> Caller:
    principal = UUID(int=bearer.principal.int)  # the driver's own type of ids is foreign to JSON
    request_log.called_by(request.scope, principal)
    access_log.asked_from(access_log.Origin(credential, client_address.of(request) or None))
    needed = scopes.of(request.method, request.scope["path"])
    if needed not in bearer.scopes:
        raise credentials.ScopeMissing([needed])
    service: DossierService = request.app.state.service
    return Caller(
        principal,
        bearer.name,
        bearer.kind,
        at,
        service,
        request,
        credential,
        bearer.scopes,
        bearer.expires_at,
        bearer.made_at,
    )


def same_site(request: Request) -> None:
    """Raise CrossSite for a form that another site sent, or that no browser did.

    Decided by Sec-Fetch-Site, else by Origin, as browsers set them; one of the two is there.
    """
    if request.method in {"GET", "HEAD"}:
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    ours = site == "same-origin" if site is not None else origin == origin_of(request)
    if not ours:
        raise CrossSite


def origin_of(request: Request) -> str:
    """The origin of our pages: `public_url`, else the address that was asked."""
    public: str | None = request.app.state.settings.public_url
    return public or f"{request.url.scheme}://{request.headers.get('host', '')}"


ServiceNow = Annotated[DossierService, Depends(service)]
CallerNow = Annotated[Caller, Depends(Bearer())]


async def admitted(
    caller: Caller, asked: frozenset[permissions.Relation] = frozenset({permissions.Relation.INSIDE})
) -> Caller:
    """The caller, who stands in one of the relations, by default inside an authority. Raises Forbidden."""
    if permissions.Relation.SIGNED_IN in asked:
        return caller
    if permissions.Relation.INSIDE in asked:
        officer = caller.kind is PrincipalKind.OFFICER
        if officer or permissions.is_inside(
            await permissions.held(caller.service.db, caller.principal, caller.at)
        ):
            return caller
    raise errors.Forbidden(caller.principal, say("reading this"), "officer", None)
