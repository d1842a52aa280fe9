"""Flows by themselves, without a server: `.fn` is the function below the decorator."""

import asyncio
import base64
import socket
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from prefect import get_client
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_URL,
    PREFECT_CLIENT_MAX_RETRIES,
    temporary_settings,
)

from hoso_models import ReceiverKind
from hoso_workflows import flows
from hoso_workflows.flows import serving, sweeps, workers
from hoso_workflows.identity.sealing import Seal
from hoso_workflows.monitoring import duty_alarm
from hoso_workflows.notifications.settlement import Delivered
from hoso_workflows.operation import rate_limit, sweep_progress
from hoso_workflows.operation.sweep_progress import Sweep
from hoso_workflows.webhooks import receivers
from hoso_workflows.webhooks.kinds import Event
from hoso_workflows.webhooks.receivers import Entry
from support import lines, owed_reports, webhook_sink
from support import world as worlds
from support.builders import dossier_rows
from support.builders.histories import local

AUTH = "hoso:" + "x" * 40


@pytest.fixture
def here(world_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The flows find the world by the environment, as they do when they are served."""
    monkeypatch.setenv("HOSO_DATABASE_URL", world_url)


@pytest.mark.usefixtures("here")
async def test_escalate_tells_what_is_due_now(world: worlds.World) -> None:
    await world.accepts(await world.files())

    swept = await sweeps.escalate.fn()

    assert {str(level): number for level, number in swept.reached.items()} == {
        "due_soon": 1,
        "overdue": 1,
        "overdue_received": 1,
        "step_unclaimed": 1,
    }


@pytest.mark.usefixtures("here")
async def test_escalate_forgets_who_asked_often_long_ago(world: worlds.World) -> None:
    limit = rate_limit.Limit(timedelta(hours=1), 5)
    for at in (local("2026-03-02 09:00"), datetime.now(UTC)):
        await rate_limit.take(world.db, "tests", str(at), limit, at=at)

    await sweeps.escalate.fn()

    assert await world.one("select count(*) from throttle") == 1


@pytest.mark.usefixtures("here")
async def test_deliver_outbox_sends_what_escalate_wrote(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOSO_MAIL_FOLDER", str(tmp_path))
    await world.accepts(await world.files())
    await sweeps.escalate.fn()

    delivered = await sweeps.deliver_outbox.fn()
    assert (delivered.sent, delivered.portal) == (0, 5)
    again = await sweeps.deliver_outbox.fn()
    assert (again.sent, again.portal) == (0, 0)


@pytest.mark.usefixtures("here")
async def test_deliver_webhooks_signs_by_the_key_that_the_installation_has(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key = tmp_path / "master.key"
    key.write_text("ab" * 32)
    key.chmod(0o600)
    monkeypatch.setenv("HOSO_MASTER_KEY_FILE", str(key))
    monkeypatch.setenv("HOSO_WEBHOOK_INNER_HOSTS", '["127.0.0.1:*"]')
    seal = Seal(lambda: bytes.fromhex("ab" * 32))
    administrator = worlds.person("administrator", worlds.PROVINCE)
    async with webhook_sink.running() as sink:
        entry = Entry(worlds.PROVINCE, ReceiverKind.SYSTEM, "Cổng", sink.url, [Event.FILED])
        given = await receivers.enter(
            world.db, seal, entry, actor=administrator, at=worlds.FOUNDED, inner_hosts=["127.0.0.1"]
        )
        await world.files()
        assert await sweeps.deliver_webhooks.fn() == Delivered(sent=1)

    secret = base64.b64decode(given.secret.removeprefix("whsec_"))
    assert [each.signed_by(secret) for each in sink.got] == [True]


@pytest.mark.usefixtures("here")
async def test_owe_reports_generates_each_obligation_once(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await owed_reports.owed(world, local("2026-01-06 08:00"))
    monkeypatch.setattr(sweeps, "_now", lambda: local("2026-02-02 05:20"))

    made = [(await sweeps.owe_reports.fn()).generated for _ in range(2)]
    assert made == [3, 0]


@pytest.mark.usefixtures("here")
async def test_report_lateness_makes_every_month_that_has_ended_and_none_twice(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.accepts(await world.files())
    monkeypatch.setattr(sweeps, "_now", lambda: local("2026-06-15 05:15"))

    assert (await sweeps.report_lateness.fn(), await sweeps.report_lateness.fn()) == (6, 0)
    rows = await world.db.rows("select period_from, period_to, kind from report order by 1, 3")
    months = (
        (date(2026, 3, 1), date(2026, 3, 31)),
        (date(2026, 4, 1), date(2026, 4, 30)),
        (date(2026, 5, 1), date(2026, 5, 31)),
    )
    kinds = ("lateness", "lateness_received")
    assert [tuple(row) for row in rows] == [(*month, kind) for month in months for kind in kinds]


@pytest.mark.usefixtures("here")
async def test_each_sweep_says_when_it_last_succeeded_and_one_that_stands_is_known(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await sweep_progress.stalled(world.db, at=local("2026-06-15 09:00")) == dict.fromkeys(Sweep)
    for minute, sweep in enumerate((sweeps.fire_timers, sweeps.escalate, sweeps.deliver_outbox)):
        monkeypatch.setattr(sweeps, "_now", partial(local, f"2026-06-15 09:0{minute}"))
        await sweep.fn()

    reached = {
        Sweep.FIRE_TIMERS: local("2026-06-15 09:00"),
        Sweep.ESCALATE: local("2026-06-15 09:01"),
        Sweep.DELIVER: local("2026-06-15 09:02"),
    }
    assert await sweep_progress.last(world.db) == reached
    assert await sweep_progress.stalled(world.db, at=local("2026-06-15 09:05")) == {}
    del reached[Sweep.DELIVER]
    assert await sweep_progress.stalled(world.db, at=local("2026-06-15 09:17")) == reached


@pytest.mark.usefixtures("here")
async def test_fire_timers_finds_nothing_where_nothing_waits(world: worlds.World) -> None:
    assert (await sweeps.fire_timers.fn()).advanced == 0


@pytest.mark.usefixtures("here")
async def test_ensure_partitions_has_the_months_ready(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "_now", lambda: local("2029-01-10 04:30"))

    assert (await sweeps.ensure_partitions.fn(), await sweeps.ensure_partitions.fn()) == (4, 0)


@pytest.mark.usefixtures("here")
async def test_flows_work_at_full_size_too(world: worlds.World) -> None:
    referred = await dossier_rows.refers(world.db)
    await dossier_rows.many(world.db, referred, [local("2026-03-02 17:00")] * 300, worlds.FOUNDED)

    assert (await sweeps.escalate.fn()).messages == 900


def test_every_flow_is_served_on_the_wall_clock_of_vietnam_and_found_by_its_module() -> None:
    assert [
        (each.entrypoint, str(each.schedules[0].schedule.cron), each.schedules[0].schedule.timezone)
        for each in map(serving.deployment, serving.SCHEDULES)
    ] == [
        ("hoso_workflows.flows.sweeps.fire_timers", "* * * * *", "Asia/Ho_Chi_Minh"),
        ("hoso_workflows.flows.sweeps.deliver_outbox", "* * * * *", "Asia/Ho_Chi_Minh"),
        ("hoso_workflows.flows.sweeps.deliver_webhooks", "* * * * *", "Asia/Ho_Chi_Minh"),
        ("hoso_workflows.flows.sweeps.escalate", "*/5 * * * *", "Asia/Ho_Chi_Minh"),
        ("hoso_workflows.flows.sweeps.run_jobs", "*/5 * * * *", "Asia/Ho_Chi_Minh"),
        ("hoso_workflows.flows.sweeps.watch_duty_roster", "10 7-17 * * *", "Asia/Ho_Chi_Minh"),
        ("hoso_workflows.flows.sweeps.ensure_partitions", "30 4 * * *", "Asia/Ho_Chi_Minh"),
        ("hoso_workflows.flows.sweeps.report_lateness", "15 5 * * *", "Asia/Ho_Chi_Minh"),
        ("hoso_workflows.flows.sweeps.owe_reports", "20 5 * * *", "Asia/Ho_Chi_Minh"),
        ("hoso_workflows.flows.expiring.expire", "45 3 * * *", "Asia/Ho_Chi_Minh"),
        ("hoso_workflows.flows.expiring.sweep_files", "25 * * * *", "Asia/Ho_Chi_Minh"),
        ("hoso_workflows.flows.audits.audit_files", "5 1 * * *", "Asia/Ho_Chi_Minh"),
        ("hoso_workflows.flows.sweeps.reconcile_payments", "*/15 * * * *", "Asia/Ho_Chi_Minh"),
        ("hoso_workflows.flows.sweeps.sweep_history", "50 3 * * *", "Asia/Ho_Chi_Minh"),
    ]


def test_what_waits_for_servers_of_others_takes_no_place_from_the_hours_of_the_house() -> None:
    served = [(limit, sorted(flow.name for flow in which)) for limit, which in serving.QUEUES.values()]
    house = ["ensure-partitions", "escalate", "expire", "fire-timers", "owe-reports", "report-lateness"]
    house += ["run-jobs", "sweep-files", "sweep-history", "watch-duty-roster"]
    apart = ["deliver-outbox", "reconcile-payments"], ["deliver-webhooks"], ["audit-files"]
    assert served == [(3, house), *((2, each) for each in apart)]


def test_no_flow_takes_parameters_or_keeps_results_and_all_try_again() -> None:
    for flow in serving.SCHEDULES:
        assert (flow.parameters.properties, flow.persist_result, flow.retries) == ({}, False, 3)


def test_the_worker_refuses_to_serve_without_an_auth_string(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_AUTH_STRING", raising=False)

    with pytest.raises(serving.NoAuth, match="PREFECT_API_AUTH_STRING is not set"):
        workers.main("hoso")


async def test_the_worker_waits_for_a_server_that_is_not_there_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    looks, status = 0, "200 OK"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal looks
        looks += 1
        if looks > 2:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 4\r\nConnection: close\r\n\r\ntrue".encode())

    monkeypatch.setattr(serving, "PAUSE", 0)
    async with lines.listening(answer) as port:
        with temporary_settings(
            {
                PREFECT_API_URL: f"http://127.0.0.1:{port}/api",
                PREFECT_API_AUTH_STRING: AUTH,
                PREFECT_CLIENT_MAX_RETRIES: 0,
            }
        ):
            await serving.await_server()
            assert looks == 3
            status = "401 Unauthorized"
            with pytest.raises(httpx.HTTPStatusError, match="401 Unauthorized"):
                await serving.await_server()


async def test_a_run_goes_on_while_nobody_can_be_asked_whether_it_is_wanted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    away = {PREFECT_API_URL: f"http://127.0.0.1:{port}/api", PREFECT_CLIENT_MAX_RETRIES: 0}
    with temporary_settings(away):
        async with get_client() as client:
            assert await workers.is_cancelling(client, uuid4()) is False


@pytest.mark.parametrize("auth", ["", "hoso", "hoso:short", ":" + "x" * 40])
def test_an_auth_string_that_protects_nothing_is_refused(auth: str) -> None:
    with pytest.raises(flows.BadAuth, match="32 characters"):
        flows.worker_environment(auth, 4200)


def test_the_server_is_private_and_tells_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSO_HOME", "/srv/hoso")
    monkeypatch.setenv("NO_PROXY", "example.org")

    environment = flows.server_environment("postgresql://hoso:secret@/prefect?host=/run/pg", AUTH, 4299)

    assert environment == {
        "PREFECT_HOME": "/srv/hoso/prefect",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "NO_PROXY": "127.0.0.1,example.org",
        "no_proxy": "127.0.0.1,example.org",
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": "4299",
        "PREFECT_SERVER_API_AUTH_STRING": AUTH,
        "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": "http://127.0.0.1:4299",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": "postgresql+asyncpg://hoso:secret@/prefect?host=%2Frun%2Fpg",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": "259200",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    }


@pytest.mark.usefixtures("here")
async def test_the_flow_of_the_roster_tells_of_uncovered_days() -> None:
    """The desk has a roster for no day, whichever it runs on."""
    assert (await sweeps.watch_duty_roster.fn()).days == duty_alarm.AHEAD
