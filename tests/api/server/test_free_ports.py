"""A second installation on one machine finds free ports by itself, keeps them, and takes no port that was named."""

import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from hoso_api.server import free_ports, supervision
from hoso_api.settings import Settings
from support import databases
from support.served import PATIENCE, said, serving


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOSO_HOME", str(tmp_path))
    return tmp_path


@contextmanager
def taken(port: int = 0) -> Iterator[int]:
    """A port at which somebody listens; whoever did before goes on."""
    with socket.socket() as listening:
        with suppress(OSError):
            listening.bind(("127.0.0.1", port))
            listening.listen()
        yield port or listening.getsockname()[1]


def settled(settings: Settings, *, first: bool = True) -> tuple[Settings, list[str]]:
    told = list[str]()
    api = free_ports.Listener("port", "The API", settings.host, "Move.")
    prefect = free_ports.Listener("prefect_port", "Prefect", "127.0.0.1", "Move.")
    return free_ports.settle(settings, [api, prefect], told.append, first=first), told


def test_a_default_that_is_taken_gives_way_to_a_free_port_that_is_kept(home: Path) -> None:
    with taken() as api, taken() as prefect:
        found, told = settled(Settings(port=api, prefect_port=prefect))
        assert told == [
            f"Port {api} is taken; The API listens on {found.port}, now and from now on",
            f"Port {prefect} is taken; Prefect listens on {found.prefect_port}, now and from now on",
        ]
    assert len({api, prefect, found.port, found.prefect_port}) == 4
    assert (Settings().port, Settings().prefect_port) == (found.port, found.prefect_port)
    assert settled(Settings()) == (found, [])
    assert stat.filemode((home / "ports.toml").stat().st_mode) == "-rw-------"


def test_two_listeners_find_different_ports(home: Path) -> None:
    with taken() as port:
        found, _ = settled(Settings(port=port, prefect_port=port))
    assert len({port, found.port, found.prefect_port}) == 3


@pytest.mark.parametrize("named", ["environment", "file"])
def test_a_port_that_was_named_is_not_changed(
    home: Path, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with taken() as port:
        if named == "file":
            (home / "hoso.toml").write_text(f"port = {port}\n")
        else:
            monkeypatch.setenv("HOSO_PORT", str(port))
        with pytest.raises(supervision.CannotListen, match=f"The API cannot listen on 127.0.0.1:{port}"):
            settled(Settings())
    assert not (home / "ports.toml").exists()


def test_whoever_serves_a_home_that_is_served_finds_no_ports_of_its_own(home: Path) -> None:
    with taken() as port, pytest.raises(supervision.CannotListen):
        settled(Settings(port=port), first=False)


def test_a_port_that_other_machines_reach_stays_where_they_look_for_it(home: Path) -> None:
    with taken() as port, pytest.raises(supervision.CannotListen):
        settled(Settings(host="0.0.0.0", port=port))  # noqa: S104 - never bound here


@pytest.mark.slow
@pytest.mark.rotating("api/hoso_api/server", "api/hoso_api/installation")
def test_a_second_installation_serves_beside_the_first_one() -> None:
    with databases.home() as home, taken(8000), serving(home, "api", HOSO_WORKERS="1") as process:
        said(process, "Port 8000 is taken; The API listens on ")
        said(process, "api is ready")
        kept = (home / "ports.toml").read_text().splitlines()[1:]
        found = dict(line.split(" = ") for line in kept)
        answer = httpx.get(f"http://127.0.0.1:{found['port']}/health/ready", timeout=PATIENCE)
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "warnings": []})
    assert int(found["port"]) > 8000
