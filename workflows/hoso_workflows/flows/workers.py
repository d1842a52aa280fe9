"""`python -m hoso_workflows.flows.workers POOL`: the worker that runs all flows of an installation.

It lives long and runs flows in its own process, by Prefect's extension point for workers: a run costs a tenth of a second of
processor where a Python of its own took more than three. What is long under way, or has held the others up, gets a process.
Any number of machines have one each and share the runs of a pool; what is lost with one is done by the next run, wherever.
"""

import asyncio
import contextlib
import faulthandler
import logging
import os
import signal
import socket
import sys
import threading
import time
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import anyio
import anyio.abc
import httpx
from prefect import Flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import Abort, ObjectNotFound
from prefect.flow_engine import run_flow_async
from prefect.states import Cancelled
from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorker, BaseWorkerResult

from hoso_workflows.flows import serving
from hoso_workflows.flows.sweeps import POLICY

log = logging.getLogger(__name__)
_Found = TypeVar("_Found")
#: CPU seconds for which a run may keep all others waiting before its flow gets a process of its own.
HELD = 1.0
#: The niceness of a process that runs one flow, which may take hours: whoever waits for a page comes first (ADR 0083).
BEHIND_PAGES = 10
#: Seconds between two looks whether somebody wants a run cancelled, and whether the loop still turns.
LOOK, BEAT = 10.0, 1.0
#: Seconds without a turn of the loop after which the process ends, so that the supervisor starts it anew: a flow that is
#: allowed less cannot be stopped by its own limit while it keeps the loop.
HUNG = POLICY["timeout_seconds"]


class HouseWorker(BaseWorker[BaseJobConfiguration, BaseVariables, BaseWorkerResult]):
    """A worker whose runs share its process, but for those of some flows."""

    type = serving.POOL_TYPE
    job_configuration = BaseJobConfiguration

    def __init__(self, *, apart: set[str], **options: Any) -> None:
        """A worker for a queue. `apart` names the flows whose runs get a process; flows are added to it."""
        super().__init__(**options)
        self._apart = apart
        self._flows: dict[UUID, Flow[[], Any]] = {}

    async def run(
        self,
        flow_run: FlowRun,
        configuration: BaseJobConfiguration,  # noqa: ARG002 - of Prefect's interface
        task_status: anyio.abc.TaskStatus[Any] | None = None,
    ) -> BaseWorkerResult:
        """Run a flow to its end, or until somebody cancels the run."""
        flow = await self._flow(flow_run)
        place = f"{self.name}:{flow_run.id}"
        if task_status is not None:
            task_status.started(place)
        code = 0
        with anyio.CancelScope() as wanted:
            async with anyio.create_task_group() as beside:
                beside.start_soon(self._cancel_where_asked, flow_run.id, wanted)
                code = await (
                    _in_process(flow_run) if flow.name in self._apart else self._here(flow, flow_run)
                )
                beside.cancel_scope.cancel()
        if wanted.cancelled_caught:
            await self.client.set_flow_run_state(flow_run.id, Cancelled(), force=True)
        return BaseWorkerResult(identifier=place, status_code=code)

    async def _flow(self, flow_run: FlowRun) -> Flow[[], Any]:
        """The flow of a run, which the server knows by its id."""
        if flow_run.flow_id not in self._flows:
            name = (await self.client.read_flow(flow_run.flow_id)).name
            self._flows[flow_run.flow_id] = next(flow for flow in serving.SCHEDULES if flow.name == name)
        return self._flows[flow_run.flow_id]

    async def _here(self, flow: Flow[[], Any], flow_run: FlowRun) -> int:
        def note(seconds: float) -> None:
            log.warning("%s held the worker for %.1f s: its next runs get a process", flow.name, seconds)
            self._apart.add(flow.name)

        # The server refuses a run that has been cancelled or begun elsewhere in the meantime.
        with contextlib.suppress(Abort):
            await _measure(run_flow_async(flow, flow_run=flow_run, return_type="state"), note)
        return 0

    async def _cancel_where_asked(self, run: UUID, running: anyio.CancelScope) -> None:
        while True:
            await anyio.sleep(LOOK)
            if await is_cancelling(self.client, run):
                running.cancel()
                return


