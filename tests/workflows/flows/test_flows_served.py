"""The flows on a real Prefect server: private, served from our schedules, and writing into our database."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from prefect import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings
from prefect.states import Scheduled

from hoso_models import postgres
from hoso_workflows import flows
from hoso_workflows.flows import serving
from support import prefect_server
from support import world as worlds
from support.prefect_server import PATIENCE, Prefect, running, until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def prefect(server: postgres.Server) -> Iterator[Prefect]:
    """A server with its own database, as `hoso serve` starts it."""
    with prefect_server.serving(server, "prefect") as made:
        yield made


@pytest.fixture
async def client(prefect: Prefect) -> AsyncIterator[None]:
    """Prefect's settings in this process, pointing to that server."""
    with temporary_settings({PREFECT_API_URL: prefect.url, PREFECT_API_AUTH_STRING: prefect.auth}):
        yield


async def test_the_api_answers_nobody_without_the_auth_string(prefect: Prefect) -> None:
    async with httpx.AsyncClient(base_url=prefect.url, timeout=PATIENCE) as http:
        without = (await http.get("/version")).status_code
        wrong = (await http.get("/version", auth=("hoso", "x" * 43))).status_code
        with_it = (await http.get("/version", auth=prefect.user)).status_code
        without_token = (await http.post("/flow_runs/count", auth=prefect.user)).status_code

    assert (without, wrong, with_it, without_token) == (401, 401, 200, 403)


async def test_a_served_deployment_runs_and_writes_an_escalation(
    prefect: Prefect, client: None, world: worlds.World, world_url: str
) -> None:
    await world.accepts(await world.files())
    environment = flows.runner_environment(prefect.auth, prefect.port) | {"HOSO_DATABASE_URL": world_url}

    async def escalated() -> bool:
        return bool(await world.one("select count(*) from escalation"))

    log = prefect.log / "runner.log"

    async def told_in_the_log() -> bool:
        return (
            re.search(r"^at=\S+ level=INFO flow=escalate state=Completed ms=\d+$", log.read_text(), re.M)
            is not None
        )

    with running(flows.runner_command(), environment, log):
        await until(served)
        async with get_client() as api:
            deployment = await api.read_deployment_by_name("escalate/hoso")
            await api.create_flow_run_from_deployment(deployment.id)
        await until(escalated)
        await until(told_in_the_log)
    told = await world.db.rows("select level from escalation order by level")
    assert [row.level for row in told] == ["due_soon", "overdue", "step_unclaimed"]


async def served() -> bool:
    """The runner has told the server of every flow."""
    async with get_client() as api:
        return len(await api.read_deployments()) == len(serving.SCHEDULES)


async def test_runs_that_came_due_while_nobody_served_are_deleted(prefect: Prefect, client: None) -> None:
    # Long ago for the server's own schedules, of which one may come due at any moment.
    at = datetime.now(UTC) - timedelta(hours=1)
    flow = next(iter(serving.SCHEDULES))
    async with get_client() as api:
        late, ahead = [
            await api.create_flow_run(flow, state=Scheduled(scheduled_time=at + timedelta(hours=hours)))
            for hours in (-1, 24)
        ]
        assert await serving.delete_late_runs(at) == 1
        ours = FlowRunFilter(id=FlowRunFilterId(any_=[late.id, ahead.id]))
        assert [run.id for run in await api.read_flow_runs(flow_run_filter=ours)] == [ahead.id]
        assert await serving.delete_late_runs(at) == 0
