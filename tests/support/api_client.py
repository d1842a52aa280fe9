"""The API over a small world: real application, real database, a clock that tests turn, requests in process."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx
import jsonschema_rs

from hoso_api.app import create_app
from hoso_api.settings import Settings
from hoso_models.tables.base import Record
from hoso_workflows.organisation import credentials
from support import signing_in
from support import world as worlds
from support.world import DESK, FOUNDED, PROVINCE, World, person

#: The tables that no act of a test may change by being refused; tokens, keys and sessions are given out as they are needed (the
#: seals tell of them), wrong ones are counted, and signatures are used up.
TABLES = sorted(
    set(Record.metadata.tables)
    - {"access_log", "api_token", "browser_session", "signing_key", "throttle", "used_signature"}
    - {"row_seal", "row_seal_head"}
)
#: Each table's rows as one digest.
CONTENT = " union all ".join(
    f"select '{name}' as name, md5(string_agg(t::text, '' order by t::text)) as rows from {name} t"  # noqa: S608 - names of our own
    for name in TABLES
)
#: What the desk sends for a complete dossier of procedure 1.014464.
FILING: Mapping[str, Any] = {
    "procedure": "1.014464",
    "channel": "desk",
    "applicant": {"kind": "organisation", "name": "Công ty xuất khẩu sách mẫu", "identifier": "3000000000"},
    "form": {
        "thuong_nhan": "Công ty xuất khẩu sách mẫu",
        "ma_so_thue": "3000000000",
        "hang_hoa": "Sách in tiếng Việt",
        "nuoc_nhap_khau": "Lào",
        "so_ban_cfs": 1,
    },
    "components": ["TP01", "TP02", "TP04"],
}

#: In whose name `world.CITIZEN` files online.
OWN: Mapping[str, Any] = {"kind": "person", "name": "Người nộp 1", "identifier": "000000000001"}

CLERK = person("reception", DESK)
HEAD = person("division_head")
SPECIALIST = person("specialist")
LEADER = person("provincial_leader", PROVINCE)
ADMINISTRATOR = person("administrator", PROVINCE)


@dataclass
class Clock:
    """The time of the application."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def turn(self, at: str) -> None:
        """To an instant in Vietnam, as in `2026-03-02 09:00`."""
        self.at = worlds.instant(at)


EVER_FRESH = "update api_token set expires_at = null, created_at = '2200-01-01' where prefix = $1"
#: An instant with its offset, as answers tell one; they tell the time of Vietnam.
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*(?:Z|[+-]\d\d:\d\d)")
#: The address of the description for its own references.
WHOLE = "urn:hoso:openapi"
COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"


# Read and compiled once: each takes as long as the whole of many a test.
@cache
def _description() -> tuple[dict[str, Any], list[tuple[re.Pattern[str], str, str, dict[str, Any]]]]:
    document = json.loads(COMMITTED.read_bytes())
    paths = sorted(document["paths"].items(), key=lambda item: item[0].count("{"))
    return document, [
        (re.compile("^" + re.sub(r"\{\w+\}", "[^/]+", path) + "$"), path, method, operation)
        for path, operations in paths
        for method, operation in operations.items()
    ]


@cache
def _registry() -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(WHOLE, _description()[0])])


@cache
def _validator(path: str, method: str, status: str, media: str) -> Any:
    place = ("paths", path, method, "responses", status, "content", media, "schema")
    pointer = "/".join(quote(part.replace("~", "~0").replace("/", "~1"), safe="~") for part in place)
    return jsonschema_rs.validator_for({"$ref": f"{WHOLE}#/{pointer}"}, registry=_registry())


class Contract:
    """The committed description, to which every answer is held: its status is named, its body is as described."""

    def __init__(self) -> None:
        self.document, self.operations = _description()

    def check(self, response: httpx.Response) -> None:
        """Fail for an answer that the description does not foresee; pages and files have none."""
        path, method = response.request.url.path, response.request.method.lower()
        found = (
            (template, operation["responses"])
            for pattern, template, verb, operation in self.operations
            if verb == method and pattern.match(path)
        )
        template, described = next(found, ("", None))
        if described is None:
            return
        assert str(response.status_code) in described, f"{method} {path} answers {response.status_code}"
        media = response.headers["content-type"].partition(";")[0]
        assert media in described[str(response.status_code)]["content"]
        if not media.endswith("json"):
            return
        _validator(template, method, str(response.status_code), media).validate(response.json())
        assert {found[-6:] for found in INSTANT.findall(response.text)} <= {"+07:00"}, response.text


