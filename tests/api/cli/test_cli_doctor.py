"""The doctor tries what runs, and every remedy is one that the reader can carry out."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hoso_api.cli import probes
from hoso_api.cli.checks import State
from hoso_api.portal_settings import PortalSettings
from hoso_bpmn import confinement
from hoso_workflows.attachments.settings import StoreSettings
from support import clamd, disks, ports
from support.command_line import hoso


@contextmanager
def strangers() -> Iterator[str]:
    """The port of a program that is none of ours and answers everything with 404."""

    class Stranger(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stranger) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield str(server.server_address[1])
        server.shutdown()


def found(home: Path, **settings: str) -> dict[str, tuple[str, str, str]]:
    """The doctor's checks of a home in which nothing was ever started: state, detail and remedy by name."""
    checks = hoso("doctor", "--json", home=home, **settings).json
    return {each["name"]: (each["state"], each["detail"], each["remedy"]) for each in checks}


def test_what_does_not_run_is_not_said_to(tmp_path: Path) -> None:
    with ports.kept() as api, ports.kept() as prefect:
        said = found(tmp_path / "new", HOSO_PORT=str(api), HOSO_PREFECT_PORT=str(prefect))
    assert [said["API"], said["Prefect"]] == [
        ("warning", f"nothing answers on 127.0.0.1:{api}", "Start it with `hoso serve`."),
        (
            "warning",
            f"nothing answers on 127.0.0.1:{prefect}",
            "Start it with `hoso serve`; `hoso sweep` does its work meanwhile.",
        ),
    ]
    assert list(tmp_path.iterdir()) == []


def test_it_is_said_what_keeps_readers_of_files_from_the_installation(tmp_path: Path) -> None:
    state, detail, _ = found(tmp_path)["readers of files"]
    walls = {
        "open nothing, by Landlock": "ok",
        "are kept from the installation's files by a filter of system calls alone": "warning",
    }
    assert (state, confinement.landlock() > 0) == (walls[detail], state == "ok")


async def test_it_is_said_whether_files_are_searched(tmp_path: Path) -> None:
    async def told(address: str) -> tuple[State, str]:
        (check,) = await probes.stores(StoreSettings(clamd_address=address, clamd_required=True))
        return check.state, check.detail

    assert await told("") == (State.WARNING, "nobody searches files for malicious code")
    nobody = str(tmp_path / "socket")
    assert await told(nobody) == (State.FAILING, f"clamd does not answer at {nobody}")
    with clamd.running(clamd.EICAR) as address:
        assert await told(address) == (State.OK, f"clamd answers at {address}")


def test_another_program_at_the_address_is_told_as_such(tmp_path: Path) -> None:
    with strangers() as port:
        named = found(tmp_path, HOSO_PORT=port, HOSO_PREFECT_PORT=port)
        (tmp_path / "ports.toml").write_text(f"port = {port}\nprefect_port = {port}\n")
        kept = found(tmp_path)
    told = f"another program answers on 127.0.0.1:{port}"
    assert [named["API"], named["Prefect"]] == [
        ("failing", told, "Stop what listens there, or name another port with HOSO_PORT."),
        ("failing", told, "Stop what listens there, or name another port with HOSO_PREFECT_PORT."),
    ]
    assert [kept["API"], kept["Prefect"]] == [
        ("warning", told, "`hoso serve` finds a free port by itself, and keeps it.")
    ] * 2


@disks.MOUNTS
def test_a_disk_that_takes_no_file_is_no_home(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    ran = disks.hoso_beside(tmp_path / "disk", "ro", "doctor", home=tmp_path / "disk" / ".hoso")
    assert ran.status == 1
    assert f"✗ home: {tmp_path}/disk takes no file: Read-only file system\n" in ran.out
    assert "    → Name a folder on another disk with HOSO_HOME.\n" in ran.out


def test_no_remedy_sends_the_reader_to_a_decision_of_the_project(tmp_path: Path) -> None:
    assert "ADR" not in hoso("doctor", home=tmp_path).out


def test_each_part_of_the_footer_that_nobody_has_set_is_named() -> None:
    owner = {"owner": "Sở", "responsible": "Chánh Văn phòng", "address": "Số 1", "telephone": "0239 000 000"}
    named = [
        (check.state, check.detail)
        for check in (
            probes.portal(PortalSettings()),
            probes.portal(PortalSettings(**owner)),
            probes.portal(PortalSettings(**owner, email="cong@tinh.test")),
        )
    ]
    assert named == [
        (State.WARNING, "the footer names no owner, responsible, address, telephone, email"),
        (State.WARNING, "the footer names no email"),
        (State.OK, "the footer names Sở"),
    ]
