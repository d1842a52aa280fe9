"""Routes that refuse a query they do not know; and routes without a detour.

On a direct route a function of path parameters, a query, a body and who asks is called in one step.

FastAPI documents such a route from its signature as ever; its general way to the function, which solves a tree of
dependencies, costs as much as a fifth of a whole completion.

And routes found by the segments of a path: Starlette matches a request with each in their order, some 900 expressions here. They
stand in a tree; a request is matched with those alone that may be its own, in the same order, by their own rules (ADR 0105).
"""

from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from inspect import Parameter, signature
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from fastapi import Request, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel, ValidationError, create_model
from pydantic_core import from_json
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from hoso_api.http.authentication import Bearer
from hoso_api.translation import validation_errors
from hoso_calendar.messages import say

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class KnownRoute(APIRoute):
    """A route that refuses unknown keys of the query, and those that come twice.

    A misspelt key would be ignored otherwise, and all of several but the last.
    """

    def get_route_handler(self) -> Handler:
        """The request handler. Raises RequestValidationError that names the key."""
        handle, keys = super().get_route_handler(), _query_keys(self)

        async def known(request: Request) -> Response:
            _refuse_unknown(request, keys)
            return await handle(request)

        return known


class DirectRoute(APIRoute):
    """A route with few kinds of parameters, faster than FastAPI's own.

    Its function takes path parameters, perhaps a query and a `body`, and the caller (`CallerNow`, `CommandNow`).
    """

    def get_route_handler(self) -> Handler:
        """The request handler. Raises RequestValidationError as FastAPI's own handler does."""
        endpoint = self.endpoint
        hints = get_type_hints(endpoint, include_extras=True)
        del hints["return"]
        ((who, bearer),) = ((name, found) for name, hint in hints.items() if (found := _bearer(hint)))
        defaults = {name: found.default for name, found in signature(endpoint).parameters.items()}
        given: dict[str, Any] = {
            name: (hint, ... if defaults[name] is Parameter.empty else defaults[name])
            for name, hint in hints.items()
            if name != who
        }
        arguments, keys = create_model("Arguments", **given), _query_keys(self)

        async def handle(request: Request) -> Response:
            caller = await bearer(request)
            _refuse_unknown(request, keys)
            found = await _read(request, arguments)
            answer: Response = await endpoint(**{who: caller}, **found)
            return answer

        return handle


def _bearer(hint: Any) -> Bearer | None:
    if get_origin(hint) is not Annotated:
        return None
    dependencies = (getattr(each, "dependency", None) for each in get_args(hint)[1:])
    return next((each for each in dependencies if isinstance(each, Bearer)), None)


async def _read(request: Request, arguments: type[BaseModel]) -> dict[str, Any]:
    """Path parameters, query and body, each in its form."""
    given: dict[str, Any] = {**request.query_params, **request.path_params}
    if "body" in arguments.model_fields:
        given["body"] = await _json(request)
    try:
        found = arguments.model_validate(given)
    except ValidationError as wrong:
        faults = [_located(fault, request) for fault in wrong.errors()]
        raise RequestValidationError(faults) from wrong
    return {name: getattr(found, name) for name in arguments.model_fields}


async def _json(request: Request) -> Any:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, say("Send the body as application/json."))
    try:
        return from_json(await request.body())
    except ValueError as broken:
        raise RequestValidationError(
            [{"loc": ("body",), "msg": say("This is not JSON: {why}.", why=str(broken))}]
        ) from broken


def _located(fault: Any, request: Request) -> dict[str, Any]:
    place = fault["loc"]
    if place[0] != "body":
        place = ("path" if place[0] in request.path_params else "query", *place)
    return {"loc": place, "msg": validation_errors.sentence(fault)}


def _query_keys(route: APIRoute) -> frozenset[str]:
    """The keys of a query that a route of the REST API takes."""
    asked = get_flat_params(route.dependant)
    return frozenset(each.alias for each in asked if isinstance(each.field_info, params.Query))


def _refuse_unknown(request: Request, keys: frozenset[str]) -> None:
    """Raise RequestValidationError for keys that are not taken, or that come more than once."""
    if not request.scope["query_string"]:
        return
    takes = ", ".join(sorted(keys)) or say("no query")
    unknown = say("The key is not known; this address takes {takes}.", takes=takes)
    given = Counter(key for key, _ in request.query_params.multi_items())
    wrong = {key: unknown for key in given if key not in keys}
    wrong |= {key: say("The key comes more than once.") for key in given if key in keys and given[key] > 1}
    if wrong:
        raise RequestValidationError([{"loc": ("query", key), "msg": why} for key, why in wrong.items()])


#: Where a scope says which route was found.
FOUND = "hoso.route"


@dataclass(slots=True)
class _Branch:
    """Routes by the rest of their paths.

    By a segment as it is written, by any one, or by all that comes.
    """

    named: "dict[str, _Branch]" = field(default_factory=dict)
    any: "_Branch | None" = None
    ending: set[int] = field(default_factory=set)
    open: set[int] = field(default_factory=set)

    def grow(self, segments: Sequence[str], number: int) -> None:
        """Enter the rest of a path under the number of its route."""
        if not segments:
            self.ending.add(number)
        elif ":path}" in segments[0]:
            self.open.add(number)
        elif "{" in segments[0]:
            self.any = self.any or _Branch()
            self.any.grow(segments[1:], number)
        else:
            self.named.setdefault(segments[0], _Branch()).grow(segments[1:], number)

    def find(self, segments: Sequence[str]) -> Iterator[int]:
        """The numbers of the routes that the rest of a path may be for."""
        yield from self.open
        if not segments:
            yield from self.ending
            return
        for branch in (self.named.get(segments[0]), self.any):
            if branch is not None:
                yield from branch.find(segments[1:])


class Branches(BaseRoute):
    """The first of some routes that a request is for.

    What it is for none of is left to the routes behind this one.
    """

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        """Routes, each with a path or with others that have one."""
        self._routes = routes
        self._root = _Branch()
        for number, route in enumerate(routes):
            for way in iter_route_contexts([route]):
                self._root.grow(_segments(way.path or ""), number)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The best match; among equals the first."""
        if scope["type"] != "http":
            return Match.NONE, {}
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        partial: BaseRoute | None = None
        for number in sorted(set(self._root.find(_segments(path)))):
            route = self._routes[number]
            match, _ = route.matches(scope)
            if match is Match.FULL:
                return match, {FOUND: route}
            if match is Match.PARTIAL:
                partial = partial or route
        return (Match.PARTIAL, {FOUND: partial}) if partial else (Match.NONE, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the route that was found answer."""
        await scope[FOUND].handle(scope, receive, send)


def _segments(path: str) -> list[str]:
    return path.split("/")[1:]
