"""An act over HTTP: who, when, once (`Idempotency-Key`), against which version (`If-Match`); then one command."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

import orjson
from fastapi import Depends, Request
from starlette.datastructures import Headers
from starlette.responses import Response

from hoso_workflows import commands, refusals
from hoso_workflows.office import Outcome

from . import problems, security
from .bodies import Answer


class Json(Response):
    """JSON that is encoded without a detour."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """UTF-8; instants in ISO 8601, ids as texts (the driver's ids are of a type of its own)."""
        return orjson.dumps(content, default=str)


class UnreadableHeader(refusals.Refusal):
    """A header of the request is not in its form."""

    slug = "unreadable-header"
    http_status = HTTPStatus.BAD_REQUEST
    remedy = (
        "Send in If-Match the ETag exactly as it came, in its quotes, or `*`;"
        " in Idempotency-Key 1 to 200 visible characters."
    )

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"{name} is {text!r}.")
        self.name = name
        self.text = text


@dataclass(frozen=True, slots=True)
class Act:
    """A request to change something, before it says what."""

    caller: security.Caller
    key: str | None
    if_match: int | None
    body: bytes

    async def perform(self, subject: str, command: commands.Command) -> Response:
        """Have the command carried out and answer with what came of it."""
        caller = self.caller
        outcome = await caller.office.perform(
            subject,
            command,
            actor=caller.principal,
            at=caller.at,
            key=self.key,
            body=self.body,
            if_match=self.if_match,
        )
        return answer(outcome)


class BearerOfAct(security.Bearer):
    """Who asks for an act, once and against which version: all of it read in one step, since every act passes here."""

    covered = ("idempotency-key",)

    async def __call__(self, request: Request) -> Act:  # type: ignore[override]
        """The act that a request is. Raises TokenMissing, TokenRefused, SignatureRefused, UnreadableHeader."""
        caller = await super().__call__(request)
        headers = request.headers
        return Act(caller, key(headers), version(headers), await request.body())


def key(headers: Headers) -> str | None:
    """The caller's own name for this request, under which it is done once. Raises UnreadableHeader."""
    text = headers.get("idempotency-key")
    if text is not None and not _KEY.fullmatch(text):
        raise UnreadableHeader("Idempotency-Key", text)
    return text


def version(headers: Headers) -> int | None:
    """The version a request has seen, None where any will do. Raises UnreadableHeader."""
    text = headers.get("if-match")
    if text is None or text == "*":
        return None
    if not _ETAG.fullmatch(text):
        raise UnreadableHeader("If-Match", text)
    return int(text.strip('"'))


def answer(outcome: Outcome, status: int = HTTPStatus.OK) -> Response:
    """What came of a command; a repeated request gets the first answer again and is told so."""
    headers = {"ETag": etag(outcome.version)}
    if outcome.replayed:
        headers["Idempotency-Replayed"] = "true"
    return Json(outcome.body, status_code=status, headers=headers)


def etag(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


def documented(answer: type[Answer], *, conditional: bool = True) -> dict[str, Any]:
    """What the description says of every act: its answer, its problems and its headers."""
    parameters = [_IDEMPOTENCY_KEY, _IF_MATCH] if conditional else [_IDEMPOTENCY_KEY]
    statuses = (400, 401, 403, 404, 409, 413, 415, *((412,) if conditional else ()))
    return {
        "response_model": answer,
        "responses": problems.responses(*statuses),
        "openapi_extra": {"parameters": parameters},
    }


ActNow = Annotated[Act, Depends(BearerOfAct())]

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_ETAG = re.compile(r'"\d{1,9}"')
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A name of your own for this request: the same again gives the first answer and does nothing.",
    "schema": {"type": "string", "pattern": f"^{_KEY.pattern}$"},
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag that you have seen; 412 if the dossier has changed since.",
    "schema": {"type": "string"},
}
