"""`/metrics`: figures of the installation for Prometheus, read by who administers all of it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from prometheus_client.parser import text_string_to_metric_families

from hoso_workflows.operation import backup_history, sweep_progress
from hoso_workflows.operation.backup_history import Taken
from support.api_client import ADMINISTRATOR, CLERK, Rest, problem
from support.command_line import hoso
from support.world import PROVINCE, instant

LATE = "2026-03-06 11:01"


def read(text: str) -> dict[tuple[str, ...], float]:
    """Every figure by its name and the values of its labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def figures(rest: Rest) -> dict[tuple[str, ...], float]:
    """The figures of `/metrics`, counted anew."""
    rest.world.service.reference_data.figures.__init__()
    answer = await rest.get("/metrics", ADMINISTRATOR)
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return read(answer.text)


async def test_what_waits_and_what_is_late_is_counted(rest: Rest) -> None:
    await rest.accepts()
    await rest.files()
    found = await figures(rest)
    assert {
        key: found[key]
        for key in found
        if key[0] in {"hoso_dossiers_open", "hoso_dossiers_overdue", "hoso_steps_overdue"}
    } == {
        ("hoso_dossiers_open",): 1,
        ("hoso_dossiers_overdue",): 0,
        ("hoso_steps_overdue",): 0,
    }
    assert (found["hoso_queue_entries", "reception"], found["hoso_queue_age_seconds", "reception"]) == (1, 0)

    rest.clock.at = instant(LATE)
    later = await figures(rest)
    assert (
        later["hoso_dossiers_overdue",],
        later["hoso_steps_overdue",],
        later["hoso_receptions_overdue",],
    ) == (1, 1, 1)
    waited = instant(LATE) - instant("2026-03-02 09:00")
    assert later["hoso_queue_age_seconds", "reception"] == waited.total_seconds()


async def test_mails_and_webhooks_that_wait_or_were_set_aside_are_counted_apart(rest: Rest) -> None:
    given = {
        "kind": "system",
        "name": "Trục",
        "url": "https://truc.example.vn/",
        "events": ["filed", "accepted"],
    }
    await rest.done("/v1/webhooks", ADMINISTRATOR, {"unit": PROVINCE, **given})
    await rest.accepts()
    await rest.world.changed(
        "update outbox set aside = 'refused', available_at = 'infinity' where topic = 'webhook.filed'"
    )
    found = await figures(rest)

    queues = ("outbox", "webhooks")
    assert [found["hoso_queue_entries", queue] for queue in queues] == [2, 1]
    assert {key[1:]: number for key, number in found.items() if key[0] == "hoso_messages_set_aside"} == {
        **{
            (state, way): 0
            for way in ("mail", "webhook")
            for state in ("refused", "given_up", "unsure", "unreached")
        },
        ("refused", "webhook"): 1,
    }


async def test_a_sweep_that_never_ran_has_no_age_and_one_that_ran_has_its(rest: Rest) -> None:
    db, sweep = rest.world.db, sweep_progress.Sweep
    found = await figures(rest)
    assert all(
        found["hoso_sweep_age_seconds", each] != found["hoso_sweep_age_seconds", each] for each in sweep
    )
    await sweep_progress.record_success(db, sweep.ESCALATE, rest.clock.at - timedelta(minutes=3))
    assert (await figures(rest))["hoso_sweep_age_seconds", "escalate"] == 180


async def test_backups_have_the_age_of_the_newest_whole_one_and_tell_what_the_last_one_lacks(
    rest: Rest,
) -> None:
    db, at = rest.world.db, rest.clock.at
    found = await figures(rest)
    ages = [found["hoso_backup_age_seconds", state] for state in ("whole", "rehearsed")]
    assert ([age != age for age in ages], found["hoso_backup_files_lacking",]) == ([True, True], 0)
    whole = Taken(uuid4(), at - timedelta(hours=30), 0, 0)
    await backup_history.record(db, whole)
    await backup_history.record_rehearsal(db, whole, 0, at=at - timedelta(hours=20))
    await backup_history.record(db, Taken(uuid4(), at - timedelta(hours=6), 2, 1))
    found = await figures(rest)
    ages = [found["hoso_backup_age_seconds", state] for state in ("whole", "rehearsed")]
    assert (ages, found["hoso_backup_files_lacking",]) == ([30 * 3_600, 20 * 3_600], 3)


async def test_connections_are_told_by_what_they_do(rest: Rest) -> None:
    found = await figures(rest)
    assert found["hoso_database_connections", "active"] >= 1
    assert found["hoso_pool_connections", "idle"] >= 1
    assert (found["hoso_pool_connections", "statements"], found["hoso_pool_connections", "transactions"]) == (
        0,
        0,
    )


async def test_nobody_else_reads_them(rest: Rest) -> None:
    assert (await rest.get("/metrics", CLERK)).status_code == 403
    refused = await rest.client.get("/metrics")
    assert (refused.status_code, problem(refused)["type"]) == (401, "urn:hoso:problem:token-missing")


async def test_no_figure_names_a_dossier_or_a_person(rest: Rest) -> None:
    dossier = await rest.accepts()
    text = (await rest.get("/metrics", ADMINISTRATOR)).text
    names = {row.name for row in await rest.world.db.rows("select name from principal where kind = 'person'")}
    assert not [each for each in (dossier["code"], dossier["reference"], *names) if each in text]


async def test_the_command_line_prints_the_same_names(rest: Rest, world_url: str) -> None:
    shown = await figures(rest)
    ran = hoso("metrics", "--at", "2026-03-02T09:00:00+07:00", url=world_url)
    assert (ran.err, ran.status) == ("", 0)
    printed = read(ran.out)
    pool = {key for key in shown if key[0] == "hoso_pool_connections"}
    assert {key for key in printed if key[0] != "hoso_database_connections"} == {
        key for key in shown if key[0] != "hoso_database_connections"
    } - pool
