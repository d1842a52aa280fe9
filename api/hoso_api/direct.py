"""Routes without a detour: a function of path parameters, a body and who asks is called in one step.

FastAPI documents such a route from its signature as ever; its general way to the function, which solves a tree of
dependencies, costs as much as a fifth of a whole completion.
"""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError, create_model
from pydantic_core import from_json
from starlette.exceptions import HTTPException
from starlette.responses import Response

from .security import Bearer

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class DirectRoute(APIRoute):
    """The route of a function that takes path parameters, perhaps a `body`, and who asks (`CallerNow`, `ActNow`)."""

    def get_route_handler(self) -> Handler:
        """What answers a request. Raises RequestValidationError as FastAPI's own handler does."""
        endpoint = self.endpoint
        hints = get_type_hints(endpoint, include_extras=True)
        del hints["return"]
        ((who, bearer),) = ((name, found) for name, hint in hints.items() if (found := _bearer(hint)))
        given: dict[str, Any] = {name: (hint, ...) for name, hint in hints.items() if name != who}
        arguments = create_model("Arguments", **given)

        async def handle(request: Request) -> Response:
            asker = await bearer(request)
            found = await _read(request, arguments)
            answer: Response = await endpoint(**{who: asker}, **found)
            return answer

        return handle


def _bearer(hint: Any) -> Bearer | None:
    if get_origin(hint) is not Annotated:
        return None
    dependencies = (getattr(each, "dependency", None) for each in get_args(hint)[1:])
    return next((each for each in dependencies if isinstance(each, Bearer)), None)


async def _read(request: Request, arguments: type[BaseModel]) -> dict[str, Any]:
    """Path parameters and body, each in its form."""
    given: dict[str, Any] = dict(request.path_params)
    if "body" in arguments.model_fields:
        given["body"] = await _json(request)
    try:
        found = arguments.model_validate(given)
    except ValidationError as wrong:
        raise RequestValidationError([_placed(fault) for fault in wrong.errors()]) from wrong
    return {name: getattr(found, name) for name in arguments.model_fields}


async def _json(request: Request) -> Any:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, "Send the body as application/json.")
    try:
        return from_json(await request.body())
    except ValueError as broken:
        raise RequestValidationError([{"loc": ("body",), "msg": f"This is not JSON: {broken}."}]) from broken


def _placed(fault: Any) -> dict[str, Any]:
    place = fault["loc"]
    return {"loc": place if place[0] == "body" else ("path", *place), "msg": fault["msg"]}
