"""The description of the REST API: stable operation ids, every problem documented; committed as `docs/openapi.json`.

python -m hoso_api.openapi [FILE]     write it (to standard output without FILE)
"""

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from . import problems, signatures

SUMMARY = "Dossiers of public authorities: file, track, handle, explain every date."


def operation_id(route: APIRoute) -> str:
    """The function's name: clients are generated from it, so it stays when a path moves."""
    return route.name


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of `app`, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _document(app)
    return app.openapi_schema


def encode(document: dict[str, Any]) -> bytes:
    """The committed form: indented, in a stable order, one newline at the end."""
    return orjson.dumps(
        document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    )


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title="hoso", version=version("hoso"), summary=SUMMARY, routes=app.routes, tags=app.openapi_tags
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    problem = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"), Problem=problem)
    document["components"]["securitySchemes"]["signature"] = signatures.SCHEME
    for operations in document["paths"].values():
        for operation in operations.values():
            if "security" in operation:
                operation["security"].append({"signature": []})
    return document


def main() -> None:
    """Write the document of the app as it is shipped."""
    from . import app

    written = encode(describe(app.create_app()))
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_bytes(written)
    else:
        sys.stdout.buffer.write(written)


if __name__ == "__main__":
    main()
