"""Forms with one file (RFC 7578), read while they come in.

The file goes straight to whoever takes it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException

from hoso_calendar.messages import say

MEDIA_TYPE = "multipart/form-data"
#: The field of the form that is the file.
FILE = "file"
#: Bytes of a field that is no file, and fields of a form.
MOST_TEXT, MOST_FIELDS = 16 * 1024, 16


@dataclass(frozen=True, slots=True)
class FileForm:
    """A form as it came: the name of its file, and its other fields."""

    file_name: str
    fields: Mapping[str, str]


async def read(request: Request, take: Callable[[bytes], None]) -> FileForm:
    """Read a form whose file is taken piece by piece.

    Raises RequestValidationError for what is no such form, HTTPException (415) for another type of body, and whatever
    `take` raises.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if kind != MEDIA_TYPE.encode() or not boundary:
        raise HTTPException(415, say("Send the body as {kind}.", kind=MEDIA_TYPE))
    reader = _Reader(take)
    try:
        parser = MultipartParser(boundary, reader.callbacks())  # type: ignore[arg-type]  # callbacks of the names that it knows
        async for chunk in request.stream():
            parser.write(chunk)
        parser.finalize()
    except FormParserError:
        raise _refused("body", say("is no form that can be read")) from None
    return reader.form()


@dataclass(slots=True)
class _Reader:
    """Parts of a form, put together."""

    take: Callable[[bytes], None]
    file_name: str | None = None
    texts: dict[str, bytes] = field(default_factory=dict)
    ended: bool = False
    _header: tuple[bytes, bytes] = (b"", b"")
    _disposition: bytes = b""
    _name: str | None = None

    def callbacks(self) -> dict[str, Callable[..., None]]:
        """Functions for the parser to call."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._heard(data[start:end], b""),
            "on_header_value": lambda data, start, end: self._heard(b"", data[start:end]),
            "on_header_end": self._header_ended,
            "on_headers_finished": self._headers_ended,
            "on_part_data": lambda data, start, end: self._data(data[start:end]),
            "on_end": self._end,
        }

    def form(self) -> FileForm:
        """The whole form. Raises RequestValidationError where it broke off or has no file."""
        if not self.ended:
            raise _refused("body", say("broke off before its end"))
        if self.file_name is None:
            raise _refused(FILE, say("is missing"))
        try:
            return FileForm(self.file_name, {name: text.decode() for name, text in self.texts.items()})
        except UnicodeDecodeError:
            raise _refused("body", say("is no form that can be read")) from None

    def _begin(self) -> None:
        self._header, self._disposition, self._name = (b"", b""), b"", None

    def _heard(self, name: bytes, value: bytes) -> None:
        self._header = self._header[0] + name, self._header[1] + value

    def _header_ended(self) -> None:
        name, value = self._header
        if name.lower() == b"content-disposition":
            self._disposition = value
        self._header = b"", b""

    def _headers_ended(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"name", b"").decode(errors="replace")
        if not name or name in self.texts or (name == FILE and self.file_name is not None):
            raise _refused(name or "body", say("came more than once, or without a name"))
        self._name = name
        if name == FILE:
            self.file_name = options.get(b"filename", b"").decode(errors="replace")
        elif len(self.texts) >= MOST_FIELDS:
            raise _refused("body", say("has more fields than any form of ours"))
        else:
            self.texts[name] = b""

    def _data(self, data: bytes) -> None:
        if self._name == FILE:
            self.take(data)
        elif self._name is not None:
            self.texts[self._name] += data
            if len(self.texts[self._name]) > MOST_TEXT:
                raise _refused(self._name, say("is too long"))

    def _end(self) -> None:
        self.ended = True


def _refused(name: str, why: str) -> RequestValidationError:
    return RequestValidationError([{"loc": ("body", name), "msg": why}])