@dataclass
class Rest:
    """Client of the API, as any principal."""

    world: World
    client: httpx.AsyncClient
    clock: Clock
    contract: Contract
    tokens: dict[UUID, str] = field(default_factory=dict)

    async def token(self, principal: UUID) -> str:
        """The token of a principal, given out at the first time."""
        if principal not in self.tokens:
            async with self.world.db.transaction() as tx:
                token = await credentials.give_token(tx, principal, "test", at=FOUNDED)
                await tx.flush()
                # Without an end, as tokens of earlier releases, and always fresh: a test turns the clock by years.
                await tx.rows(EVER_FRESH, [token[:11]])
                self.tokens[principal] = token
        return self.tokens[principal]

    async def ask(
        self,
        method: str,
        path: str,
        by: UUID | None = None,
        headers: Mapping[str, str] | None = None,
        **said: Any,
    ) -> httpx.Response:
        """A request with somebody's token."""
        sent = dict(headers or {})
        if by is not None:
            sent["Authorization"] = f"Bearer {await self.token(by)}"
        response = await self.client.request(method, path, headers=sent, **said)
        self.contract.check(response)
        return response

    async def get(self, path: str, by: UUID | None = None, **said: Any) -> httpx.Response:
        """Read something."""
        return await self.ask("GET", path, by, **said)

    async def post(self, path: str, by: UUID | None = None, json: Any = None, **said: Any) -> httpx.Response:
        """Ask for an act; without a body it is empty."""
        if "content" not in said and "data" not in said:
            said["json"] = {} if json is None else json
        return await self.ask("POST", path, by, **said)

    async def done(self, path: str, by: UUID, json: Any = None, **said: Any) -> Any:
        """Ask for an act that is carried out; its answer."""
        response = await self.post(path, by, json, **said)
        assert response.status_code in (200, 201, 202), response.text
        return response.json()

    async def files(self, by: UUID = CLERK, **said: Any) -> Any:
        """A complete dossier, filed at the desk unless something else is said; online in the citizen's own name."""
        own = {"applicant": OWN} if said.get("channel") == "online" else {}
        return await self.done("/v1/dossiers", by, {**FILING, **own, **said})

    async def accepts(self) -> Any:
        """A dossier that was filed and accepted."""
        filed = await self.files()
        return await self.done(f"/v1/dossiers/{filed['reference']}/acceptance", CLERK)

    async def completes(self, standing: Any, by: UUID, **said: Any) -> Any:
        """The only open task of a dossier, completed; what it decides is granted unless something else is said."""
        (task,) = standing["tasks"]
        if task["milestone"] == "result" and "outcome" not in said:
            said = {"result": "granted", **said}
        return await self.done(f"/v1/user-tasks/{task['id']}/completion", by, said)

    async def content(self) -> dict[str, str | None]:
        """A digest of each table, but for tokens and the log of refused attempts."""
        return {row.name: row.rows for row in await self.world.db.rows(CONTENT)}


@asynccontextmanager
async def opened(url: str, at: datetime) -> AsyncIterator[Rest]:
    """The API over the world of an address, at an instant."""
    async with worlds.opened(url) as world, over(world, at) as rest:
        yield rest


@asynccontextmanager
async def over(world: World, at: datetime) -> AsyncIterator[Rest]:
    """The API over a world, at an instant."""
    clock = Clock(at)
    transport = application(world, clock)
    async with httpx.AsyncClient(transport=transport, base_url="https://hoso.test") as client:
        yield Rest(world, client, clock, Contract())


def application(world: World, clock: Clock, **settings: Any) -> httpx.ASGITransport:
    """The real application over a world; an error that it did not foresee is an answer, not an exception."""
    app = create_app(world.service, clock=clock, settings=Settings(token_cache_seconds=0, **settings))
    return httpx.ASGITransport(signing_in.hasten(app), raise_app_exceptions=False)


def problem(response: httpx.Response) -> Any:
    """A problem document; checks that it is sent as one."""
    assert response.headers["content-type"] == "application/problem+json"
    found = response.json()
    assert found["status"] == response.status_code
    return found
