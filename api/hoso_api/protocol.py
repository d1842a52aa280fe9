"""HTTP/1.1 as uvicorn speaks it with httptools, with an end to what may come before the body: by itself it takes any size."""

from starlette.exceptions import HTTPException
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from . import problems

#: Bytes of request line and headers, or of what comes beside the body; browsers and proxies allow as much or less.
LIMIT = 64 * 1024
#: Bytes that are looked at together; so many may come beyond the limit.
PIECE = 16 * 1024


class HeadTooLarge(HTTPException):
    """The request line and the headers are larger than the limit (RFC 6585, 5), or trailers and extensions of chunks are."""

    def __init__(self) -> None:
        super().__init__(
            431, f"More than {LIMIT} bytes of the request are no body but request line, headers or trailers."
        )


class Protocol(HttpToolsProtocol):
    """Cuts a request off of which more than `LIMIT` bytes come that are no body: a head, chunks' extensions, trailers.

    Of an endless head the application never hears. Trailers are dropped: none of them is one of our headers (RFC 9110, 6.5.1).
    """

    #: Bytes of the request, since it began or since its body last went on; None between requests.
    _aside: int | None = None
    #: Whether the head has ended.
    _inside = False
    #: Whether a part of a request has ended within the last piece, so that not all of it counts.
    _moved = False

    def on_message_begin(self) -> None:
        """The parser meets a request."""
        super().on_message_begin()
        self._aside, self._inside = 0, False

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or behind the body a trailer."""
        if not self._inside:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head has ended."""
        self._inside = self._moved = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """The body goes on."""
        self._moved = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request has ended."""
        self._aside, self._moved = None, True
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """What was read from the connection; in pieces, since only whole ones are counted."""
        for start in range(0, len(data), PIECE):
            if not self.transport.is_closing():
                self._take(data[start : start + PIECE])

    def _take(self, piece: bytes) -> None:
        self._moved = False
        super().data_received(piece)
        if self._aside is None:
            return
        self._aside = 0 if self._moved else self._aside + len(piece)
        if self._aside > LIMIT and not self.transport.is_closing():
            if self._unanswered():
                self.transport.write(_refusal())
            self.transport.close()

    def _unanswered(self) -> bool:
        """Whether the next answer on the connection is the one to this request."""
        newest = self.cycle
        if self._inside:
            return not newest.response_started
        return newest is None or newest.response_complete


def _refusal() -> bytes:
    answer = problems.response(problems.of(HeadTooLarge()), "/", {"Connection": "close"})
    headers = b"".join(name + b": " + value + b"\r\n" for name, value in answer.raw_headers)
    return b"HTTP/1.1 431 Request Header Fields Too Large\r\n" + headers + b"\r\n" + bytes(answer.body)
