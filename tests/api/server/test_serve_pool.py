"""`hoso serve` in parts on several machines: Prefect on one, a worker of the pool on another, one auth string for both."""

import re
import secrets
from pathlib import Path

import pytest

from hoso_api.cli import serve
from hoso_api.server import processes
from hoso_api.settings import Settings
from hoso_models import postgres
from hoso_models.postgres import Role, os_user
from support import databases, ports
from support.command_line import hoso
from support.served import family, said, serving

pytestmark = pytest.mark.slow


@pytest.mark.rotating("api/hoso_api/server", "workflows/hoso_workflows/flows")
def test_a_worker_finds_the_prefect_of_another_machine_and_runs_its_flows(
    server: postgres.Server, database_url: str
) -> None:
    with databases.home() as folder, ports.kept() as port:
        auth = folder / "auth-of-prefect"
        auth.write_text(f"hoso:{secrets.token_urlsafe(32)}\n")
        auth.chmod(0o600)
        # Root's services run as a user of their own.
        os_user.choose(folder / "first").own(auth)
        shared = {"HOSO_PREFECT_AUTH_FILE": str(auth)}
        there = {
            "HOSO_PREFECT_PORT": str(port),
            "HOSO_PREFECT_DATABASE_URL": server.ensure_database("prefect_apart", ("pg_trgm",), Role.PREFECT),
        }
        here = {"HOSO_PREFECT_URL": f"http://127.0.0.1:{port}/api", "HOSO_DATABASE_URL": database_url}
        with serving(folder / "first", "prefect", **shared, **there) as prefect:
            said(prefect, "prefect is ready")
            with serving(folder / "second", "flows", "--pool", "hoso", **shared, **here) as worker:
                said(worker, "flows is ready")
                command = [line for line in family(folder / "second") if "flows.workers" in line]
                ran = hoso("doctor", "--json", home=folder / "second", **shared, **here)
            checked = {each["name"]: (each["state"], each["detail"]) for each in ran.json}
        left = family(folder / "first") + family(folder / "second")
    assert (prefect.returncode, worker.returncode, left) == (0, 0, [])
    assert [line.rpartition(" ")[2] for line in command[:1]] == ["hoso"]
    assert checked["Prefect"] == ("ok", f"answers on 127.0.0.1:{port}, to us alone")


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Settings of a home of its own."""
    monkeypatch.setenv("HOSO_HOME", str(tmp_path))
    return monkeypatch


def test_a_prefect_for_other_machines_listens_there_and_talks_through_redis(
    told: pytest.MonkeyPatch,
) -> None:
    told.setenv("HOSO_PREFECT_HOST", "0.0.0.0")  # noqa: S104 - what a container listens on
    told.setenv("HOSO_PREFECT_REDIS_URL", "redis://:secret@redis:6379/")
    service = processes.prefect(Settings(), "postgresql://hoso_prefect:secret@db/prefect")
    assert service.command[-4:] == ["--host", "0.0.0.0", "--port", "4200"]  # noqa: S104 - the same
    assert {name: value for name, value in service.environment.items() if "redis" in value} == {
        "PREFECT_SERVER_EVENTS_MESSAGING_BROKER": "prefect_redis.messaging",
        "PREFECT_SERVER_EVENTS_MESSAGING_CACHE": "prefect_redis.messaging",
        "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
        "PREFECT_REDIS_MESSAGING_URL": "redis://:secret@redis:6379/0",
        "PREFECT_SERVER_DOCKET_URL": "redis://:secret@redis:6379/1",
    }
    # The password of the API stays as long as ever, and its database is no other's.
    assert re.fullmatch(r"hoso:[\w-]{43}", service.environment["PREFECT_SERVER_API_AUTH_STRING"])
    assert service.environment["HOSO_DATABASE_URL"] == ""


def test_one_machine_has_a_pool_and_a_prefect_on_loopback(told: pytest.MonkeyPatch) -> None:
    service, worker = (
        processes.prefect(Settings(), "postgresql://h@db/prefect"),
        processes.flow_worker(Settings()),
    )
    assert (service.command[-3], worker.command[-2:]) == (
        "127.0.0.1",
        ["hoso_workflows.flows.workers", "hoso"],
    )
    assert not [name for name in service.environment if "REDIS" in name or "DOCKET" in name]
    assert worker.environment["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"


def test_the_flows_know_the_address_of_links_in_mails(told: pytest.MonkeyPatch) -> None:
    assert "HOSO_PUBLIC_URL" not in processes.flow_worker(Settings()).environment
    told.setenv("HOSO_PUBLIC_URL", "https://motcua.example.vn/")
    assert processes.flow_worker(Settings()).environment["HOSO_PUBLIC_URL"] == "https://motcua.example.vn"


def test_each_part_says_what_it_serves_and_where(told: pytest.MonkeyPatch) -> None:
    told.setenv("HOSO_PREFECT_PORT", "4711")
    told.setenv("HOSO_PORT", "8011")
    said = {part: serve._serving(part, Settings()).partition(" (logs")[0] for part in (None, *serve.Part)}
    assert said == {
        None: "hoso serves http://127.0.0.1:8011/",
        serve.Part.API: "hoso serves http://127.0.0.1:8011/",
        serve.Part.PREFECT: "hoso serves Prefect at http://127.0.0.1:4711/api",
        serve.Part.FLOWS: "hoso runs flows of the pool hoso, which http://127.0.0.1:4711/api gives it",
    }
