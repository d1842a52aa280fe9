"""Requests that nobody would write: every one is answered as described, and none breaks the server."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hoso_api.app import create_app
from hoso_models import postgres
from hoso_models.storage import database
from hoso_workflows.operation.rate_limit import Purpose
from hoso_workflows.organisation import credentials
from support import rotation
from support import world as worlds
from support.api_client import COMMITTED
from support.world import DESK, FOUNDED, PROVINCE, person

pytestmark = [pytest.mark.slow, pytest.mark.hypothesis]

EXAMPLES = 12 * settings.default.max_examples // 100
SCHEMA = schemathesis.openapi.from_dict(json.loads(COMMITTED.read_bytes()))
OPERATIONS = {each.ok().definition.raw["operationId"]: each.ok() for each in SCHEMA.get_all_operations()}
#: The first operation with each verb of each room, which does not take turns.
ALWAYS = {
    (each.definition.raw["tags"][0], each.method): name
    for name, each in sorted(OPERATIONS.items(), reverse=True)
}
CHECKS = [
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]


@schemathesis.serializer(
    "application/zip", "application/toml", "application/pdf", "application/partial-upload"
)
def document(_: object, value: object) -> bytes:
    """Generated data in place of a package, a set-up file or a paper."""
    return getattr(value, "data", None) or str(value).encode()


@dataclass(frozen=True)
class Served:
    """A server that runs beside the tests, and who asks it."""

    address: str
    tokens: tuple[str, ...]


@pytest.fixture(scope="module")
def served(server: postgres.Server) -> Iterator[Served]:
    """The application over a small world, as `uvicorn --factory` starts it."""
    with worlds.founded(server) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOSO_DATABASE_URL", url)
        # Whoever is told to wait is not told anything else, and here they come from one network.
        unlimited = {purpose: {"every": 0, "burst": 1} for purpose in Purpose}
        patch.setenv("HOSO_LIMITS", json.dumps(unlimited))
        tokens = asyncio.run(_tokens(url))
        running = uvicorn.Server(uvicorn.Config(create_app, factory=True, port=0, log_level="critical"))
        thread = threading.Thread(target=running.run)
        thread.start()
        while not running.started and thread.is_alive():
            time.sleep(0.05)
        port = running.servers[0].sockets[0].getsockname()[1]
        yield Served(f"http://127.0.0.1:{port}", tokens)
        running.should_exit = True
        thread.join()


async def _tokens(url: str) -> tuple[str, ...]:
    people = person("administrator", PROVINCE), person("reception", DESK), worlds.CITIZEN
    async with database.connect(url) as db, db.transaction() as tx:
        return tuple([await credentials.give_token(tx, who, "fuzz", at=FOUNDED) for who in people])


@pytest.mark.parametrize(
    "name",
    rotation.rotated(sorted(OPERATIONS), {*ALWAYS.values()}.__contains__, unless=["api/hoso_api/rest"]),
)
def test_no_request_breaks_the_server(served: Served, name: str):
    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[name].as_strategy())
    def asked(case):
        for token in served.tokens:
            response = case.call(base_url=served.address, headers={"Authorization": f"Bearer {token}"})
            assert response.status_code < 500, response.text
            case.validate_response(response, checks=CHECKS)

    asked()
