"""HTTP/1.1 protocol of uvicorn with httptools, bounded in size and time.

By itself it takes a head of any size, and waits for ever for the rest of one, for a body and for an answer to be taken.
"""

import asyncio
from http import HTTPStatus
from typing import Any
from weakref import WeakKeyDictionary

from starlette.exceptions import HTTPException
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from hoso_api.http import problems
from hoso_api.http.middleware.connections import Connections, Wait
from hoso_api.settings import Settings
from hoso_calendar.messages import say

#: Bytes of request line and headers, or of what comes beside the body; browsers and proxies allow as much or less.
LIMIT = 64 * 1024
#: Bytes that are looked at together; so many may come beyond the limit.
PIECE = 16 * 1024
#: Under which name the application tells its settings when it starts.
SETTINGS = "settings"

_CONNECTIONS: WeakKeyDictionary[ServerState, Connections] = WeakKeyDictionary()


class HeadTooLarge(HTTPException):
    """The request line and the headers exceed the limit (RFC 6585, 5).

    Trailers and extensions of chunks count as well.
    """

    def __init__(self) -> None:
        super().__init__(
            431,
            say(
                "More than {limit} bytes of the request are no body but request line, headers or trailers.",
                limit=LIMIT,
            ),
        )


class RequestTimeout(HTTPException):
    """A request was begun and not completed in time (RFC 9110, 15.5.9)."""

    def __init__(self) -> None:
        super().__init__(408, say("The request had begun and did not come to its end in time."))


#: For a client that connects while every connection is at work.
TOO_MANY_CONNECTIONS = problems.Problem(
    type=problems.PREFIX + "too-many-connections",
    title="The server has no room for another connection.",
    status=503,
    detail="Nothing was read of the request.",
    remedy="Ask again in some seconds, on as few connections as will do.",
)


class Protocol(HttpToolsProtocol):
    """Protocol that ends a request with more than `LIMIT` bytes outside its body.

    These are the head, the extensions of chunks and the trailers.
    Of an endless head the application never hears. Trailers are dropped: none of them is one of our headers (RFC 9110, 6.5.1).
    A head, a body or the taking of an answer that lasts too long ends the connection; so may `Connections` when there are too many.
    """

    #: Bytes of the request, since it began or since its body last went on; None between requests.
    _aside: int | None = None
    #: Whether the head has ended.
    _head_ended = False
    #: Whether a part of a request has ended within the last piece, so that not all of it counts.
    _progressed = False
    #: When the client's turn began, by the loop's clock, and the bytes of the body that have come since.
    _began = 0.0
    _body_bytes = 0
    #: The bytes of the answer that were not taken yet, and since when they are as many; whether some were since.
    _unsent = 0
    _unsent_since = 0.0
    _drained = False
    #: Whether it was ended without regard to what is still to be sent.
    _aborted = False

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        all_of_them = _CONNECTIONS.get(server_state)
        if all_of_them is None:
            settings = app_state.get(SETTINGS) or Settings()
            all_of_them = _CONNECTIONS[server_state] = Connections(settings, self.loop)
        self._all = all_of_them
        self.host = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """The client has connected."""
        super().connection_made(transport)
        self.host = self.client[0] if self.client else ""
        self._began = self.loop.time()
        self._all.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        self._all.remove(self)
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """The parser meets a request. The time of the first one counts from the connection on."""
        super().on_message_begin()
        self._aside, self._head_ended = 0, False
        if self.cycle is not None:
            self._began = self.loop.time()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or behind the body a trailer."""
        if not self._head_ended:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head has ended."""
        self._head_ended = self._progressed = True
        self._began, self._body_bytes = self.loop.time(), 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """The body goes on."""
        self._progressed = True
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request has ended."""
        self._aside, self._progressed = None, True
        self._began = self.loop.time()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """A request is answered; it is the client's turn again."""
        if not self._head_ended or self._aside is None:
            self._began = self.loop.time()
        super().on_response_complete()

    def resume_writing(self) -> None:
        """The client has taken some of its answer."""
        self._drained = True
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        """Take received data, in pieces, since only whole pieces are counted."""
        for start in range(0, len(data), PIECE):
            if not self.transport.is_closing():
                self._parse(data[start : start + PIECE])

    def waits(self) -> Wait | None:
        """The next turn of the client; None while it is our turn."""
        if self.transport.is_closing() or self._unsent:
            return Wait.ANSWER
        if self._aside is not None and self._head_ended:
            return None if self.flow.read_paused else Wait.BODY
        if self.cycle is not None and not self.cycle.response_complete:
            return None
        return Wait.IDLE if self._aside is None else Wait.HEAD

    def since(self) -> float:
        """The instant at which the client's turn began, by the loop's clock."""
        return self._began

    def enforce(self, now: float, settings: Settings) -> None:
        """End the connection where the client has taken too long."""
        if self._answer_stalled(now, settings.answer_seconds):
            self.abort()
        if self.transport.is_closing():
            return
        if self._head_ended and self._aside is not None and self.flow.read_paused:
            self._began, self._body_bytes = now, 0  # by ourselves: nothing more is read for now
        elif now - self._began >= self._seconds_allowed(settings):
            self._end_with(RequestTimeout())

    def abort(self) -> None:
        """End the connection now, without a word."""
        self._aborted = True
        self.transport.abort()

    def refuse(self) -> None:
        """End the connection, which is new, and say why."""
        self.transport.write(_written(TOO_MANY_CONNECTIONS))
        self.transport.close()

    def ended(self) -> bool:
        """True when it is ended and only its descriptor is left for a moment."""
        return self._aborted or (self.transport.is_closing() and not self.transport.get_write_buffer_size())

    def _seconds_allowed(self, settings: Settings) -> float:
        match self.waits():
            case Wait.IDLE | Wait.HEAD:
                return settings.head_seconds
            case Wait.BODY:
                return settings.body_seconds + self._body_bytes / settings.body_bytes_per_second
            case _:
                return float("inf")

    def _answer_stalled(self, now: float, seconds: float) -> bool:
        """True when nothing of a waiting answer was taken for so long."""
        left = self.transport.get_write_buffer_size()
        if left != self._unsent or self._drained or not left:
            self._unsent, self._unsent_since, self._drained = left, now, False
        return left > 0 and now - self._unsent_since >= seconds

    def _parse(self, piece: bytes) -> None:
        self._progressed = False
        super().data_received(piece)
        if self._aside is None:
            return
        self._aside = 0 if self._progressed else self._aside + len(piece)
        if self._aside > LIMIT and not self.transport.is_closing():
            self._end_with(HeadTooLarge())

    def _end_with(self, error: HTTPException) -> None:
        """Close the connection, with the problem as the answer where one is due.

        One is due where a request has begun and its answer comes next.
        """
        if self._aside is not None and self._unanswered():
            self.transport.write(_written(problems.of(error)))
        self.transport.close()

    def _unanswered(self) -> bool:
        """True when the next answer on the connection belongs to this request."""
        newest = self.cycle
        if self._head_ended:
            return not newest.response_started
        return newest is None or newest.response_complete


def _written(problem: problems.Problem) -> bytes:
    """A problem as it goes over the line, the last word on its connection."""
    answer = problems.response(problem, "/", {"Connection": "close"})
    headers = b"".join(name + b": " + value + b"\r\n" for name, value in answer.raw_headers)
    return b"HTTP/1.1 %d %s\r\n%b\r\n%b" % (
        problem.status,
        HTTPStatus(problem.status).phrase.encode(),
        headers,
        bytes(answer.body),
    )
