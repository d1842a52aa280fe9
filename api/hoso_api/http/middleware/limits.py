"""Limits on body size and database wait; refusal of compressed bodies; security headers."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hoso_api.http import scopes
from hoso_api.settings import Settings
from hoso_api.translation import languages
from hoso_calendar import messages
from hoso_calendar.messages import say
from hoso_models.storage import outcomes, time_limits
from hoso_models.storage.settings import DatabaseSettings

#: Our own files only; nobody frames our pages, and forms come to us.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: On every answer. Nothing but our own files is loaded, nobody frames us, and nothing personal stays in a cache.
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": f"{POLICY}; require-trusted-types-for 'script'; trusted-types hoso",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), publickey-credentials-get=(self),"
        " publickey-credentials-create=(self)"
    ),
    "Cache-Control": "no-store",
}

#: Where the public address is one of TLS: a browser asks for nothing else of it, for two years.
TRANSPORT = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}

#: How a procedure package comes.
PACKAGE = "application/zip"


class Size(StrEnum):
    """The largest body of a request: the setting that says it, in bytes."""

    #: A form of a page: some short fields.
    FORM = "form_limit_bytes"
    #: What a route takes that says nothing else.
    BODY = "body_limit_bytes"
    #: A procedure package.
    PACKAGE = "package_limit_bytes"
    #: A file of a dossier, with what is said of it.
    FILE = "upload_limit_bytes"


_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Any])
_SIZES: dict[object, Size] = {}


def takes(size: Size) -> Callable[[_Endpoint], _Endpoint]:
    """Declare what a route takes, below the line that makes it one."""

    def declared(endpoint: _Endpoint) -> _Endpoint:
        _SIZES[endpoint] = size
        return endpoint

    return declared


def size(endpoint: object) -> Size:
    """The largest body that a route takes. It is that of an ordinary one (`Size.BODY`) where none is declared."""
    return _SIZES.get(endpoint, Size.BODY)


def limit(size: Size, settings: Settings) -> int:
    """The bytes of that size in this installation."""
    found: int = getattr(settings, size)
    return found


class ContentTooLarge(HTTPException):
    """The body is larger than the limit of its route."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, say("The body is larger than {limit} bytes.", limit=limit))
        self.limit = limit


class ContentCoded(HTTPException):
    """The body is compressed, which would evade the limit (RFC 9110, 15.5.16).

    So it is refused, and never decompressed here.
    """

    def __init__(self, coding: str) -> None:
        super().__init__(
            415,
            say("Send the body as it is, not as {coding}.", coding=coding),
            headers={"Accept-Encoding": "identity"},
        )


class RequestLimits:
    """ASGI middleware. A body that is packed or above its route's limit is refused while it comes in.

    What is said of its kind and length changes nothing.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers(settings).items()]
        self._database_seconds = DatabaseSettings.read().database_request_timeout.total_seconds()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with (
            time_limits.within(self._database_seconds),
            outcomes.of_request(changes=not scopes.reads(scope["method"], scope["path"])),
            messages.speaking(language(Headers(scope=scope))),
        ):
            await self.app(scope, self._limited(scope, receive), _with_headers(send, self._headers))

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        headers = Headers(scope=scope)
        announced, coding, taken = _announced(headers), _coding(headers), 0

        async def limited() -> Message:
            nonlocal taken
            # Whoever reads has been found by the router, which leaves word in the scope.
            most = limit(size(scope.get("endpoint")), self.settings)
            if announced > most:
                raise ContentTooLarge(most)
            message = await receive()
            body = message.get("body", b"")
            if body and coding:
                raise ContentCoded(coding)
            taken += len(body)
            if taken > most:
                raise ContentTooLarge(most)
            return message

        return limited


def language(headers: Mapping[str, str]) -> str:
    """The language in which whoever asks is answered."""
    return languages.accepted(headers.get("accept-language", ""))


def _announced(headers: Headers) -> int:
    """The length that a request says its body has; 0 where it says none."""
    value = headers.get("content-length", "")
    return int(value) if value.isdecimal() else 0


def _coding(headers: Headers) -> str:
    """The content coding of the body, empty for none."""
    codings = (
        each.strip().lower() for line in headers.getlist("content-encoding") for each in line.split(",")
    )
    return ", ".join(each for each in codings if each not in {"", "identity"})


def headers(settings: Settings) -> Mapping[str, str]:
    """The headers of every answer of an installation."""
    public = settings.public_url or ""
    return {**HEADERS, **(TRANSPORT if public.startswith("https://") else {})}


def _with_headers(send: Send, added: Sequence[tuple[bytes, bytes]]) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name.lower() for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(pair for pair in added if pair[0] not in given)]
        await send(message)

    return with_headers
