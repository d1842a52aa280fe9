"""`python -m hoso_workflows.flows.serving`: the process that serves all flows on their schedules.

Each run is a process of its own. What came due while nobody served is deleted first: the next run of each flow does all of
it. Stopping pauses no schedule.
"""

import asyncio
import os
import tempfile
from datetime import UTC, datetime
from typing import Any

from prefect import Flow, get_client, serve
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.settings import get_current_settings
from prefect.types.entrypoint import EntrypointType

from hoso_workflows.flows import sweeps

ZONE = "Asia/Ho_Chi_Minh"
#: Runs at the same time.
LIMIT = 3
#: A route that the client's list of routes does not know yet.
_BULK_DELETE: Any = "/flow_runs/bulk_delete"

#: When each flow runs, on the wall clock of `ZONE`.
SCHEDULES: dict[Flow[[], Any], str] = {
    sweeps.fire_timers: "* * * * *",
    sweeps.deliver_outbox: "* * * * *",
    sweeps.escalate: "*/5 * * * *",
    sweeps.ensure_partitions: "30 4 * * *",
    sweeps.report_lateness: "15 5 * * *",
}


class NoAuth(RuntimeError):
    """The runner would talk to a Prefect server that anybody can talk to."""

    def __init__(self) -> None:
        super().__init__(
            "PREFECT_API_AUTH_STRING is not set; start the runner by `hoso serve`, or with the environment of"
            " hoso_workflows.flows.runner_environment"
        )


def deployments() -> tuple[RunnerDeployment, ...]:
    """Every flow with its schedule; found by its module, so that the working directory does not matter."""
    return tuple(
        RunnerDeployment.from_flow(
            flow,
            name="hoso",
            schedule=Cron(cron, timezone=ZONE),
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        for flow, cron in SCHEDULES.items()
    )


async def delete_late_runs(at: datetime) -> int:
    """Delete the runs that were to start before `at` and did not; gives how many."""
    late = {"state": {"type": {"any_": ["SCHEDULED"]}}, "expected_start_time": {"before_": at.isoformat()}}
    count = 0
    async with get_client() as client:
        while True:
            answer = await client.request("POST", _BULK_DELETE, json={"flow_runs": late})
            deleted = answer.json()["deleted"]
            if not deleted:
                return count
            count += len(deleted)


def settle() -> None:
    """Keep temporary files in Prefect's own home: in the machine's folder they have one name, which the first user keeps."""
    place = get_current_settings().home / "tmp"
    place.mkdir(parents=True, exist_ok=True)
    os.environ["TMPDIR"] = tempfile.tempdir = str(place)


def main() -> None:
    """Serve until told to stop. Raises NoAuth."""
    if not os.environ.get("PREFECT_API_AUTH_STRING"):
        raise NoAuth
    settle()
    asyncio.run(delete_late_runs(datetime.now(UTC)))
    serve(*deployments(), limit=LIMIT, pause_on_shutdown=False, print_starting_message=False)


if __name__ == "__main__":
    main()
