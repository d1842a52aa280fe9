"""Access log: caller, operation, status and duration of each request, no content.

The template of the route stands for the path, which may hold a code or a name; a query is not told at all.
"""

import logging
import time
from collections.abc import Sequence
from functools import cached_property
from uuid import UUID

from fastapi.routing import iter_route_contexts
from starlette.requests import ClientDisconnect
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hoso_api.http.middleware import head_requests

log = logging.getLogger(__name__)

#: What is noted of a request whose client went away before it was answered.
GONE = 499
_PRINCIPAL = "hoso.principal"


def called_by(scope: Scope, principal: UUID) -> None:
    """Note who asks."""
    scope[_PRINCIPAL] = principal


class AccessLog:
    """ASGI middleware. A client that breaks its body off is noted as such, which is no error of ours."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self.app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except ClientDisconnect:
            status = GONE
        finally:
            log.info(
                "method=%s route=%s status=%d ms=%.0f principal=%s",
                scope.get(head_requests.SENT, scope["method"]),
                self._templates.get(scope.get("endpoint"), "-"),
                status,
                (time.perf_counter() - begun) * 1000,
                scope.get(_PRINCIPAL, "-"),
            )

    @cached_property
    def _templates(self) -> dict[object, str]:
        """The path template of each endpoint. All routes are registered by the time of the first request."""
        found = iter_route_contexts(self._routes)
        return {way.endpoint: str(way.path) for way in found if way.endpoint is not None}
