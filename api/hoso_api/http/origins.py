"""Origin of a request for the access log: credential, network, reason.

`Access-Reason` says why somebody reads outside of their own tasks, `Led-By` which task or search led there. Both are UTF-8,
percent-encoded where it is not ASCII. They are recorded, and decide nothing.
"""

import re
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from fastapi import Request

from hoso_api.http import client_address
from hoso_bpmn import text_safety
from hoso_calendar.messages import say
from hoso_workflows import errors
from hoso_workflows.organisation.access_log import Origin

REASON, LED_BY = "Access-Reason", "Led-By"
#: The longest of either, in characters.
LONGEST = 300
_PLAIN = re.compile(r"[\x20-\x7e]*")


class UnreadableReason(errors.Refusal):
    """A header of a read cannot be kept in the access log."""

    slug = "unreadable-reason"
    http_status = HTTPStatus.BAD_REQUEST
    remedy = "Send 1 to 300 visible characters as UTF-8, percent-encoded, and the header once."

    def __init__(self, name: str) -> None:
        super().__init__(say("{name} cannot be read.", name=name))
        self.name = name


def of(request: Request, credential: str | None) -> Origin:
    """The origin of a request by a credential. Raises UnreadableReason."""
    address = client_address.of(request) or None
    return Origin(credential, address, _said(request, REASON), _said(request, LED_BY))


def _said(request: Request, name: str) -> str | None:
    given = request.headers.getlist(name)
    if not given:
        return None
    text = _decoded(given[0]) if len(given) == 1 and _PLAIN.fullmatch(given[0]) else ""
    if not text or len(text) > LONGEST or text_safety.hidden(text):
        raise UnreadableReason(name)
    return text


def _decoded(text: str) -> str:
    try:
        return unquote(text, errors="strict").strip()
    except UnicodeDecodeError:
        return ""


#: What the description says of a read that is logged.
PARAMETERS: tuple[dict[str, Any], ...] = (
    {
        "name": REASON,
        "in": "header",
        "required": False,
        "description": "Why you read what is not among your own tasks; percent-encoded UTF-8, kept in the access log.",
        "schema": {"type": "string", "examples": ["Tra%20l%E1%BB%9Di%20khi%E1%BA%BFu%20n%E1%BA%A1i"]},
    },
    {
        "name": LED_BY,
        "in": "header",
        "required": False,
        "description": "The task or search that led there; percent-encoded UTF-8, kept in the access log.",
        "schema": {"type": "string", "examples": ["task 0198c2f3-a1b2-7c4d-8e9f-001122334455"]},
    },
)
