"""HEAD requests (RFC 9110, 9.1): the answer of GET without its body. Every server must answer them."""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Where a request keeps the method by which it came.
SENT = "hoso.method"


def sent(request: Request) -> str:
    """The method by which a request came, which is what its sender has signed."""
    method: str = request.scope.get(SENT, request.method)
    return method


class HeadRequests:
    """ASGI middleware that answers HEAD by GET.

    Neither the routes nor the description of the API need to name the method.
    """

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
