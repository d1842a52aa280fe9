"""`hoso serve` on an empty directory outlives the death of each of its children, and its own; SIGTERM leaves nothing."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from hoso_api.server.supervision import SERVICE_VARIABLE
from hoso_models import postgres
from support import databases, ports
from support.command_line import hoso
from support.served import PATIENCE, family, said, serving, until

pytestmark = [pytest.mark.slow, pytest.mark.rotating("api/hoso_api/server")]


def services(served: subprocess.Popen[str]) -> Mapping[str, psutil.Process]:
    """The children of `hoso serve` that lead a service, by its name."""
    found = {}
    for child in psutil.Process(served.pid).children():
        with suppress(psutil.Error):
            if child.status() != psutil.STATUS_ZOMBIE and (name := child.environ().get(SERVICE_VARIABLE)):
                found[name] = child
    return found


def well(api: int, prefect: int) -> bool:
    """The API is ready, flows included, and Prefect answers."""
    try:
        ready = httpx.get(f"http://127.0.0.1:{api}/health/ready", timeout=PATIENCE)
        there = httpx.get(f"http://127.0.0.1:{prefect}/api/health", timeout=PATIENCE)
        return there.is_success and ready.is_success and ready.json()["status"] == "ready"
    except httpx.TransportError:
        return False


def test_each_child_and_the_whole_may_be_killed_and_sigterm_leaves_nothing() -> None:
    with databases.home() as home, ports.kept() as api, ports.kept() as prefect:
        told = {"HOSO_PORT": str(api), "HOSO_PREFECT_PORT": str(prefect), "HOSO_WORKERS": "1"}
        with serving(home, **told) as process:
            said(process, "flows is ready")
            names = sorted(services(process))
            for name in names:
                killed = services(process)[name]
                killed.kill()
                until(lambda name=name, killed=killed: services(process).get(name, killed) != killed)
                until(lambda: well(api, prefect))
            kill_postgres(home)
            until(lambda: well(api, prefect))
            process.kill()
            process.wait()
        with serving(home, **told) as again:
            said(again, "flows is ready")
            until(lambda: well(api, prefect))
            audited = hoso("audit", "--json", home=home)
        left = family(home)
    assert names == ["api", "flows", "prefect"]
    assert (process.returncode, again.returncode, left) == (-signal.SIGKILL, 0, [])
    assert (audited.status, audited.json) == (0, [])


def kill_postgres(home: Path) -> None:
    """Kill the postmaster, and return when another one answers."""
    server = postgres.Server(home)
    killed = server.pid()
    assert killed is not None
    psutil.Process(killed).kill()
    until(lambda: server.pid() not in (None, killed) and server.answers())
