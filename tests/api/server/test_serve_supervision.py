"""The supervisor starts in order, mends, and leaves nobody behind; its children here are real small processes."""

import asyncio
import ctypes
import math
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from hoso_api.server import supervision
from support import ports

pytestmark = pytest.mark.slow

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

        async def ready(_: float) -> bool:
            return mark.exists()

        command = [sys.executable, "-c", code, str(mark)]
        return supervision.Service(name, command, ready, {"FOLDER": str(tmp_path)}, **settings)  # type: ignore[arg-type]  # words for words handed on

    return make


def family(folder: Path) -> set[int]:
    """The processes of this test that live, also those that lost their parent."""
    return {process.pid for process in psutil.process_iter() if lives(process, folder)}


def lives(process: psutil.Process, folder: Path) -> bool:
    """True for a process of this test that has not ended; some hosts never reap orphans."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE and process.environ().get("FOLDER") == str(folder)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


async def run_until_ready(
    *services: supervision.Service, logs: Path
) -> tuple[asyncio.Event, asyncio.Task[None], list[str]]:
    stop, lines = asyncio.Event(), list[str]()
    running = asyncio.create_task(supervision.Supervisor(services, logs, lines.append).run(stop))
    while len([line for line in lines if "ready" in line]) < len(services) and not running.done():  # noqa: ASYNC110 - nobody sets an event for it
        await asyncio.sleep(0.01)
    return stop, running, lines


async def test_services_start_in_order_and_stop_in_reverse(service, tmp_path) -> None:
    stop, running, lines = await run_until_ready(
        service("first", STAYS), service("second", STAYS), logs=tmp_path
    )
    stop.set()
    await running
    assert lines == ["first is ready", "second is ready", "stopping second", "stopping first"]
    assert family(tmp_path) == set()


async def test_what_a_service_needs_is_missed_once_and_told_when_it_is_back(
    service, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(supervision, "NEED_SECONDS", 0.001)
    answers, back = [True, False, False, True, *[False] * 5, True, True], asyncio.Event()

    async def answered() -> bool:
        if len(answers) == 1:
            back.set()
            return answers[0]
        return answers.pop(0)

    needing = replace(service("flows", STAYS), need=supervision.Need("Prefect", answered))
    stop, running, lines = await run_until_ready(needing, logs=tmp_path)
    await back.wait()
    stop.set()
    await running
    assert lines == [
        "flows is ready",
        "flows waits: Prefect does not answer",
        "flows goes on: Prefect answers again",
        "stopping flows",
    ]


async def test_grandchildren_of_a_stubborn_leader_end_too(service, tmp_path) -> None:
    services = service("parent", PARENT, grace=0.2), service("stubborn", STUBBORN, grace=0.2)
    stop, running, _ = await run_until_ready(*services, logs=tmp_path)
    assert len(family(tmp_path)) == 3
    stop.set()
    await running
    assert family(tmp_path) == set()


@pytest.fixture
def heir() -> Iterator[None]:
    """This process inherits orphans for a while, as the first process of a container does, and buries none."""
    told = ctypes.CDLL(None).prctl
    told(36, 1)  # PR_SET_CHILD_SUBREAPER
    yield
    told(36, 0)


async def test_an_orphan_that_nobody_buries_is_not_waited_for(service, tmp_path, monkeypatch, heir) -> None:
    monkeypatch.setattr(supervision, "GROUP_END_SECONDS", math.inf)
    stop, running, _ = await run_until_ready(service("parent", PARENT), logs=tmp_path)
    grown = family(tmp_path)
    stop.set()
    await running
    (orphan,) = {child.pid for child in psutil.Process().children()} & grown
    assert family(tmp_path) == set()
    psutil.Process(orphan).wait()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits before what died is started again."""
    monkeypatch.setattr(supervision, "PAUSES", (0.01, 0.02))


