"""`hoso serve` as a newcomer starts it: everything answers, the board shows late dossiers, and SIGTERM leaves nothing.

A stranger walks through it as well, because no other start of a demonstration is served.
"""

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from support import databases, ports, stranger
from support.command_line import hoso
from support.served import PATIENCE, family, said, serving, until

pytestmark = pytest.mark.slow

#: What the doctor tries by asking it.
RUNNING = ("API", "Prefect")


def asked(port: int, path: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE)


def running_of(home: Path, told: dict[str, str]) -> dict[str, tuple[str, str]]:
    """The doctor's checks of running processes: state and detail by name."""
    checks = hoso("doctor", "--json", home=home, **told).json
    return {each["name"]: (each["state"], each["detail"]) for each in checks if each["name"] in RUNNING}


def test_everything_serves_and_nothing_is_left_after_sigterm() -> None:
    with databases.home() as home, ports.kept() as api, ports.kept() as prefect, ports.kept() as other:
        period = ("--from", "2026-10-19", "--until", "2026-11-20")
        demo = hoso("demo", "--dossiers", "40", "--seed", "7", *period, "--no-serve", "--json", home=home)
        assert demo.status == 0, demo.err
        told = {"HOSO_PORT": str(api), "HOSO_PREFECT_PORT": str(prefect), "HOSO_WORKERS": "2"}
        # The folder of all tests is another user's than the service's.
        told["HOSO_STORE_FOLDER"] = str(home / "files")
        with serving(home, **told) as process:
            said(process, "flows is ready")
            board = asked(api, "/noi-bo/qua-han")
            ready = asked(api, "/health/ready")
            foreigner = asked(prefect, "/api/version")
            running = family(home)
            walked = asyncio.run(stranger.walks(f"http://localhost:{api}"))
            again = hoso("serve", home=home, **told)
            beside = hoso("serve", home=home, **{**told, "HOSO_PORT": str(other)})
            # Its readiness also tells whether the flows keep up, which is no matter of who starts beside it.
            still = asked(api, "/health/live")
            own, foreign = running_of(home, told), running_of(home / "another", told)
        left = family(home)
    assert (again.status, beside.status, still.status_code) == (2, 2, 200)
    assert f"The API cannot listen on 127.0.0.1:{api}: address already in use" in again.err
    assert f"Prefect cannot listen on 127.0.0.1:{prefect}: address already in use" in beside.err
    assert (board.status_code, "H27.PVHCC-26" in board.text) == (200, True)
    assert (ready.status_code, foreigner.status_code) == (200, 401)
    assert own == {
        "API": ("ok", f"answers on 127.0.0.1:{api}"),
        "Prefect": ("ok", f"answers on 127.0.0.1:{prefect}, to us alone"),
    }
    assert foreign == {
        "API": ("failing", f"the API of another installation answers on 127.0.0.1:{api}"),
        "Prefect": ("failing", f"the Prefect of another installation answers on 127.0.0.1:{prefect}"),
    }
    assert len(running) >= 6
    assert (walked.code[:6], walked.result) == ("CB.SNV", walked.given)
    assert {"/", "/thu-tuc", "/dang-nhap", "/cua-toi"} <= set(walked.seen)
    assert (process.returncode, left) == (0, [])


def test_a_demonstration_that_is_told_to_end_leaves_nothing_behind() -> None:
    with databases.home() as home:
        environment = {**os.environ, "HOSO_HOME": str(home)}
        command = [sys.executable, "-c", "from hoso_api.cli.main import main; main()"]
        with subprocess.Popen([*command, "demo", "--no-serve"], env=environment) as process:
            until(lambda: (home / "hoso.toml").exists())
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=PATIENCE)
        left = family(home)
        mode = stat.filemode((home / "hoso.toml").stat().st_mode)
    assert (process.returncode, left) == (128 + signal.SIGTERM, [])
    assert mode == "-rw-------"


def test_a_taken_port_stops_everything_with_the_reason() -> None:
    with databases.home() as home, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ran = hoso("serve", "api", home=home, HOSO_PORT=port, HOSO_WORKERS="1")
        left = family(home)
    assert (ran.status, left) == (2, [])
    assert "address already in use" in ran.err.lower()
    assert "Traceback" not in ran.err.splitlines()[0]


def test_an_open_board_is_refused_beyond_this_machine() -> None:
    with databases.home() as home:
        (home / "hoso.toml").write_text("open_board = true\n")
        ran = hoso("serve", "--host", "0.0.0.0", home=home)  # noqa: S104 - what must be refused
        left = family(home)
    assert (ran.status, left) == (2, [])
    assert "needs a loopback host" in ran.err


def test_an_open_board_of_real_data_is_served_closed_and_that_is_said() -> None:
    with databases.home() as home, ports.kept() as port:
        (home / "hoso.toml").write_text("open_board = true\n")
        told = {"HOSO_PORT": str(port), "HOSO_WORKERS": "1"}
        with serving(home, "api", **told) as process:
            said(process, "the board stays closed")
            said(process, "api is ready")
            board = httpx.get(
                f"http://127.0.0.1:{port}/noi-bo/qua-han", headers={"Accept": "text/html"}, timeout=PATIENCE
            )
    assert (board.status_code, board.headers["location"]) == (303, "/dang-nhap?tiep=/noi-bo/qua-han")
