"""Session of a browser, and reader of a page: an officer or anybody."""

import ipaddress
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from hoso_api.http import acts, authentication, client_address, origins
from hoso_api.http.middleware import access_log
from hoso_api.pages.shared import navigation
from hoso_api.settings import loopback
from hoso_calendar.messages import say
from hoso_models import SessionKind
from hoso_workflows import errors
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.identity import factors, identities, sessions
from hoso_workflows.identity.refusals import PasskeyMissing, ProofTooOld
from hoso_workflows.identity.sessions import Session
from hoso_workflows.operation import demonstration
from hoso_workflows.organisation import access_log as reads
from hoso_workflows.organisation import permissions
from hoso_workflows.organisation.permissions import readings, table

#: Headers that a browser or a program of this machine sends by itself, and their beginnings: any other was added on the way.
SENT = frozenset(
    [
        "accept",
        "accept-encoding",
        "accept-language",
        "authorization",
        "cache-control",
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "dnt",
        "host",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "idempotency-key",
        "keep-alive",
        "origin",
        "pragma",
        "priority",
        "range",
        "referer",
        "te",
        "user-agent",
        "upgrade-insecure-requests",
        "x-request-id",
    ]
)
SENT_BY_PAGES = ("sec-", "hx-")
#: The cookie of each kind of session. Browsers keep such a name for this host, over TLS or on this machine only.
COOKIES = {SessionKind.OFFICER: "__Host-hoso", SessionKind.APPLICANT: "__Host-hoso-nop"}
#: The figures of the navigation, for which a page asks by itself: nobody is there because of it.
COUNTED = "/noi-bo/dem"
#: The cookie of a step of a sign-in.
ATTEMPT = "__Host-hoso-di"
#: The cookie of the accounts that a browser has signed in.
DEVICE = "__Host-hoso-may"
#: The cookie of a form that came after the end of its session.
PARKED = "__Host-hoso-gui"
#: Offices whose holders need a passkey where a fresh proof is asked for.
_WITH_PASSKEY = frozenset({permissions.ADMINISTRATOR, permissions.APPROVER})


class FactorsMissing(errors.Refusal):
    """The session has no two factors yet; its person has to choose them first."""

    slug = "factors-missing"
    http_status = HTTPStatus.FORBIDDEN
    remedy = "Choose a passkey, or a password with a code, on the page of your account."

    def __init__(self) -> None:
        super().__init__(say("Choose two factors before anything else."))


class FormParked(authentication.TokenMissing):
    """A form came after the end of its session; nothing was done."""

    slug = "token-missing"

    def __init__(self, secret: str) -> None:
        super().__init__()
        self.headers = _given(secret)


class FormParkedForProof(ProofTooOld):
    """A form came without the fresh proof of its act; nothing was done."""

    def __init__(self, secret: str) -> None:
        super().__init__()
        self.headers = _given(secret)


def _given(secret: str) -> dict[str, str]:
    """The headers that give a browser the secret of its parked form."""
    answer = Response()
    set_cookie(answer, PARKED, secret)
    return {"Set-Cookie": answer.headers["set-cookie"]}


class InsecureSignIn(errors.Refusal):
    """Signing in needs TLS, unless it is on this machine."""

    slug = "insecure-sign-in"
    http_status = HTTPStatus.FORBIDDEN
    remedy = "Open the address that begins with https; the administrator sets it as public_url."

    def __init__(self) -> None:
        super().__init__(say("Nobody signs in over a connection that others can read."))


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of a page, the time, and the office that is asked."""

    service: DossierService
    at: datetime
    #: None where the board is open and nobody has signed in; such a reader surveys all of a demonstration's data.
    name: str | None = None
    rights: permissions.Rights | None = None
    origin: reads.Origin = reads.WITHIN

    async def listed(self, act: str, subject: str | None, ids: Iterable[object]) -> None:
        """Record that a list was read, before it is shown. Nothing on an open board."""
        if self.rights is not None:
            reading = readings.of_list(self.rights, act, subject)
            by = self.rights.principal
            seen = readings.access(act, by, subject, self.at, self.origin, reading=reading)
            await readings.record(self.service.db, seen, ids)

    def refusals(self, act: str, subject: str | None) -> AbstractAsyncContextManager[None]:
        """Record a read that the block refuses. Nothing on an open board."""
        if self.rights is None:
            return nullcontext()
        by = self.rights.principal
        return readings.refusals(self.service.db, act, by, subject, self.at, self.origin)

    def surveys(self, unit: str) -> bool:
        """True when the reader surveys this unit."""
        return self.rights is None or permissions.surveys(self.rights, unit)

    @property
    def oversees(self) -> bool:
        """True when the reader surveys several units at once."""
        return self.rights is None or bool(permissions.overseen(self.rights))


async def current(request: Request, kind: SessionKind = SessionKind.OFFICER) -> Session | None:
    """The lasting session of a request, else None."""
    secret = request.cookies.get(COOKIES[kind])
    if not secret:
        return None
    state = request.app.state
    found = await sessions.read(
        state.service.db, secret, kind, at=state.clock(), unseen=request.url.path == COUNTED
    )
    if found is not None:
        access_log.called_by(request.scope, found.principal)
        reads.asked_from(reads.Origin(str(found.id), client_address.of(request) or None))
    return found


def secrets_of(request: Request) -> list[bytes]:
    """The digests of the secrets of the sessions that a request names."""
    named = (request.cookies.get(cookie) for cookie in COOKIES.values())
    return [sessions.digest(secret) for secret in named if secret]


async def reader(request: Request) -> Reader:
    """The reader of a request. Raises TokenMissing and FactorsMissing.

    A page answers these errors with the sign-in form and with the account.
    An open board is open for a demonstration's data only, whatever the settings say.
    """
    state = request.app.state
    session = await current(request)
    if session is not None:
        if not session.full:
            raise FactorsMissing
        at = state.clock()
        rights = await permissions.held(state.service.db, session.principal, at)
        return Reader(state.service, at, session.name, rights, origins.of(request, str(session.id)))
    if state.settings.open_board and await demonstrated(request):
        return Reader(state.service, state.clock())
    raise authentication.TokenMissing


async def officer(request: Request) -> Session:
    """The officer's session of a request, complete or not.

    Where the act of the route asks for a fresh proof, it was confirmed within the last minutes or has no factors yet; who holds
    an office and has a passkey, or an account at a provider, has shown that. Raises TokenMissing, ProofTooOld and PasskeyMissing.
    """
    found = await current(request)
    if found is None:
        raise authentication.TokenMissing
    if found.full and _asks_for_proof(request):
        if not found.recent(request.app.state.clock()):
            raise ProofTooOld
        if not found.unphishable and await shows_passkey(request, found):
            raise PasskeyMissing
    return found


async def complete(request: Request) -> Session:
    """An officer's session with two factors.

    Where the act asks for a fresh proof, who holds an office has shown a passkey. Raises as `officer` does, FactorsMissing and
    PasskeyMissing.
    """
    found = await officer(request)
    if not found.full:
        raise FactorsMissing
    if _asks_for_proof(request) and not found.unphishable and await _needs_passkey(request, found):
        raise PasskeyMissing
    return found


async def applicant(request: Request) -> Session:
    """The applicant's session of a request. Raises TokenMissing."""
    found = await current(request, SessionKind.APPLICANT)
    if found is None:
        raise authentication.TokenMissing
    return found


