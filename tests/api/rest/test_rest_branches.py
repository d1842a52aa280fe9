"""Routes found by the segments of a path are those that are found one after the other."""

import re
from collections.abc import Sequence
from itertools import cycle

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Match

from hoso_api.app import create_app
from hoso_api.http.routing import FOUND, Branches

#: What stands at the place of a parameter: of each path another one is tried first.
PLACES = ("00000000-0000-4000-8000-000000000001", "moi", "2026", "H27.PVHCC-260302-0001", "%2e%2e", "")


def in_order(routes: Sequence[BaseRoute], asked: dict[str, object]) -> tuple[Match, BaseRoute | None]:
    """The best match of a request, each route tried."""
    found = [(match, route) for route in routes if (match := route.matches(dict(asked))[0]) is not Match.NONE]
    return max(found, key=lambda each: each[0].value, default=(Match.NONE, None))


def test_every_request_is_for_the_route_that_is_found_one_after_the_other() -> None:
    every = create_app().routes
    branches = next(route for route in every if isinstance(route, Branches))
    # All behind it but the files that are mounted last.
    routes = every[every.index(branches) + 1 : -1]
    ways = list(iter_route_contexts(routes))
    paths = zip(ways, cycle(PLACES), cycle(("", "", "/")), cycle(("GET", "POST", "DELETE")), strict=False)
    differ = []
    for way, place, end, method in paths:
        path = re.sub(r"\{.*?\}", place, str(way.path)) + end
        asked = {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}
        match, told = branches.matches(dict(asked))
        if (match, told.get(FOUND)) != in_order(routes, asked):
            differ.append((method, path))
    assert (len(ways) > 800, differ) == (True, [])