async def is_cancelling(client: PrefectClient, run: UUID) -> bool:
    """Say whether somebody wants a run cancelled.

    Nobody does while the server is away, or knows the run no more.
    """
    with contextlib.suppress(httpx.HTTPError, ObjectNotFound):
        state = (await client.read_flow_run(run)).state
        return state is not None and state.is_cancelling()
    return False


async def _in_process(flow_run: FlowRun) -> int:
    """The exit status of a process of its own for one run."""
    environment = {**os.environ, "PREFECT__FLOW_RUN_ID": str(flow_run.id)}
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", "prefect.engine", env=environment)
    try:
        os.setpriority(os.PRIO_PROCESS, child.pid, os.getpriority(os.PRIO_PROCESS, 0) + BEHIND_PAGES)
        return await child.wait()
    finally:
        if child.returncode is None:
            child.kill()
            with anyio.CancelScope(shield=True):
                await child.wait()


@types.coroutine
def _measure(work: Coroutine[Any, Any, _Found], note: Callable[[float], None]) -> Generator[Any, Any, _Found]:
    """Drive a coroutine; note the CPU seconds of each step that takes too long."""
    go_on: Callable[[Any], Any] = work.send
    told: Any = None
    while True:
        begun = time.thread_time()
        try:
            waited_for = go_on(told)
        except StopIteration as end:
            found: _Found = end.value
            return found
        finally:
            if (spent := time.thread_time() - begun) > HELD:
                note(spent)
        go_on = work.send
        try:
            told = yield waited_for
        except BaseException as thrown:
            go_on, told = work.throw, thrown


def workers(pool: str) -> tuple[HouseWorker, ...]:
    """The workers of this process, one for each queue, named by machine and process."""
    here = f"{socket.gethostname()}-{os.getpid()}"
    apart = {flow.name for flow in serving.OWN_PROCESS}
    return tuple(
        HouseWorker(
            apart=apart, work_pool_name=pool, work_queues=[queue], name=f"{here}-{queue}", limit=limit
        )
        for queue, (limit, _) in serving.QUEUES.items()
    )


async def run_flows(pool: str) -> None:
    """Enter the flows at the server, and run them until cancelled."""
    await serving.await_server()
    await serving.delete_late_runs(datetime.now(UTC))
    await serving.register(pool)
    await serving.begin()
    # One that fails takes the others along, so that the supervisor starts all anew.
    async with asyncio.TaskGroup() as working:
        for worker in workers(pool):
            working.create_task(worker.start(printer=_silent))


def watch(work: Awaitable[None]) -> None:
    """Drive work in a thread until SIGTERM or SIGINT cancels it.

    Where its loop hangs, the process ends. Prefect takes signals for itself wherever it runs in the main thread. Raises what
    the work raises.
    """
    loop = asyncio.new_event_loop()
    task = asyncio.ensure_future(work, loop=loop)
    turned = time.monotonic()

    def turn() -> None:
        nonlocal turned
        turned = time.monotonic()

    def live() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(asyncio.wait({task}))
        loop.run_until_complete(loop.shutdown_asyncgens())

    def stop(*_: object) -> None:
        loop.call_soon_threadsafe(task.cancel)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    thread = threading.Thread(target=live, name="flows", daemon=True)
    thread.start()
    while thread.is_alive():
        loop.call_soon_threadsafe(turn)
        thread.join(BEAT)
        if time.monotonic() - turned > HUNG:
            faulthandler.dump_traceback()
            os._exit(os.EX_SOFTWARE)
    loop.close()
    if not task.cancelled() and (failed := task.exception()) is not None:
        raise failed


def main(pool: str) -> None:
    """Work until told to stop. Raises NoAuth."""
    serving.require_auth()
    watch(run_flows(pool))


def _silent(*_: object) -> None:
    """Print nothing."""


if __name__ == "__main__":
    main(sys.argv[1])
