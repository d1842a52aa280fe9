"""`/health/ready` is red where the process cannot serve as it should, degraded where no other could serve better.

It says what is wrong, and is green again afterwards.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from hoso_api.rest.public import readiness
from hoso_models import migrations
from hoso_workflows.operation import sweep_progress
from support import api_client as rests
from support.api_client import Rest, problem


@pytest.fixture(autouse=True)
def looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer is looked for anew."""
    monkeypatch.setattr(readiness, "KEEP", 0.0)


@asynccontextmanager
async def served(rest: Rest, **settings: object) -> AsyncIterator[httpx.AsyncClient]:
    transport = rests.application(rest.world, rest.clock, **settings)
    async with httpx.AsyncClient(transport=transport, base_url="http://hoso.test") as client:
        yield client


async def refused(client: httpx.AsyncClient) -> str:
    """Detail of a refused readiness probe; the liveness probe answers all the same."""
    answer, alive = await client.get("/health/ready"), await client.get("/health/live")
    found = problem(answer)
    assert (answer.status_code, answer.headers["retry-after"], alive.status_code) == (503, "10", 200)
    assert found["type"] == "urn:hoso:problem:not-ready"
    return str(found["detail"])


async def degraded(client: httpx.AsyncClient) -> list[str]:
    """Warnings of a process that is ready in a degraded installation."""
    answer = await client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    return list(answer.json()["warnings"])


async def test_a_disk_without_room_is_told(rest: Rest, tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOSO_HOME", str(tmp_path))
    async with served(rest, disk_reserve_bytes=1 << 60) as client:
        assert await refused(client) == (
            f"the home disk cannot be written, or has less than {1 << 60} bytes left"
        )
    async with served(rest) as client:
        assert (await client.get("/health/ready")).json() == {"status": "ready", "warnings": []}


async def test_flows_that_stand_are_told_each_and_take_no_process_out_of_service(rest: Rest):
    silent = "the flow {} has not succeeded since 2026-03-02T{}+07:00"
    async with served(rest, watch_flows=True) as client, served(rest) as elsewhere:
        rest.clock.turn("2026-03-02 09:05")
        assert (await client.get("/health/ready")).json()["status"] == "ready"
        rest.clock.turn("2026-03-02 09:06")
        assert (await elsewhere.get("/health/ready")).json()["status"] == "ready"
        assert await degraded(client) == [silent.format("fire-timers", "09:00")]
        for sweep in sweep_progress.Sweep:
            await sweep_progress.record_success(rest.world.service.db, sweep, rest.clock())
        assert (await client.get("/health/ready")).json()["status"] == "ready"
        rest.clock.turn("2026-03-02 09:22")
        await sweep_progress.record_success(
            rest.world.service.db, sweep_progress.Sweep.FIRE_TIMERS, rest.clock()
        )
        assert await degraded(client) == [
            silent.format(sweep, "09:06") for sweep in ("escalate", "deliver-outbox")
        ]


@pytest.mark.parametrize(("revision", "told"), [("0001", "stands at 0001"), ("9999", "a newer hoso")])
async def test_a_database_of_another_release_is_told(rest: Rest, revision: str, told: str):
    await rest.world.changed("update alembic_version set version_num = $1", revision)
    assert told in await refused(rest.client)
    await rest.world.changed("update alembic_version set version_num = $1", migrations.head())
    assert (await rest.client.get("/health/ready")).status_code == 200


async def test_a_database_that_cannot_be_written_is_told(rest: Rest):
    await rest.world.changed(
        "do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$"
    )
    await rest.world.service.db.close()
    assert await refused(rest.client) == "the database takes no changes"
