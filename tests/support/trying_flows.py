"""`python trying_flows.py POOL`: a worker that has flows besides ours, which hang, compute and wait; its limits are short."""

import os
import sys
import time
from pathlib import Path
from threading import Event

import anyio
from prefect import flow

from hoso_workflows.flows import serving, workers

#: Where each run writes the number of the process that it runs in, and its niceness.
_PLACE = "HOSO_TEST_RUNS"


@flow(name="wait-for-ever", persist_result=False)
async def wait_for_ever() -> None:
    """Give way to others for ever."""
    _note("wait-for-ever")
    await anyio.sleep_forever()


@flow(name="compute", persist_result=False)
async def compute() -> None:
    """Compute for more than a second without giving way."""
    _note("compute")
    begun = time.thread_time()
    while time.thread_time() - begun < 1.5 * workers.HELD:
        pass


@flow(name="hang", persist_result=False)
async def hang() -> None:
    """Keep the thread for ever without computing."""
    _note("hang")
    Event().wait()


def _note(name: str) -> None:
    with (Path(os.environ[_PLACE]) / name).open("a") as file:
        file.write(f"{os.getpid()} {os.nice(0)}\n")


if __name__ == "__main__":
    # By this name a process of its own finds them, which knows no `__main__` of ours.
    import trying_flows

    ours = (trying_flows.wait_for_ever, trying_flows.compute, trying_flows.hang)
    serving.SCHEDULES.update(dict.fromkeys(ours, "0 0 1 1 *"))
    limit, flows = serving.QUEUES["regular"]
    serving.QUEUES["regular"] = (limit + len(ours), (*flows, *ours))
    workers.LOOK, workers.HUNG = 0.5, 10
    workers.main(sys.argv[1])