async def shows_passkey(request: Request, session: Session) -> bool:
    """True for the holder of an office with a passkey or a provider."""
    db = request.app.state.service.db
    return await _needs_passkey(request, session) and (
        bool((await factors.of(db, session.principal)).passkeys)
        or await identities.has_any(db, session.principal)
    )


async def _needs_passkey(request: Request, session: Session) -> bool:
    state = request.app.state
    if not state.settings.offices_need_passkey:
        return False
    rights = await permissions.held(state.service.db, session.principal, state.clock())
    return any(right.role in _WITH_PASSKEY for right in rights.held)


def _asks_for_proof(request: Request) -> bool:
    act = acts.of(request.scope.get("endpoint"))
    return act is not None and table.ACTS[act].step_up


async def demonstrated(request: Request) -> bool:
    """True for a demonstration's data, when nobody seems to ask from elsewhere.

    Under a name of this machine, so that no page of elsewhere reads it by a forged name, and with no header that only a proxy
    adds, whatever it is called.
    """
    forwarded = any(not name.startswith(SENT_BY_PAGES) for name in set(request.headers) - SENT)
    here = loopback(request.url.hostname or "") and not forwarded
    return here and await demonstration.marked(request.app.state.service.db)


def keep(answer: Response, secret: str, kind: SessionKind = SessionKind.OFFICER) -> None:
    """Hand the secret of a session to the browser, where no script reads it."""
    set_cookie(answer, COOKIES[kind], secret)


def set_cookie(answer: Response, name: str, value: str, lasts: timedelta | None = None) -> None:
    """Set a cookie of ours; it lasts as long as the browser unless said."""
    seconds = None if lasts is None else int(lasts.total_seconds())
    answer.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=True, path="/")


def drop_cookie(answer: Response, name: str) -> None:
    """Take a cookie of ours back."""
    answer.delete_cookie(name, httponly=True, samesite="lax", secure=True, path="/")


def origin(request: Request, provider: str, *amr: str) -> sessions.Origin:
    """Provider, methods and browser of a sign-in by this request."""
    agent = request.headers.get("user-agent", "")
    return sessions.Origin(provider, amr, agent=agent, address=client_address.of(request))


def secure(request: Request) -> None:
    """Raise InsecureSignIn over a connection that others can read."""
    found = urlsplit(authentication.origin_of(request))
    if found.scheme != "https" and not loopback(found.hostname or ""):
        raise InsecureSignIn


def router(prefix: str) -> APIRouter:
    """A router of pages on a safe line, whose forms are our own."""
    return APIRouter(
        prefix=prefix,
        include_in_schema=False,
        dependencies=[Depends(authentication.same_site), Depends(secure)],
    )


def passkeys_work(request: Request) -> bool:
    """True under a name: browsers make no passkey for an address of digits."""
    host = urlsplit(authentication.origin_of(request)).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(host)
    return False


def ours(onward: str) -> str:
    """A path of ours, else the first page: never another host."""
    local = onward.startswith("/") and not onward.startswith(("//", "/\\"))
    return onward if local and onward.isprintable() else "/"


def onward_of(kind: SessionKind, onward: str) -> str:
    """The address behind a sign-in: what was asked for, else one's own first page."""
    found = ours(onward)
    first = "/cua-toi" if kind is SessionKind.APPLICANT else navigation.INSIDE
    return first if found == "/" else found


ReaderNow = Annotated[Reader, Depends(reader)]
ApplicantNow = Annotated[Session, Depends(applicant)]
OfficerSession = Annotated[Session, Depends(officer)]
CompleteSession = Annotated[Session, Depends(complete)]
