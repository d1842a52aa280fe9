"""Encoding of answers: JSON with instants in Vietnamese local time, bytes of files, tags of contents.

Ids and other values are texts in JSON.
"""

import hashlib
from datetime import datetime
from typing import Any
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import StreamingResponse

from hoso_workflows import localtime
from hoso_workflows.attachments.file_views import Opened

#: What a stranger's bytes may do in a browser that shows them all the same: nothing.
POLICY = "sandbox; default-src 'none'"


def encode(value: Any, option: int = 0) -> bytes:
    """UTF-8; instants in ISO 8601 with their offset. `option` is orjson's."""
    return orjson.dumps(value, default=_plain, option=option | orjson.OPT_PASSTHROUGH_DATETIME)


def _plain(value: Any) -> Any:
    # The driver's own ids are no UUIDs to the encoder, and dates are passed through with the instants.
    return localtime.isoformat(value) if isinstance(value, datetime) else str(value)


def tag(content: bytes) -> str:
    """The ETag of a content, in its quotes: equal contents have equal ones."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def is_known(request: Request, tag: str) -> bool:
    """True where the reader has this tag already, weak ones included; RFC 9110, 13.1.2."""
    sent = request.headers.get("if-none-match", "")
    return tag in {each.strip().removeprefix("W/") for each in sent.split(",")}


def saved(opened: Opened) -> StreamingResponse:
    """The bytes of a file under its name, for no browser to show."""
    name = quote(opened.name, safe="")
    return _streamed(opened, "application/octet-stream", f"attachment; filename*=UTF-8''{name}")


def picture(opened: Opened) -> StreamingResponse:
    """The small picture of a file's first page. It was drawn here."""
    return _streamed(opened, "image/png", "inline")


def _streamed(opened: Opened, media_type: str, disposition: str) -> StreamingResponse:
    headers = {"Content-Disposition": disposition, "Content-Security-Policy": POLICY}
    if opened.size is not None:
        headers["Content-Length"] = str(opened.size)
    return StreamingResponse(opened.content, media_type=media_type, headers=headers)
