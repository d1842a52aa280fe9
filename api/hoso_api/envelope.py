"""What surrounds every request: a limit on its size, bodies as they are, and the headers that keep a browser from being misused."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .settings import Settings

#: On every answer. Nothing but our own files is loaded, nobody frames us, and nothing personal stays in a cache.
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

#: A procedure package comes as this; anything else is small.
PACKAGE = "application/zip"


class ContentTooLarge(HTTPException):
    """The body is larger than the limit for its kind."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, f"The body is larger than {limit} bytes.")
        self.limit = limit


class ContentCoded(HTTPException):
    """The body is packed, which would go round the limit, so that nobody unpacks it here (RFC 9110, 15.5.16)."""

    def __init__(self, coding: str) -> None:
        super().__init__(
            415, f"Send the body as it is, not as {coding}.", headers={"Accept-Encoding": "identity"}
        )


class Envelope:
    """ASGI middleware. A body that is packed or above the limit is refused while it comes in, whatever is said of its length."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            receive, send = self._limited(scope, receive), _sealed(send)
        await self.app(scope, receive, send)

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        headers = Headers(scope=scope)
        limit = self._limit(headers.get("content-type", ""))
        announced = headers.get("content-length", "")
        taken = int(announced) if announced.isdecimal() and int(announced) > limit else 0
        coding = _coding(headers)

        async def limited() -> Message:
            nonlocal taken
            if taken > limit:
                raise ContentTooLarge(limit)
            message = await receive()
            body = message.get("body", b"")
            if body and coding:
                raise ContentCoded(coding)
            taken += len(body)
            if taken > limit:
                raise ContentTooLarge(limit)
            return message

        return limited

    def _limit(self, content_type: str) -> int:
        package = content_type.partition(";")[0].strip().lower() == PACKAGE
        return self.settings.package_limit_bytes if package else self.settings.body_limit_bytes


def _coding(headers: Headers) -> str:
    """How the body is packed; empty where it is as it is."""
    codings = (
        each.strip().lower() for line in headers.getlist("content-encoding") for each in line.split(",")
    )
    return ", ".join(each for each in codings if each not in {"", "identity"})


def _sealed(send: Send) -> Send:
    async def sealed(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name.lower() for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(pair for pair in _RAW if pair[0] not in given)]
        await send(message)

    return sealed


_RAW = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