#: Dies as often as it is told to, then stays.
FRAIL = (
    "import os, pathlib; born = pathlib.Path(os.environ['FOLDER'], 'born'); born.open('a').write('x');"
    "print('recovery mode', flush=True); len(born.read_text()) > {deaths} or os._exit(3);" + STAYS
)


async def test_a_first_start_that_fails_is_tried_again_like_any_other(service, tmp_path, hasty) -> None:
    frail = service("frail", FRAIL.format(deaths=supervision.MAX_FAILURES - 1))
    stop, running, lines = await run_until_ready(frail, logs=tmp_path)
    stop.set()
    await running
    again = f"frail ended with status 3 before it answered ({tmp_path / 'frail.log'}); again in 0 s"
    assert lines == [again] * 3 + ["frail is ready", "stopping frail"]
    assert family(tmp_path) == set()


async def test_a_service_that_never_comes_up_is_given_up_with_the_end_of_its_log(
    service, tmp_path, hasty
) -> None:
    bad = service("broken", "print('port 8000 is taken'); raise SystemExit(3)")
    with pytest.raises(supervision.ServiceFailed, match="port 8000 is taken") as failure:
        await supervision.Supervisor([bad], tmp_path, lambda _: None).run(asyncio.Event())
    assert (failure.value.name, failure.value.status) == ("broken", 3)
    assert (tmp_path / "broken.log").read_text().count("taken") == supervision.MAX_FAILURES
    assert family(tmp_path) == set()


async def test_what_serves_is_not_stopped_because_another_service_never_comes_up(
    service, tmp_path, hasty
) -> None:
    frail = service("prefect", FRAIL.format(deaths=supervision.MAX_FAILURES + 2))
    stop, running, lines = await run_until_ready(service("api", STAYS), frail, logs=tmp_path)
    stop.set()
    await running
    told = [line for line in lines if "recovery mode" in line]
    assert (len(told), lines[0], lines[-3:]) == (
        1,
        "api is ready",
        ["prefect is ready", "stopping prefect", "stopping api"],
    )


async def test_what_dies_while_the_next_service_starts_is_started_again(service, tmp_path, hasty) -> None:
    slow = service("slow", "import os; raise SystemExit")
    stop, lines = asyncio.Event(), list[str]()
    running = asyncio.create_task(
        supervision.Supervisor([service("api", STAYS), slow], tmp_path, lines.append).run(stop)
    )
    while "api is ready" not in lines:  # noqa: ASYNC110 - nobody sets an event for it
        await asyncio.sleep(0.01)
    first = marked(tmp_path, "api")
    os.kill(first, signal.SIGKILL)
    while marked(tmp_path, "api") in (None, first):  # noqa: ASYNC110 - the supervisor says nothing of it
        await asyncio.sleep(0.01)
    stop.set()
    await running
    assert "slow is ready" not in lines
    assert family(tmp_path) == set()


def marked(folder: Path, name: str) -> int | None:
    """The process of a service."""
    for pid in family(folder):
        try:
            if psutil.Process(pid).environ().get(supervision.SERVICE_VARIABLE) == name:
                return pid
        except psutil.NoSuchProcess:
            continue
    return None


async def test_a_silent_service_is_given_up(service, tmp_path, hasty) -> None:
    silent = service("silent", "import time; time.sleep(600)", patience=0.3)
    with pytest.raises(supervision.ServiceFailed, match="did not answer in time"):
        await supervision.Supervisor([silent], tmp_path, lambda _: None).run(asyncio.Event())
    assert family(tmp_path) == set()


