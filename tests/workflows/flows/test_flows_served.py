"""The flows on a real Prefect server: private, served from our schedules, and writing into our database."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from prefect import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings
from prefect.states import Scheduled

from hoso_api.server import processes
from hoso_api.settings import Settings
from hoso_models import postgres
from hoso_models.storage import database
from hoso_workflows import flows
from hoso_workflows.flows import serving
from support import lives, prefect_server
from support import world as worlds
from support.acts_of_law import acts
from support.api_client import CLERK, Rest
from support.canaries import Canaries, stored
from support.destructions import confirmed, ordered
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
    environment = flows.worker_environment(prefect.auth, prefect.port) | {"HOSO_DATABASE_URL": world_url}

    async def escalated() -> bool:
        return bool(await world.one("select count(*) from escalation"))

    log = prefect.log / "worker.log"
    (auth := prefect.log / "auth").write_text(prefect.auth)
    service = processes.flow_worker(Settings(prefect_port=prefect.port, prefect_auth_file=auth))

    async def told_in_the_log() -> bool:
        return (
            re.search(
                r'^{"at":"[^"]+","level":"INFO","flow":"escalate","state":"Completed","ms":\d+,"run":"[-\da-f]{36}"}$',
                log.read_text(),
                re.M,
            )
            is not None
        )

    with running(flows.worker_command("hoso"), environment, log):
        await until(served)
        async with get_client() as api:
            deployment = await api.read_deployment_by_name("escalate/hoso")
            await api.create_flow_run_from_deployment(deployment.id)
        await until(escalated)
        await until(told_in_the_log)
        async with get_client() as api:
            of_nobodys_schedule = [run for run in await api.read_flow_runs() if not run.auto_scheduled]
            begun = {(await api.read_flow(run.flow_id)).name for run in of_nobodys_schedule}
        # Prefect notes behind the answer that somebody has polled.
        await until(lambda: service.ready(3_600.0))
        too_young = await service.ready(-60.0)
    assert begun == {"fire-timers", "deliver-outbox", "deliver-webhooks", "escalate"}
    # What a worker before it has polled does not make one ready.
    assert not too_young
    told = await world.db.rows("select level from escalation order by level")
    assert [row.level for row in told] == ["due_soon", "overdue", "overdue_received", "step_unclaimed"]


async def served() -> bool:
    """The worker has told the server of every flow."""
    async with get_client() as api:
        return len(await api.read_deployments()) == len(serving.SCHEDULES)


#: Everything that is scheduled, each in a run of its own; a run that fails hinders none behind it.
_ALL = """
import asyncio
from hoso_workflows.flows import serving

async def main():
    for flow in serving.SCHEDULES:
        await flow.with_options(retries=0)(return_state=True)

asyncio.run(main())
"""
#: What a database says of a row that it does not take, where nobody has foreseen it.
_TALKATIVE = (
    """create function talkative() returns trigger language plpgsql as $$
begin raise exception 'no place for %', (select string_agg(name, ', ') from party); end $$""",
    "create trigger talkative before insert or update on report for each row execute function talkative()",
)


async def test_prefect_knows_nothing_of_the_people_over_whose_dossiers_the_flows_ran(
    prefect: Prefect, rest: Rest, world_url: str, tmp_path: Path
) -> None:
    canary = Canaries()
    erased = await lives.written_about(rest, canary)
    held_up = await rest.files(applicant=lives.applicant(canary))
    asked = {"reason": canary(), "items": [canary()]}
    await acts(rest, held_up, "supplement-request", CLERK, "2026-03-02 13:00", **asked)
    await rest.world.changed(
        "update engine_state set state = '' where dossier_id = (select id from dossier where reference = $1)",
        held_up["reference"],
    )
    for statement in _TALKATIVE:
        await rest.world.changed(statement)
    environment = {
        **flows.worker_environment(prefect.auth, prefect.port),
        "HOSO_DATABASE_URL": world_url,
        "HOSO_STORE_FOLDER": str(tmp_path / "files"),
        "HOSO_MAIL_FOLDER": str(tmp_path / "mail"),
    }
    said = await ran(environment)
    await confirmed(rest, await ordered(rest, erased, "2026-03-09 08:00"), "2026-03-09 09:00")
    said += await ran(environment)
    gone = await rest.world.one(
        "select erased_at is not null from dossier where reference = $1", erased["reference"]
    )
    async with database.connect(prefect.database) as db:
        kept = await stored(db)
    told = [sum(words in each for each in kept) for words in ("a lapsed term of dossier", "FlowFailed: ")]
    assert (gone, [number > 0 for number in told]) == (True, [True, True])
    assert canary.found("\n".join(kept)) == []
    assert canary.found(said) == []


async def ran(environment: dict[str, str]) -> str:
    """Run every flow once; what the process said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _ALL),
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


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
