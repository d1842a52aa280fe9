"""An act over HTTP: who, when, once (`Idempotency-Key`), against which version (`If-Match`); then one command."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, ClassVar

import orjson
from fastapi import Depends, Header, Request
from starlette.responses import Response

from hoso_workflows import commands, refusals
from hoso_workflows.office import Outcome

from .security import Caller, CallerNow


class Json(Response):
    """JSON that is encoded without a detour."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """UTF-8; instants in ISO 8601, ids as texts (the driver's ids are of a type of its own)."""
        return orjson.dumps(content, default=str)


class UnreadableVersion(refusals.Refusal):
    """If-Match holds something that was never an ETag of ours."""

    slug = "unreadable-version"
    remedy = "Send the ETag exactly as it came, in its quotes, or `*`."

    def __init__(self, text: str) -> None:
        super().__init__(f"If-Match is {text!r}.")
        self.text = text


@dataclass(frozen=True, slots=True)
class Act:
    """A request to change something, before it says what."""

    caller: Caller
    key: str | None
    if_match: int | None
    body: bytes

    headers: ClassVar = {"Idempotency-Replayed": "true"}

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


def answer(outcome: Outcome, status: int = HTTPStatus.OK) -> Response:
    """What came of a command; a repeated request gets the first answer again and is told so."""
    headers = {"ETag": etag(outcome.version)}
    if outcome.replayed:
        headers |= Act.headers
    return Json(outcome.body, status_code=status, headers=headers)


def etag(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


def version(if_match: str | None) -> int | None:
    """The version a request has seen, None where any will do. Raises UnreadableVersion."""
    if if_match is None or if_match == "*":
        return None
    tag = if_match.removeprefix('"').removesuffix('"')
    if len(if_match) != len(tag) + 2 or not tag.isdecimal() or len(tag) > 9:
        raise UnreadableVersion(if_match)
    return int(tag)


async def act(
    request: Request,
    caller: CallerNow,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            pattern=r"^[\x21-\x7e]{1,200}$",
            description="Any text of your own; the same key again gives the first answer and does nothing.",
        ),
    ] = None,
    if_match: Annotated[
        str | None, Header(alias="If-Match", description="The ETag you have seen; 412 if it has changed.")
    ] = None,
) -> Act:
    """The act that a request is."""
    return Act(caller, key, version(if_match), await request.body())


ActNow = Annotated[Act, Depends(act)]
