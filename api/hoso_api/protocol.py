"""HTTP/1.1 as uvicorn speaks it with httptools, with an end to what may come before the body: by itself it takes any size."""

from starlette.exceptions import HTTPException
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from . import problems

#: Bytes of request line and headers; browsers and proxies allow as much or less.
LIMIT = 64 * 1024


class HeadTooLarge(HTTPException):
    """The request line and the headers are larger than the limit (RFC 6585, 5)."""

    def __init__(self) -> None:
        super().__init__(431, f"The request line and the headers have more than {LIMIT} bytes.")


class Protocol(HttpToolsProtocol):
    """Cuts a head off that has not ended after `LIMIT` bytes; the application never hears of such a request."""

    #: Bytes of the head that is coming in; None between heads.
    _head: int | None = None

    def on_message_begin(self) -> None:
        """The parser meets a request."""
        super().on_message_begin()
        self._head = 0

    def on_headers_complete(self) -> None:
        """The head has ended."""
        self._head = None
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """What was read from the connection."""
        super().data_received(data)
        if self._head is None:
            return
        self._head += len(data)
        if self._head > LIMIT and not self.transport.is_closing():
            self.transport.write(_refusal())
            self.transport.close()


def _refusal() -> bytes:
    answer = problems.response(problems.of(HeadTooLarge()), "/", {"Connection": "close"})
    headers = b"".join(name + b": " + value + b"\r\n" for name, value in answer.raw_headers)
    return b"HTTP/1.1 431 Request Header Fields Too Large\r\n" + headers + b"\r\n" + bytes(answer.body)
