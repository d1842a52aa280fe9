"""While PostgreSQL hangs (SIGSTOP), everybody is told to come back; afterwards the same keys do the work, once."""

import asyncio
import os
import signal
from uuid import uuid4

import httpx
import pytest

from hoso_models import postgres
from hoso_models.postgres import process
from support import api_client as rests
from support.api_client import CLERK, FILING, Rest, problem


async def test_every_request_is_told_to_come_back_and_nothing_is_spoilt(
    rest: Rest, server: postgres.Server, monkeypatch: pytest.MonkeyPatch
):
    # Who comes afterwards has as long as every test has.
    assert (await rest.get("/health/live")).status_code == 200
    monkeypatch.setenv("HOSO_DATABASE_REQUEST_TIMEOUT", "PT0.3S")
    transport = rests.application(rest.world, rest.clock)
    # Before the server stops: nobody can be given a token then.
    bearer = {"Authorization": f"Bearer {await rest.token(CLERK)}"}
    keys = [str(uuid4()) for _ in range(20)]

    async def filed(client: httpx.AsyncClient, key: str) -> httpx.Response:
        return await client.post("/v1/dossiers", json=FILING, headers={**bearer, "Idempotency-Key": key})

    async with httpx.AsyncClient(transport=transport, base_url="http://hoso.test") as client:
        stopped = process.processes_in(server.data)
        try:
            for pid in stopped:
                os.kill(pid, signal.SIGSTOP)
            reading = [client.get(path, headers=bearer) for path in ("/v1/overdue", "/health/ready") * 10]
            answers = await asyncio.gather(*(filed(client, key) for key in keys), *reading)
            alive = await client.get("/health/live")
        finally:
            for pid in stopped:
                process.send(pid, signal.SIGCONT)
    told = {(each.status_code, each.headers["retry-after"], problem(each)["type"]) for each in answers}
    assert told == {(503, "2", "urn:hoso:problem:database-away")}
    assert alive.status_code == 200
    once = await filed(rest.client, keys[0])
    assert once.status_code == 201, once.text
    first = [(await filed(rest.client, key)).json()["reference"] for key in keys]
    again = [(await filed(rest.client, key)).json()["reference"] for key in keys]
    assert (again, len(set(first))) == (first, 20)
    assert (
        len(await rest.world.service.db.rows("select from dossier where reference = any($1)", [first])) == 20
    )
