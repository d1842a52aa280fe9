"""HEAD, which every server answers (RFC 9110 section 9.1): what GET would say, without its body."""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Where a request keeps the method by which it came.
SENT = "hoso.method"


def sent(request: Request) -> str:
    """The method by which a request came, which is what its sender has signed."""
    method: str = request.scope.get(SENT, request.method)
    return method


class Head:
    """ASGI middleware: routes need not know of the method, and the description of the API not name it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope, send = {**scope, "method": "GET", SENT: "HEAD"}, _without_body(send)
        await self.app(scope, receive, send)


def _without_body(send: Send) -> Send:
    async def silent(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return silent
