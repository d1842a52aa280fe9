"""Acts on the register over HTTP: the caller's commands, carried out all or none."""

from typing import Any

from starlette.responses import Response

from hoso_api.http.authentication import Caller
from hoso_api.http.commands import Json
from hoso_api.http.fields import Answer
from hoso_api.http.problems import responses
from hoso_workflows.organisation import register
from hoso_workflows.organisation.administration import Act
from hoso_workflows.organisation.register.commands import Command


class ActDone(Answer):
    """One act of administration as it stands in its authority's chain."""

    kind: str
    authority: str
    subject: str


class ActsDone(Answer):
    """The acts that a request led to; none where nothing had to change."""

    acts: list[ActDone]


def documented(status: int = 200) -> dict[str, Any]:
    """The documentation of an act's route."""
    return {
        "status_code": status,
        "response_model": ActsDone,
        "responses": responses(401, 403, 404, 409, 413, 415),
    }


async def perform(caller: Caller, *commands: Command, status: int = 200) -> Response:
    """Carry out the caller's commands. Raises a `Refusal`."""
    asker = register.Asker(caller.principal)
    acts = await register.perform(caller.service.db, commands, asker, caller.at)
    return Json({"acts": [shown(act) for act in acts]}, status_code=status)


def shown(act: Act) -> dict[str, str]:
    """An act as answers name it."""
    return {"kind": act.kind, "authority": act.authority, "subject": act.subject}
