"""The supervisor starts in order, mends, and leaves nobody behind; its children here are real small processes."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from hoso_api import supervision

STAYS = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text('x'); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + STAYS
PARENT = (
    "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    + STAYS
)


@pytest.fixture
def service(tmp_path: Path) -> Callable[..., supervision.Service]:
    def make(name: str, code: str, **settings: float) -> supervision.Service:
        mark = tmp_path / f"{name}.ready"

        async def ready() -> bool:
            return mark.exists()

        return supervision.Service(name, [sys.executable, "-c", code, str(mark)], ready, **settings)  # type: ignore[arg-type]

    return make


def family() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def living(folder: Path) -> list[psutil.Process]:
    """The services of this test that run; the worker has other children, a database among them."""
    children = psutil.Process().children()
    running = [child for child in children if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in running if str(folder) in " ".join(child.cmdline())]


async def run_until_ready(
    *services: supervision.Service, logs: Path
) -> tuple[asyncio.Event, asyncio.Task[None], list[str]]:
    stop, lines = asyncio.Event(), list[str]()
    running = asyncio.create_task(supervision.Supervisor(services, logs, lines.append).run(stop))
    while len([line for line in lines if "ready" in line]) < len(services) and not running.done():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    return stop, running, lines


async def test_services_start_in_order_and_stop_in_reverse(service, tmp_path) -> None:
    before = family()
    stop, running, lines = await run_until_ready(
        service("first", STAYS), service("second", STAYS), logs=tmp_path
    )
    stop.set()
    await running
    assert lines == ["first is ready", "second is ready", "stopping second", "stopping first"]
    assert family() == before


async def test_grandchildren_of_a_stubborn_leader_end_too(service, tmp_path) -> None:
    before = family()
    services = service("parent", PARENT, grace=0.2), service("stubborn", STUBBORN, grace=0.2)
    stop, running, _ = await run_until_ready(*services, logs=tmp_path)
    grown = family() - before
    assert len(grown) == 3
    stop.set()
    await running
    assert {
        pid for pid in grown if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"
    } == set()


async def test_a_service_that_ends_before_it_answers_stops_everything_and_shows_its_log(
    service, tmp_path
) -> None:
    before = family()
    bad = service("broken", "print('port 8000 is taken'); raise SystemExit(3)")
    with pytest.raises(supervision.ServiceFailed, match="port 8000 is taken") as failure:
        await supervision.Supervisor([service("good", STAYS), bad], tmp_path, lambda _: None).run(
            asyncio.Event()
        )
    assert (failure.value.name, failure.value.status) == ("broken", 3)
    assert family() == before


async def test_a_silent_service_is_given_up(service, tmp_path) -> None:
    silent = service("silent", "import time; time.sleep(600)", patience=0.3)
    with pytest.raises(supervision.ServiceFailed, match="did not answer in time"):
        await supervision.Supervisor([silent], tmp_path, lambda _: None).run(asyncio.Event())


async def test_a_service_that_dies_later_is_started_again(service, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(supervision, "PAUSES", (0.01, 0.02))
    stop, running, lines = await run_until_ready(service("api", STAYS), logs=tmp_path)
    (first,) = living(tmp_path)
    first.kill()
    while not (again := [child for child in living(tmp_path) if child.pid != first.pid]):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    stop.set()
    await running
    assert len(again) == 1
    assert lines[1].startswith("api ended with -9; again in")


def test_pauses_grow_while_a_service_keeps_dying_and_are_short_again_after_a_good_life() -> None:
    lived_shortly = [supervision.pause_after(last, lived=2.0) for last in (0.0, 1.0, 2.0, 16.0, 30.0)]
    assert lived_shortly == [1.0, 2.0, 4.0, 30.0, 30.0]
    assert supervision.pause_after(30.0, lived=31.0) == 1.0


def test_children_die_with_a_killed_supervisor(tmp_path: Path) -> None:
    code = f"""
import asyncio, sys
from hoso_api import supervision
async def ready(): return False
child = supervision.Child(supervision.Service("c", [sys.executable, "-c", "print('up', flush=True); import time; time.sleep(600)"], ready), __import__("pathlib").Path({str(tmp_path / "c.log")!r}))
print(child.process.pid, flush=True)
import time; time.sleep(600)
"""
    supervisor = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    child = psutil.Process(int(supervisor.stdout.readline()))
    while "up" not in (tmp_path / "c.log").read_text():
        os.sched_yield()
    supervisor.kill()
    supervisor.wait()
    supervisor.stdout.close()
    child.wait(timeout=20)
    assert not child.is_running()


@pytest.mark.parametrize("host", ["999.1.1.1", "203.0.113.7", "127.0.0.1"])
def test_a_place_where_nobody_or_somebody_else_listens_is_told_before_anything_starts(host):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            supervision.CannotListen, match=f"The API cannot listen on {host}:{port}: .+ Move"
        ):
            supervision.free("The API", host, port, "Move.")
    supervision.free("The API", "127.0.0.1", port, "Move.")
