"""Access log: request id, caller, operation, status and duration of each request, no content.

The template of the route stands for the path, which may hold a code or a name; a query is not told at all.
"""

import logging
import re
import time
from collections.abc import Sequence
from functools import cached_property
from uuid import UUID, uuid4

from fastapi.routing import iter_route_contexts
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hoso_api.http.middleware import head_requests
from hoso_workflows.operation import log_lines

log = logging.getLogger(__name__)

#: What is noted of a request whose client went away before it was answered.
GONE = 499
#: The header by which a request is found again in the logs, in both directions.
REQUEST_ID = "X-Request-Id"
#: An id that a proxy may give: nothing that says anything.
_ID = re.compile(r"[0-9a-fA-F-]{16,64}")
_PRINCIPAL, _REQUEST = "hoso.principal", "hoso.request"


def called_by(scope: Scope, principal: UUID) -> None:
    """Note who asks."""
    scope[_PRINCIPAL] = principal


def request_id(scope: Scope) -> str:
    """The id that a proxy gave a request, else a new one."""
    if _REQUEST not in scope:
        given = Headers(scope=scope).get(REQUEST_ID, "")
        scope[_REQUEST] = given if _ID.fullmatch(given) else uuid4().hex
    found: str = scope[_REQUEST]
    return found


class AccessLog:
    """ASGI middleware. A client that breaks its body off is noted as such, which is no error of ours."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self.app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with log_lines.within(request=request_id(scope)):
            await self._answered(scope, receive, send)

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun, status, name = time.perf_counter(), 500, request_id(scope)

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = name
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except ClientDisconnect:
            status = GONE
        finally:
            log.info(
                log_lines.Entry(
                    method=scope.get(head_requests.SENT, scope["method"]),
                    route=self._templates.get(scope.get("endpoint"), "-"),
                    status=status,
                    ms=round((time.perf_counter() - begun) * 1000),
                    principal=str(scope.get(_PRINCIPAL, "-")),
                )
            )

    @cached_property
    def _templates(self) -> dict[object, str]:
        """The path template of each endpoint. All routes are registered by the time of the first request."""
        found = iter_route_contexts(self._routes)
        return {way.endpoint: str(way.path) for way in found if way.endpoint is not None}
