"""Acts of routes: each route names its row in the table of permissions.

    @router.get("/me")
    @acts.named("get_me")
    async def get_me(…)

What an act asks of the caller alone is checked here; what depends on a dossier, a unit or a procedure, by the function that
carries it out. `tests/api/rest/test_rest_routes.py` walks all routes: one that names no act fails.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from hoso_api.http import origins
from hoso_workflows.organisation.permissions import Relation, table

_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Any])
#: The word of the OpenAPI description.
WORD = "x-hoso-act"
#: Relations that the caller's rights alone decide.
_CALLERS = frozenset({Relation.SIGNED_IN, Relation.INSIDE})
_NAMED: dict[object, str] = {}
#: Endpoints that change nothing, whatever the method of their route.
_ONLY_ASKS: set[object] = set()
#: Endpoints that take no signature.
_UNSIGNED: set[object] = set()
#: Routes that libraries make.
_LIBRARIES = {"openapi": "read_description", "static": "read_description"}


def named(act: str, *, only_asks: bool = False, signed: bool = True) -> Callable[[_Endpoint], _Endpoint]:
    """Name the act of a route, below the line that makes it one. Raises KeyError for an act without a row.

    `only_asks` is said of a route that searches or previews although it is posted; `signed` is false where a signature does
    not do, since what is given out outlives it.
    """
    table.ACTS[act]

    def declared(endpoint: _Endpoint) -> _Endpoint:
        _NAMED[endpoint] = act
        if only_asks:
            _ONLY_ASKS.add(endpoint)
        if not signed:
            _UNSIGNED.add(endpoint)
        return endpoint

    return declared


def of(endpoint: object, name: str | None = None) -> str | None:
    """The act of an endpoint, or of a library's route by its name."""
    return _NAMED.get(endpoint) or _LIBRARIES.get(name or "")


def only_asks(endpoint: object) -> bool:
    """True for an endpoint that changes nothing, whatever its method."""
    return endpoint in _ONLY_ASKS


def takes_signature(endpoint: object) -> bool:
    """True where a signature does to say who asks."""
    return endpoint not in _UNSIGNED


def asked_of_caller(endpoint: object) -> frozenset[Relation] | None:
    """The relations of which the caller needs one; None where the subject of the act decides."""
    act = _NAMED.get(endpoint)
    return _CALLERS.intersection(table.ACTS[act].who) if act in _BY_CALLER else None


#: Acts that the caller's rights alone decide.
_BY_CALLER = frozenset(act.name for act in table.ROWS if _CALLERS.intersection(act.who))


def routes(app: FastAPI) -> Iterator[tuple[Any, str | None]]:
    """Every route of an application with its act."""
    for route in iter_route_contexts(app.routes):
        # What only leads to others has none.
        if route.path is not None:
            yield route, of(route.endpoint, route.name)


def describe(app: FastAPI, document: dict[str, Any]) -> None:
    """Write the act of each operation into an OpenAPI document."""
    for route, act in routes(app):
        for method in getattr(route, "methods", None) or ():
            operation = document["paths"].get(route.path_format, {}).get(method.lower())
            if operation is not None and act is not None:
                operation[WORD] = act
                if table.ACTS[act].logged:
                    operation.setdefault("parameters", []).extend(map(dict, origins.PARAMETERS))
