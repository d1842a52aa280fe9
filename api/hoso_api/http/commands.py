"""Commands over HTTP: caller, time, `Idempotency-Key` and `If-Match`, then one command."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.datastructures import Headers
from starlette.responses import Response

from hoso_api.http import authentication, encoding, problems
from hoso_calendar.messages import say
from hoso_workflows import errors
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.lifecycle import commands


class Json(Response):
    """JSON that is encoded without a detour."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Encode the content with `encoding`."""
        return encoding.encode(content)


class UnreadableHeader(errors.Refusal):
    """A header of the request is not in its form."""

    slug = "unreadable-header"
    http_status = HTTPStatus.BAD_REQUEST
    remedy = (
        "Send in If-Match the ETag exactly as it came, in its quotes, or several with commas between them, or `*`;"
        " in Idempotency-Key 1 to 200 visible characters."
    )

    def __init__(self, name: str, text: str) -> None:
        super().__init__(say("{name} is {text!r}.", name=name, text=text))
        self.name = name
        self.text = text


class RepeatedHeader(errors.Refusal):
    """A single-valued header came more than once (RFC 9110, 5.3)."""

    slug = "repeated-header"
    title = "A header that has one value came more than once, so that nobody can say which one is meant (RFC 9110, 5.3)."
    http_status = HTTPStatus.BAD_REQUEST
    remedy = "Send this header once."

    def __init__(self, name: str, times: int) -> None:
        super().__init__(say("{name} came {times} times.", name=name, times=times))
        self.name = name
        self.times = times


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """A request to change something, before it says what."""

    caller: authentication.Caller
    key: str | None
    if_match: frozenset[int] | None
    body: bytes

    async def perform(self, subject: str, command: commands.Command) -> Response:
        """Have the command carried out and answer with what came of it."""
        caller = self.caller
        outcome = await caller.service.perform(
            subject,
            command,
            actor=caller.principal,
            at=caller.at,
            key=self.key,
            body=self.body,
            if_match=self.if_match,
        )
        return answer(outcome)


class CommandBearer(authentication.Bearer):
    """Authentication of a command, with its key and its versions.

    All of it is read in one step, since every command passes here.
    """

    async def __call__(self, request: Request) -> CommandRequest:  # type: ignore[override]  # a route asks for more than who asks
        """The act that a request is. Raises TokenMissing, TokenRefused, SignatureRefused, UnreadableHeader, RepeatedHeader."""
        caller = await super().__call__(request)
        headers = request.headers
        return CommandRequest(caller, key(headers), versions(headers), await request.body())


class StreamedCommandBearer(CommandBearer):
    """The same for a body that is read while it comes in."""

    async def __call__(self, request: Request) -> CommandRequest:  # type: ignore[override]  # a route asks for more than who asks
        """The act that a request is, without its body."""
        caller = await authentication.Bearer.__call__(self, request)
        headers = request.headers
        return CommandRequest(caller, key(headers), versions(headers), b"")


def key(headers: Headers) -> str | None:
    """The caller's own name for this request, under which it is done once. Raises UnreadableHeader, RepeatedHeader."""
    given = headers.getlist("idempotency-key")
    if not given:
        return None
    if len(given) > 1:
        raise RepeatedHeader("Idempotency-Key", len(given))
    if not _KEY.fullmatch(given[0]):
        raise UnreadableHeader("Idempotency-Key", given[0])
    return given[0]


def versions(headers: Headers) -> frozenset[int] | None:
    """The versions that a request has seen, None where any will do. Raises UnreadableHeader.

    If-Match is a list (RFC 9110, 13.1.1), so several lines of it are one list (5.3). Tags are compared as they are: what is
    no tag of ours, a weak one too, is the tag of no version.
    """
    given = headers.getlist("if-match")
    text = ", ".join(given)
    if not given or text == "*":
        return None
    if not _ETAGS.fullmatch(text):
        raise UnreadableHeader("If-Match", text)
    return frozenset(int(tag.strip('"')) for tag in re.findall(_ETAG, text) if _OURS.fullmatch(tag))


def answer(outcome: Outcome, status: int = HTTPStatus.OK) -> Response:
    """The response to a command. A repeated request gets the first answer again, marked as replayed."""
    return versioned(outcome.body, outcome.version, status, replayed=outcome.replayed)


def versioned(body: Any, version: int, status: int = HTTPStatus.OK, *, replayed: bool = False) -> Response:
    """An answer with the version of its subject, marked where it was given before."""
    headers = {"ETag": etag(version)}
    if replayed:
        headers["Idempotency-Replayed"] = "true"
    return Json(body, status_code=status, headers=headers)


def etag(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


def documented(answer: Any, *, conditional: bool = True) -> dict[str, Any]:
    """The documentation of a command's route: answer, problems, headers.

    The answer is a model, or a union of models.
    """
    parameters = [_IDEMPOTENCY_KEY, IF_MATCH] if conditional else [_IDEMPOTENCY_KEY]
    statuses = (400, 401, 403, 404, 409, 413, 415, *((412,) if conditional else ()))
    return {
        "response_model": answer,
        "responses": problems.responses(*statuses),
        "openapi_extra": {"parameters": parameters},
    }


def conditional(answer: Any, *statuses: int) -> dict[str, Any]:
    """The documentation of a route that takes `If-Match` alone.

    It needs no `Idempotency-Key`, since it comes to the same however often it is done.
    """
    return {
        "response_model": answer,
        "responses": problems.responses(400, 412, *statuses),
        "openapi_extra": {"parameters": [IF_MATCH]},
    }


CommandNow = Annotated[CommandRequest, Depends(CommandBearer())]
StreamedCommandNow = Annotated[CommandRequest, Depends(StreamedCommandBearer())]

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_ETAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_ETAGS = re.compile(rf"(?:[ \t]*,)*[ \t]*{_ETAG}(?:[ \t]*,(?:[ \t]*{_ETAG})?)*[ \t]*")
_OURS = re.compile(r'"(?:0|[1-9][0-9]{0,8})"')
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A name of your own for this request: the same again gives the first answer and does nothing.",
    "schema": {"type": "string", "pattern": f"^{_KEY.pattern}$"},
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag that you have seen, or a list of several; 412 if what is asked for is at none of them any more.",
    "schema": {"type": "string"},
}
