"""Orphans end by themselves, hung processes are replaced, and a refused start stops nothing that serves."""

import os
import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from hoso_api.server import processes, supervision
from hoso_api.settings import Settings
from hoso_models import postgres
from support import databases, ports
from support.command_line import hoso
from support.served import PATIENCE, command_of, members, said, serving, until

pytestmark = [pytest.mark.slow, pytest.mark.rotating("api/hoso_api/server", "models/hoso_models/postgres")]


def answered(port: int, path: str) -> int:
    """The status of an answer; 0 where nobody answers."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE).status_code
    except httpx.TransportError:
        return 0


def leader(home: Path) -> psutil.Process:
    """The parent of the workers of the API."""
    found = {
        each.pid: each
        for each in members(home)
        if "hoso_api.server.workers" in command_of(each).split()
        and each.environ().get(supervision.SERVICE_VARIABLE) == "api"
    }
    # Workers are forks of it, with its command line.
    (first,) = (each for each in found.values() if each.ppid() not in found)
    return first


def workers(parent: psutil.Process) -> list[psutil.Process]:
    return parent.children()


def lives(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def free(port: int) -> bool:
    """True when a server could listen on the port."""
    with socket.socket() as probe, suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return True
    return False


def test_orphans_end_and_refused_starts_stop_nothing() -> None:
    with databases.home() as home, ports.kept() as port:
        told = {"HOSO_PORT": str(port), "HOSO_WORKERS": "2"}
        with serving(home, "api", **told) as process:
            said(process, "api is ready")
            parent = leader(home)
            hung, other = workers(parent)
            hung.send_signal(signal.SIGSTOP)
            until(lambda: not lives(hung) and len(workers(parent)) == 2)
            kept = other in workers(parent)
            # Its parent can hear nothing, and nobody is left who would look after it: the workers serve on.
            parent.send_signal(signal.SIGSTOP)
            process.kill()
            process.wait()
            refused = [hoso("serve", "api", home=home, **told), hoso("tokens", "list", home=home)]
            after = [answered(port, path) for path in ("/health/live", "/health/ready")]
            left = workers(parent)
            parent.kill()
            until(lambda: not any(map(lives, left)))
        until(lambda: free(port))  # a thread of the parent that is still ending may keep it a moment longer
        with postgres.Server(home) as server:
            assert server.answers()
        ended = [each.pid for each in members(home)]
    assert kept
    assert [each.status for each in refused] == [2, 0]
    assert f"The API cannot listen on 127.0.0.1:{port}" in refused[0].err
    assert after == [200, 200]
    assert (len(left), ended) == (2, [])


def test_a_hung_worker_keeps_its_parent_from_ending_for_some_seconds_only(tmp_path: Path) -> None:
    with ports.kept() as port, (tmp_path / "log").open("wb") as log:
        environment = {**os.environ, "HOSO_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
        command = processes.api_command(Settings(port=port, workers=2))
        with subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process:
            parent = psutil.Process(process.pid)
            until(lambda: answered(port, "/health/live") == 200 and len(workers(parent)) == 2)
            found = workers(parent)
            memory = [each.memory_full_info() for each in found]
            sessions = [os.getsid(each.pid) == each.pid for each in found]
            found[0].send_signal(signal.SIGSTOP)
            process.terminate()
            process.wait(timeout=PATIENCE)
        assert (process.returncode, [lives(each) for each in found]) == (0, [False, False])
        # So each has a part of the processor of its own, where Linux shares it between sessions.
        assert sessions == [True, True]
        # What they have loaded, most of what a worker has, is their parent's and there once.
        assert [each.uss < each.rss / 2 for each in memory] == [True, True]
