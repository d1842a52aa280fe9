"""Schedules of the flows, and what Prefect's server is told of them.

Runs that came due without a worker are deleted first: the next run of each flow does all of it. Flows that wait for servers of
others have places of their own, so that however long they wait they take none from the regular sweeps (ADR 0026).
"""

import asyncio
import contextlib
import os
from datetime import datetime
from typing import Any

import httpx
from prefect import Flow, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from hoso_models.storage import database
from hoso_workflows.flows import audits, expiring, history, sweeps

ZONE = "Asia/Ho_Chi_Minh"
#: Of each deployment; Prefect names it by its flow as well.
NAME = "hoso"
#: Concurrent runs: of the regular flows, and of those that wait for other servers, by whom they wait for.
LIMIT, LIMIT_APART = 3, 2
#: Seconds between two looks for a server that is not there yet.
PAUSE = 1.0

EVERY_MINUTE = "* * * * *"
#: When each flow runs, on the wall clock of `ZONE`.
SCHEDULES: dict[Flow[[], Any], str] = {
    sweeps.fire_timers: EVERY_MINUTE,
    sweeps.deliver_outbox: EVERY_MINUTE,
    sweeps.deliver_webhooks: EVERY_MINUTE,
    sweeps.escalate: "*/5 * * * *",
    sweeps.run_jobs: "*/5 * * * *",
    sweeps.watch_duty_roster: "10 7-17 * * *",
    sweeps.ensure_partitions: "30 4 * * *",
    sweeps.report_lateness: "15 5 * * *",
    sweeps.owe_reports: "20 5 * * *",
    expiring.expire: "45 3 * * *",
    expiring.sweep_files: "25 * * * *",
    audits.audit_files: "5 1 * * *",
    sweeps.reconcile_payments: "*/15 * * * *",
    sweeps.sweep_history: "50 3 * * *",
}
#: Flows whose runs wait for servers of others. Those of one queue share their places: a mail server that is slow takes none
#: of the webhooks', and no receiver of these takes one of the mail's. The night's share of files is read for as long as it takes.
APART: dict[str, tuple[Flow[[], Any], ...]] = {
    "mail": (sweeps.deliver_outbox, sweeps.reconcile_payments),
    "webhooks": (sweeps.deliver_webhooks,),
    "files": (audits.audit_files,),
}
#: The queues of a pool: how many of its runs a worker has at once, and the flows.
QUEUES: dict[str, tuple[int, tuple[Flow[[], Any], ...]]] = {
    "regular": (
        LIMIT,
        tuple(flow for flow in SCHEDULES if all(flow not in apart for apart in APART.values())),
    ),
    **{queue: (LIMIT_APART, apart) for queue, apart in APART.items()},
}
#: Flows whose runs are long under way, or compute for long: each has a process of its own.
OWN_PROCESS = (sweeps.run_jobs, sweeps.report_lateness, audits.audit_files)
#: The type of our workers and pools at the server.
POOL_TYPE = "hoso"
#: Whoever registers holds this lock in our own database.
_ALONE = "select pg_advisory_xact_lock(hashtextextended('hoso work pool', 0))"


class NoAuth(RuntimeError):
    """The worker would talk to a Prefect server that anybody can talk to."""

    def __init__(self) -> None:
        super().__init__(
            "PREFECT_API_AUTH_STRING is not set; start the worker by `hoso serve`, or with the environment of"
            " hoso_workflows.flows.worker_environment"
        )


def deployment(flow: Flow[[], Any]) -> RunnerDeployment:
    """A flow with its schedule. Found by its module, so that the working directory does not matter."""
    return RunnerDeployment.from_flow(
        flow,
        name=NAME,
        schedule=Cron(SCHEDULES[flow], timezone=ZONE),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


async def await_server() -> None:
    """Return once Prefect's server answers. Raises what it answers instead, if that is a refusal."""
    async with get_client() as client:
        while (trouble := await client.api_healthcheck()) is not None:
            if not isinstance(trouble, httpx.TransportError):
                raise trouble
            await asyncio.sleep(PAUSE)


async def delete_late_runs(at: datetime) -> int:
    """Delete the runs scheduled before `at` that have not started; return their number."""
    return await history.delete_runs(
        {"state": {"type": {"any_": ["SCHEDULED"]}}, "expected_start_time": {"before_": at.isoformat()}}
    )


async def register(pool: str) -> None:
    """Make the pool and tell the server of every flow.

    Safe twice, and at once from several machines.
    """
    # Prefect refuses one of two that enter the same flow at once.
    async with database.connect() as db, db.transaction() as tx:
        await tx.rows(_ALONE)
        await _register(pool)


async def _register(pool: str) -> None:
    async with get_client() as client:
        with contextlib.suppress(ObjectNotFound):
            # Earlier releases had pools of another type, whose workers start a process for each run.
            if (await client.read_work_pool(pool)).type != POOL_TYPE:
                await client.delete_work_pool(pool)
        with contextlib.suppress(ObjectAlreadyExists):
            await client.create_work_pool(WorkPoolCreate(name=pool, type=POOL_TYPE))
    for queue, (_, flows) in QUEUES.items():
        for flow in flows:
            served = deployment(flow)
            served.work_queue_name = queue
            await served.aapply(work_pool_name=pool)


async def begin() -> None:
    """Have the flows of every minute run at once.

    On a busy machine the server's scheduler may come to a new deployment minutes later.
    """
    async with get_client() as client:
        for flow, cron in SCHEDULES.items():
            if cron == EVERY_MINUTE:
                served = await client.read_deployment_by_name(f"{flow.name}/{NAME}")
                await client.create_flow_run_from_deployment(served.id)


def require_auth() -> None:
    """Return where Prefect's server is asked with its auth string. Raises NoAuth."""
    if not os.environ.get("PREFECT_API_AUTH_STRING"):
        raise NoAuth
