"""`python -m hoso_workflows.flows.serving`: the process that serves all flows on their schedules.

Each run is a process of its own. Runs that came due without a runner are deleted first: the next run of each flow does all
of it. Stopping pauses no schedule. Flows that wait for servers of others have a runner with places of its own, so that however
long they wait they take none from the regular sweeps (ADR 0026).
"""

import asyncio
import os
import signal
import tempfile
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import httpx
from prefect import Flow, get_client
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.schedules import Cron
from prefect.settings import get_current_settings
from prefect.types.entrypoint import EntrypointType

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
#: Flows whose runs wait for servers of others. Those of one group share their places: a mail server that is slow takes none
#: of the webhooks', and no receiver of these takes one of the mail's. The night's share of files is read for as long as it takes.
APART: Collection[Collection[Flow[[], Any]]] = (
    (sweeps.deliver_outbox, sweeps.reconcile_payments),
    (sweeps.deliver_webhooks,),
    (audits.audit_files,),
)


class NoAuth(RuntimeError):
    """The runner would talk to a Prefect server that anybody can talk to."""

    def __init__(self) -> None:
        super().__init__(
            "PREFECT_API_AUTH_STRING is not set; start the runner by `hoso serve`, or with the environment of"
            " hoso_workflows.flows.runner_environment"
        )


def deployments() -> tuple[RunnerDeployment, ...]:
    """Every flow with its schedule. Found by its module, so that the working directory does not matter."""
    return tuple(
        RunnerDeployment.from_flow(
            flow,
            name=NAME,
            schedule=Cron(cron, timezone=ZONE),
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        for flow, cron in SCHEDULES.items()
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


def places() -> tuple[tuple[int, tuple[RunnerDeployment, ...]], ...]:
    """The limit and deployments of each runner."""
    groups = [{flow.name for flow in group} for group in APART]
    apart, every = set[str]().union(*groups), deployments()
    return (
        (LIMIT, tuple(each for each in every if each.flow_name not in apart)),
        *((LIMIT_APART, tuple(each for each in every if each.flow_name in group)) for group in groups),
    )


async def begin() -> None:
    """Have the flows of every minute run at once.

    On a busy machine the server's scheduler may come to a new deployment minutes later.
    """
    async with get_client() as client:
        for flow, cron in SCHEDULES.items():
            if cron == EVERY_MINUTE:
                served = await client.read_deployment_by_name(f"{flow.name}/{NAME}")
                await client.create_flow_run_from_deployment(served.id)


def registered() -> tuple[Runner, ...]:
    """Runners with their flows registered at the server."""
    found = []
    for limit, served in places():
        runner = Runner(limit=limit, pause_on_shutdown=False)
        for deployment in served:
            runner.add_deployment(deployment)
        found.append(runner)
    return tuple(found)


async def serve(served: Sequence[Runner]) -> None:
    """Run until SIGTERM stops all of them."""
    running = [asyncio.ensure_future(runner.start()) for runner in served]
    # Each has asked for the signal by then, and only the last of them would get it.
    await asyncio.sleep(0)

    def stop(number: int, frame: FrameType | None) -> None:
        for runner in served:
            runner.handle_sigterm(number, frame)

    signal.signal(signal.SIGTERM, stop)
    try:
        await asyncio.gather(*running)
    finally:
        # One that fails takes the other along, so that the supervisor starts both anew.
        for each in running:
            each.cancel()


def use_own_temporary_folder() -> None:
    """Keep temporary files in Prefect's own home.

    In the machine's folder they have one name, which the first user keeps.
    """
    place = get_current_settings().home / "tmp"
    place.mkdir(parents=True, exist_ok=True)
    os.environ["TMPDIR"] = tempfile.tempdir = str(place)


def require_auth() -> None:
    """Return where Prefect's server is asked with its auth string. Raises NoAuth."""
    if not os.environ.get("PREFECT_API_AUTH_STRING"):
        raise NoAuth


def main() -> None:
    """Serve until told to stop. Raises NoAuth."""
    require_auth()
    use_own_temporary_folder()
    asyncio.run(await_server())
    asyncio.run(delete_late_runs(datetime.now(UTC)))
    runners = registered()
    asyncio.run(begin())
    asyncio.run(serve(runners))


if __name__ == "__main__":
    main()
