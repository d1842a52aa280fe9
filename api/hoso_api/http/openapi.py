"""The description of the REST API: stable operation ids, every problem; committed as `docs/openapi.json`."""

from importlib.metadata import version
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from hoso_api.http import acts, descriptions, problems, signatures

SUMMARY = "Dossiers of public authorities: file, track, handle, explain every date."
DESCRIPTION = """Ask with `Authorization: Bearer hs_…`; the administrator gives out tokens (`hoso tokens create`), or enters the key by
which another authority's system signs its calls. `docs/rest.md` shows a day's work by examples.

Instants are ISO 8601 with the offset of Vietnam (`2026-03-02T08:30:00+07:00`), days are `YYYY-MM-DD`, codes are texts.
Every error is a problem document (RFC 9457, `application/problem+json`) whose `type` is stable; unknown fields of a body and
unknown keys of a query are refused. Acts take `Idempotency-Key`, so that they are done once, and `If-Match` with the `ETag` of an
answer, so that they are done to what was seen. Lists take `limit` and `after` (a search in `page` of its body), and give `page.after`."""
LICENCE = {"name": "Apache License 2.0", "identifier": "Apache-2.0"}
SERVERS = [{"url": "/", "description": "The installation that serves this description."}]
TAGS = [
    {"name": "user-tasks", "description": "The steps that wait for officers: find, take, complete, hand on."},
    {"name": "dossiers", "description": "Filing, reading, and the acts that change a dossier's course."},
    {
        "name": "drafts",
        "description": "What somebody has typed and not filed yet; their own alone, and no dossier.",
    },
    {"name": "overdue", "description": "What is overdue now, most late first."},
    {"name": "incidents", "description": "Where runs are held up until somebody looks."},
    {"name": "escalations", "description": "Who is told of what is late, for administrators."},
    {"name": "operation", "description": "Figures of the installation, for who runs it."},
    {
        "name": "coordination",
        "description": "Outages and maintenance, calls upon units, plans and measures, the evaluation of units.",
    },
    {"name": "jobs", "description": "Long acts that go on in the background, and how far they are."},
    {"name": "outbox", "description": "Messages that are not sent, for administrators."},
    {
        "name": "webhooks",
        "description": "Systems that are sent signed events about dossiers, for administrators.",
    },
    {
        "name": "portals",
        "description": "Other authorities' portals: what they read and acknowledge; their register and log.",
    },
    {"name": "notifications", "description": "What somebody was told, and where mail to them goes."},
    {"name": "reports", "description": "Figures of a period."},
    {
        "name": "letter-templates",
        "description": "Templates that authorities enter for the letters of their units.",
    },
    {
        "name": "signatures",
        "description": "Letters and results signed by certificates of their units, one or many in an act.",
    },
    {
        "name": "procedures",
        "description": "What can be filed for, and the way of a version to its activation.",
    },
    {
        "name": "catalogue",
        "description": "What is published of procedures, in versions; service levels; systems of agencies.",
    },
    {
        "name": "calendars",
        "description": "The house's calendars, and the way of a revision to the last dossier that it moves.",
    },
    {"name": "people", "description": "Who you are, and who works in a unit."},
    {
        "name": "register",
        "description": "Units, areas, roles, competences and substitutions, and the acts that change them.",
    },
    {"name": "units", "description": "What happens to the dossiers of a unit, and who is on duty in it."},
    {
        "name": "accounts",
        "description": "Invitations, recoveries and sessions of people, for administrators.",
    },
    {"name": "public", "description": "What anybody may ask, without a token."},
]


def operation_id(route: APIRoute) -> str:
    """The function's name. Clients are generated from it, so it stays when a path moves."""
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
        title="hoso",
        version=version("hoso"),
        summary=SUMMARY,
        description=DESCRIPTION,
        license_info=LICENCE,
        servers=SERVERS,
        routes=app.routes,
        tags=TAGS,
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    problem = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"), Problem=problem)
    components["securitySchemes"]["signature"] = signatures.SCHEME
    descriptions.add_texts(document)
    acts.describe(app, document)
    return document