async def test_a_service_that_dies_later_is_started_again(service, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(supervision, "PAUSES", (0.01, 0.02))
    stop, running, lines = await run_until_ready(service("api", STAYS), logs=tmp_path)
    (first,) = family(tmp_path)
    os.kill(first, signal.SIGKILL)
    while not (again := family(tmp_path) - {first}):  # noqa: ASYNC110 - the supervisor says nothing of it
        await asyncio.sleep(0.01)
    stop.set()
    await running
    log = tmp_path / "api.log"
    assert (len(again), lines) == (
        1,
        ["api is ready", f"api ended with -9; again in 0 s ({log})", "stopping api"],
    )


async def test_a_service_that_had_answered_is_not_made_to_wait_longer_each_time(
    service, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(supervision, "PAUSES", (0.4, 30.0))
    stop, lines, seen = asyncio.Event(), list[str](), set[int]()
    supervisor = supervision.Supervisor([service("api", STAYS)], tmp_path, lines.append)
    running = asyncio.create_task(supervisor.run(stop))
    for _ in range(3):
        while (  # noqa: ASYNC110 - a supervisor tells nobody that its child answers
            (child := supervisor._children.get("api")) is None
            or child.process.pid in seen
            or not child.answered
        ):
            await asyncio.sleep(0.01)
        seen.add(child.process.pid)
        child.process.kill()
    while len(lines) < 4:  # noqa: ASYNC110 - a line sets no event
        await asyncio.sleep(0.01)
    stop.set()
    await running
    ended = f"api ended with -9; again in 0 s ({tmp_path / 'api.log'})"
    assert lines == ["api is ready", *[ended] * 3, "stopping api"]


async def test_a_service_that_cannot_be_started_for_a_while_stops_nothing(service, tmp_path, hasty) -> None:
    stop, running, lines = await run_until_ready(service("api", STAYS), logs=tmp_path)
    (first,) = family(tmp_path)
    (tmp_path / "api.log").unlink()
    (tmp_path / "api.log").mkdir()
    os.kill(first, signal.SIGKILL)
    while not any("cannot be started" in line for line in lines):  # noqa: ASYNC110 - a line sets no event
        await asyncio.sleep(0.01)
    (tmp_path / "api.log").rmdir()
    while not family(tmp_path):  # noqa: ASYNC110 - the supervisor says nothing of it
        await asyncio.sleep(0.01)
    stop.set()
    await running
    assert family(tmp_path) == set()


def test_pauses_grow_while_a_service_dies_before_it_answers_and_are_short_again_once_it_has() -> None:
    lasts = (0.0, 1.0, 2.0, 16.0, 30.0)
    assert [supervision.pause_after(last, answered=False) for last in lasts] == [1.0, 2.0, 4.0, 30.0, 30.0]
    assert supervision.pause_after(30.0, answered=True) == 1.0


def test_children_die_with_a_killed_supervisor(tmp_path: Path) -> None:
    code = f"""
import asyncio, sys
from hoso_api.server import supervision
async def ready(_): return False
child = supervision.Child(supervision.Service("c", [sys.executable, "-c", "print('up', flush=True); import time; time.sleep(600)"], ready), __import__("pathlib").Path({str(tmp_path / "c.log")!r}))
print(child.process.pid, flush=True)
import time; time.sleep(600)
"""
    supervisor = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "FOLDER": str(tmp_path)},
    )
    assert supervisor.stdout is not None
    child = psutil.Process(int(supervisor.stdout.readline()))
    while "up" not in (tmp_path / "c.log").read_text():
        time.sleep(0.01)
    assert family(tmp_path) == {supervisor.pid, child.pid}
    supervisor.kill()
    supervisor.wait()
    supervisor.stdout.close()
    until = time.monotonic() + 60
    while lives(child, tmp_path) and time.monotonic() < until:
        time.sleep(0.01)
    assert family(tmp_path) == set()


@pytest.mark.parametrize("host", ["999.1.1.1", "203.0.113.7", "127.0.0.1"])
def test_a_place_where_nobody_or_somebody_else_listens_is_told_before_anything_starts(host):
    with ports.kept() as port:
        with socket.socket() as taken:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("127.0.0.1", port))
            taken.listen()
            with pytest.raises(
                supervision.CannotListen, match=f"The API cannot listen on {host}:{port}: .+ Move"
            ):
                supervision.free("The API", host, port, "Move.")
        supervision.free("The API", "127.0.0.1", port, "Move.")
