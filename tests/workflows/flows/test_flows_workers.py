"""Workers of a work pool on one Prefect server, with PostgreSQL and Redis behind it: they share the runs, and one is enough."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import UUID

import psutil
import pytest
from prefect import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings
from prefect.states import Cancelling

from hoso_models import postgres
from hoso_workflows import flows
from hoso_workflows.flows import serving, workers
from support import prefect_server, redis_server, trying_flows
from support import world as worlds
from support.prefect_server import PATIENCE, Prefect, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.rotating(
        "workflows/hoso_workflows/flows", "requirements.lock", "tests/support/prefect_server.py"
    ),
]

POOL = "hoso"


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    with redis_server.running() as url:
        yield url


@pytest.fixture(scope="module")
def prefect(server: postgres.Server, redis: str) -> Iterator[Prefect]:
    with prefect_server.serving(server, "prefect_pool", redis) as made:
        yield made


@pytest.fixture
async def client(prefect: Prefect) -> AsyncIterator[None]:
    with temporary_settings({PREFECT_API_URL: prefect.url, PREFECT_API_AUTH_STRING: prefect.auth}):
        yield


@contextmanager
def worker(
    prefect: Prefect, name: str, world_url: str, folder: Path, command: Sequence[str] = (), **more: str
) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A worker as `hoso serve flows --pool` starts it, as if on a machine of its own, and its log; or another command."""
    home = folder / name
    home.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOSO_HOME", str(home))
        told = flows.worker_environment(prefect.auth, prefect.port, prefect.url)
    told |= {"HOSO_HOME": str(home), "HOSO_DATABASE_URL": world_url, "HOSO_MAIL_FOLDER": str(folder / "mail")}
    told |= {"HOSO_STORE_FOLDER": str(folder / "files"), "PREFECT_WORKER_QUERY_SECONDS": "1"}
    log = home / "worker.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            command or flows.worker_command(POOL),
            env={**os.environ, **told, **more},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process, log
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(PATIENCE)


def ran(log: Path) -> Counter[tuple[str, str]]:
    """The runs that a worker's log tells of: flow and outcome."""
    lines = [line for line in log.read_text().splitlines() if line.startswith('{"at"')]
    entries = [entry for line in lines if "flow" in (entry := json.loads(line))]
    return Counter((entry["flow"], entry["state"]) for entry in entries)


async def online() -> int:
    """The number of workers that have told the server of themselves."""
    async with get_client() as api:
        # The first of them makes the pool.
        there = [pool.name for pool in await api.read_work_pools()]
        return len(await api.read_workers_for_work_pool(POOL)) if POOL in there else 0


async def started(*names: str) -> set[UUID]:
    """Have flows run now, once for each name."""
    async with get_client() as api:
        every = {each.name: each.id for each in await api.read_flows()}
        deployed = {each.flow_id: each.id for each in await api.read_deployments()}
        runs = [await api.create_flow_run_from_deployment(deployed[every[name]]) for name in names]
    return {run.id for run in runs}


async def states(runs: set[UUID]) -> Mapping[str, int]:
    async with get_client() as api:
        chosen = FlowRunFilter(id=FlowRunFilterId(any_=list(runs)))
        return Counter(str(run.state_name) for run in await api.read_flow_runs(flow_run_filter=chosen))


async def test_workers_share_every_flow_and_one_goes_on_where_the_other_is_killed(
    prefect: Prefect, client: None, redis: str, world: worlds.World, world_url: str, tmp_path: Path
) -> None:
    await world.accepts(await world.files())
    names = [flow.name for flow in serving.SCHEDULES]
    with ExitStack() as stack:
        (first, first_log), (second, second_log) = (
            stack.enter_context(worker(prefect, name, world_url, tmp_path)) for name in ("first", "second")
        )

        async def all_online() -> bool:
            assert (first.poll(), second.poll()) == (None, None), (
                first_log.read_text() + second_log.read_text()
            )
            return await online() == 2 * len(serving.QUEUES)

        await until(all_online)
        runs = await started(*names)
        await until(lambda: _completed(runs))

        async def both_have_run() -> bool:
            if ran(first_log) and ran(second_log):
                return True
            done = await started("escalate", "escalate")
            await until(lambda: _completed(done))
            return False

        await until(both_have_run)
        told = ran(first_log) + ran(second_log)
        assert {name for name, _ in told} == set(names)
        assert {state for _, state in told} == {"Completed"}

        # In the middle of many runs; those that it has taken are lost, and the next ones do what they had to do.
        many = await started(*["escalate"] * 4)
        await until(lambda: _begun(many))
        os.killpg(first.pid, signal.SIGKILL)
        first.wait(PATIENCE)
        after = await started("escalate", "fire-timers")
        await until(lambda: _completed(after))

        second.send_signal(signal.SIGTERM)
        assert second.wait(PATIENCE) == 0, second_log.read_text()
        assert [each.pid for each in psutil.process_iter() if _of(each, second.pid)] == []
    levels = await world.db.rows("select level from escalation order by level")
    assert [row.level for row in levels] == ["due_soon", "overdue", "overdue_received", "step_unclaimed"]
    doubled = await world.db.rows("select 1 from outbox group by dedup_key having count(*) > 1")
    assert list(doubled) == []


async def test_a_run_is_cancelled_one_that_computes_gets_a_process_and_a_worker_that_hangs_ends(
    prefect: Prefect, client: None, world_url: str, tmp_path: Path
) -> None:
    command = [sys.executable, trying_flows.__file__, POOL]
    more = {"HOSO_TEST_RUNS": str(tmp_path), "PYTHONPATH": str(Path(trying_flows.__file__).parent)}
    with worker(prefect, "trying", world_url, tmp_path, command, **more) as (process, log):

        async def entered() -> bool:
            assert process.poll() is None, log.read_text()
            async with get_client() as api:
                return "hang" in {flow.name for flow in await api.read_flows()} and await online() > 0

        await until(entered)
        waiting = await started("wait-for-ever")
        await until(lambda: _begun(waiting))
        async with get_client() as api:
            for run in waiting:
                await api.set_flow_run_state(run, Cancelling())
        await until(lambda: _all(waiting, "Cancelled"))

        for _ in range(2):
            computing = await started("compute")
            await until(lambda runs=computing: _completed(runs))
        ran_in = (tmp_path / "compute").read_text().splitlines()
        (here, usual), (apart, behind) = (map(int, line.split()) for line in ran_in)
        assert (here, apart == here, behind - usual) == (process.pid, False, workers.BEHIND_PAGES)
        assert "compute held the worker for" in log.read_text()

        hanging = await started("hang")
        await until(lambda: _begun(hanging))
        assert process.wait(PATIENCE) == os.EX_SOFTWARE
        assert f'File "{trying_flows.__file__}"' in log.read_text()


async def _all(runs: set[UUID], state: str) -> bool:
    return (await states(runs)).get(state, 0) == len(runs)


async def _completed(runs: set[UUID]) -> bool:
    return await _all(runs, "Completed")


async def _begun(runs: set[UUID]) -> bool:
    return not {"Running", "Completed"}.isdisjoint(await states(runs))


def _of(process: psutil.Process, group: int) -> bool:
    try:
        return os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE
    except (ProcessLookupError, psutil.NoSuchProcess):
        return False
