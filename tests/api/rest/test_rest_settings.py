"""Settings of an installation, and their limits."""

import gc
import subprocess
import sys

import pytest
from pydantic import ValidationError

from hoso_api import app
from hoso_api.settings import Settings, Unreadable, loopback


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOSO_HOME", str(tmp_path))
    return tmp_path


def test_the_environment_wins_over_the_file_and_the_file_over_the_defaults(home, monkeypatch):
    (home / "hoso.toml").write_text("port = 9001\nopen_board = true\n")
    monkeypatch.setenv("HOSO_PORT", "9002")
    settings = Settings()
    assert (settings.host, settings.port, settings.open_board) == ("127.0.0.1", 9002, True)


def test_a_misspelt_key_of_the_file_is_named(home):
    (home / "hoso.toml").write_text("open_bord = true\n")
    with pytest.raises(ValidationError, match="open_bord"):
        Settings()


@pytest.mark.parametrize("written", [b"port = 'x", b"\xff"])
def test_a_file_that_is_no_toml_is_named(home, written):
    (home / "hoso.toml").write_bytes(written)
    with pytest.raises(Unreadable, match=r"hoso\.toml cannot be read"):
        Settings()


@pytest.mark.parametrize(
    ("host", "origin"), [("127.0.0.1", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000")]
)
def test_an_address_is_written_as_browsers_take_it(home, host, origin):
    assert Settings(host=host).origin == origin


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "hoso.example"])  # noqa: S104 - what is refused
def test_an_open_board_is_refused_where_others_can_reach_it(home, host):
    with pytest.raises(ValidationError, match="switch open_board off"):
        Settings(open_board=True, host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.8", "::1", "localhost"])
def test_this_machine_alone_is_loopback(host):
    assert loopback(host)


async def test_a_worker_passes_over_what_it_has_loaded_and_leaves_the_collector_as_it_was(monkeypatch):
    monkeypatch.setenv("HOSO_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    before, worker = gc.get_threshold(), app.create_app()
    gc.unfreeze()
    async with worker.router.lifespan_context(worker):
        serving = gc.get_threshold(), gc.get_freeze_count() > 0
    assert (serving, (gc.get_threshold(), gc.get_freeze_count())) == ((app.GARBAGE, True), (before, 0))
    gc.freeze()
    async with worker.router.lifespan_context(worker):
        serving = gc.get_threshold(), gc.get_freeze_count() > 0
    # What was frozen before stays so.
    assert (serving, (gc.get_threshold(), gc.get_freeze_count() > 0)) == ((app.GARBAGE, True), (before, True))


#: Somebody listens to telemetry, as the environment of an operator may have it; then a request comes.
LISTENED = """
import asyncio, httpx
from opentelemetry import trace
from hoso_api.app import create_app

class Listening(trace.TracerProvider):
    def get_tracer(self, *_, **__):
        raise SystemExit("somebody is told of the request")

trace.set_tracer_provider(Listening())

async def ask():
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app()), base_url="http://here") as client:
        print((await client.get("/health/live")).status_code)

asyncio.run(ask())
"""


@pytest.mark.slow
def test_nobody_is_told_of_requests_and_what_applicants_wrote_in_them():
    ran = subprocess.run([sys.executable, "-c", LISTENED], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "200\n", "")
