"""`python -m hoso_workflows.flows.workers POOL`: one of many workers of a work pool.

Each, on a machine of its own, takes what waits in the pool and starts a process for each run, with its own settings and its own way to the
database. Which of them takes a run is chance; a run that is lost with its worker is done by the next one, wherever.
Flows that wait for servers of others have a queue and places of their own, as with a single runner.
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from prefect import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectAlreadyExists
from prefect.workers.process import ProcessWorker

from hoso_models.storage import database
from hoso_workflows.flows import serving

#: The queues of a pool, as `serving.places`: of the regular flows, and of those that are long under way.
QUEUES = ("regular", "mail", "webhooks", "files")
#: Whoever registers holds this lock in our own database.
_ALONE = "select pg_advisory_xact_lock(hashtextextended('hoso work pool', 0))"


def deployments() -> dict[str, tuple[RunnerDeployment, ...]]:
    """The deployments of each queue."""
    return {queue: served for queue, (_, served) in zip(QUEUES, serving.places(), strict=True)}


async def register(pool: str) -> None:
    """Make the pool and tell the server of every flow.

    Safe twice, and at once from several machines.
    """
    # Prefect refuses one of two that enter the same flow at once.
    async with database.connect() as db, db.transaction() as tx:
        await tx.rows(_ALONE)
        await _register(pool)


async def _register(pool: str) -> None:
    template = ProcessWorker.get_default_base_job_template()
    async with get_client() as client:
        try:
            made = WorkPoolCreate(name=pool, type=ProcessWorker.type, base_job_template=template)
            await client.create_work_pool(made)
        except ObjectAlreadyExists:
            pass
    for queue, served in deployments().items():
        for each in served:
            each.work_queue_name = queue
            await each.aapply(work_pool_name=pool)


def workers(pool: str) -> tuple[ProcessWorker, ...]:
    """The workers of this process, one for each queue, named by machine and process."""
    here = f"{socket.gethostname()}-{os.getpid()}"
    return tuple(
        ProcessWorker(work_pool_name=pool, work_queues=[queue], name=f"{here}-{queue}", limit=limit)
        for queue, (limit, _) in zip(QUEUES, serving.places(), strict=True)
    )


async def work(working: Sequence[ProcessWorker]) -> None:
    """Run until SIGTERM, which cuts off what runs; the next run does it."""
    running = [asyncio.ensure_future(worker.start(printer=_silent)) for worker in working]

    def stop() -> None:
        for each in running:
            each.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        await asyncio.gather(*running)
    except asyncio.CancelledError:
        if any(not each.done() for each in running):
            await asyncio.gather(*running, return_exceptions=True)
    finally:
        # One that fails takes the other along, so that the supervisor starts both anew.
        stop()


def main(pool: str) -> None:
    """Work until told to stop. Raises NoAuth."""
    serving.require_auth()
    serving.use_own_temporary_folder()
    asyncio.run(_main(pool))


async def _main(pool: str) -> None:
    await serving.await_server()
    await serving.delete_late_runs(datetime.now(UTC))
    await register(pool)
    await serving.begin()
    await work(workers(pool))


def _silent(*_: object) -> None:
    """Print nothing."""


if __name__ == "__main__":
    main(sys.argv[1])
