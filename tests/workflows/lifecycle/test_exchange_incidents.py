"""Calls that fail and timers that are held: listed, retried, resolved, and moved to another version with their dossier."""

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from hoso_models import postgres
from hoso_workflows import audit, errors
from hoso_workflows.dossiers import due_timers, migration
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.lifecycle.commands import Complete, Fail, Retry, Send
from hoso_workflows.monitoring import incidents
from support.procedures import exchange
from support.procedures.exchange import (
    ADMINISTRATOR,
    CALLED_OFF,
    CODE,
    HEAD,
    PARTNER,
    RECEPTION,
    SPECIALIST,
    appraised,
    calling,
    events,
    refused,
    sound,
    task,
    waits,
)
from support.world import CITIZEN, DEPARTMENT, DESK, OTHER, PROVINCE, World, instant, person, publish_package


@pytest.fixture
def world_url(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of the world with the procedure in it."""
    with exchange.founded(server) as url:
        yield url


async def held(world: World) -> tuple[Outcome, str]:
    """A dossier whose timer cannot go on, and its incident."""
    before = await appraised(world)
    await due_timers.fire(world.service, at=instant("2026-03-03 11:00"))
    (incident,) = await listed(world)
    return before, str(incident.id)


async def listed(world: World, units: list[str] | None = None) -> Any:
    return (await incidents.search(world.db, units)).items


async def test_a_failed_call_is_listed_until_its_task_is_completed(world: World) -> None:
    before = await calling(world)
    identity = task(before, "Thue")
    failed = await world.does(before, Fail(identity, "Cổng thuế không trả lời"), PARTNER, "2026-03-02 10:30")
    assert [UUID(each["id"]) for each in failed.body["tasks"]] == [identity]
    assert failed.body["incident"] == {
        "id": str(identity),
        "step": "Thue",
        "message": "Cổng thuế không trả lời",
        "unit": DEPARTMENT,
    }
    (incident,) = await listed(world)
    assert (incident.id, incident.reference, incident.unit, incident.since) == (
        identity,
        before.reference,
        DEPARTMENT,
        instant("2026-03-02 10:30"),
    )
    again = await world.does(failed, Fail(identity, "Hết giờ"), PARTNER, "2026-03-02 10:40")
    (incident,) = await listed(world)
    assert (incident.message, incident.since) == ("Hết giờ", instant("2026-03-02 10:30"))
    await sound(world, again)
    done = await world.does(again, Complete(identity), SPECIALIST, "2026-03-02 11:00")
    assert (await listed(world), done.body["incident"]) == ((), None)
    assert await events(world, "incident_resolved") == [("incident_resolved", {"id": str(identity)})]
    await sound(world, done)


async def test_only_a_call_can_fail(world: World) -> None:
    before = await appraised(world)
    with pytest.raises(errors.NotExternal):
        await world.does(before, Fail(task(before, "Tham_dinh"), "x"), SPECIALIST, "2026-03-02 12:00")
    with pytest.raises(errors.TaskNotOpen):
        await world.does(before, Fail(UUID(int=7), "x"), SPECIALIST, "2026-03-02 12:00")


async def test_a_failure_needs_words_and_the_role_of_its_task(world: World) -> None:
    before = await calling(world)
    with pytest.raises(errors.ReasonMissing):
        await world.does(before, Fail(task(before, "Thue"), " "), PARTNER)
    with pytest.raises(errors.Forbidden):
        await world.does(before, Fail(task(before, "Thue"), "x"), HEAD)
    with pytest.raises(errors.Forbidden):
        await world.does(before, Complete(task(before, "Thue")), HEAD)


async def test_a_held_timer_is_listed_and_goes_on_with_what_was_missing(world: World) -> None:
    before, incident = await held(world)
    (found,) = await listed(world)
    assert (found.element, found.unit, "muc" in found.message) == ("Muc", DEPARTMENT, True)
    said = await waits(world, before)
    assert [each["id"] for each in said["incidents"]] == [incident]
    await sound(world, before)
    done = await world.does(before, Retry(incident, {"muc": 9}), HEAD, "2026-03-03 12:00")
    assert sorted(each["step"] for each in done.body["tasks"]) == ["Bao_cao", "Tham_dinh"]
    assert await listed(world) == ()
    with pytest.raises(errors.IncidentNotOpen):
        await world.does(done, Retry(incident), HEAD, "2026-03-03 13:00")
    await sound(world, done)


async def test_a_retry_that_fails_again_keeps_the_incident(world: World) -> None:
    before, incident = await held(world)
    again = await world.does(before, Retry(incident, {"muc": "cao"}), HEAD, "2026-03-03 12:00")
    assert again.body["incident"]["id"] == incident
    (found,) = await listed(world)
    assert (str(found.id), found.since, "muc" in found.message) == (
        incident,
        instant("2026-03-03 11:00"),
        True,
    )
    await sound(world, again)


async def test_an_incident_goes_with_what_it_held_up(world: World) -> None:
    before, incident = await held(world)
    after = await world.does(before, Send(CALLED_OFF), SPECIALIST, "2026-03-03 12:00")
    assert (await listed(world), await events(world, "incident_resolved")) == (
        (),
        [("incident_resolved", {"id": incident})],
    )
    await sound(world, after)


async def test_of_two_who_retry_at_once_one_does(world: World) -> None:
    before, incident = await held(world)
    found = await asyncio.gather(
        *(
            world.does(before, Retry(incident, {"muc": 1}), actor, "2026-03-03 12:00")
            for actor in (HEAD, ADMINISTRATOR)
        ),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in found) == ["IncidentNotOpen", "Outcome"]
    assert await world.one("select count(*) from user_task where element = 'Luu'") == 1


@pytest.mark.parametrize("actor", [SPECIALIST, PARTNER, RECEPTION, person("head", DESK)])
async def test_only_heads_and_the_administrator_retry(world: World, actor: UUID) -> None:
    before, incident = await held(world)
    with pytest.raises(errors.Forbidden) as forbidden:
        await world.does(before, Retry(incident, {"muc": 1}), actor, "2026-03-03 12:00")
    assert forbidden.value.unit == DEPARTMENT
    assert await refused(world) == [(actor, "Retry")]


@pytest.mark.parametrize("actor", [CITIZEN, person("head", OTHER)])
async def test_for_whom_it_does_not_concern_there_is_no_incident(world: World, actor: UUID) -> None:
    before, incident = await held(world)
    with pytest.raises(errors.NotFound, match=f"^No dossier is known as {before.reference}.$"):
        await world.does(before, Retry(incident, {"muc": 1}), actor, "2026-03-03 12:00")
    assert await refused(world) == [(actor, "Retry")]


async def test_a_failed_call_is_not_retried_but_completed(world: World) -> None:
    before = await calling(world)
    failed = await world.does(before, Fail(task(before, "Thue"), "Hết giờ"), PARTNER)
    with pytest.raises(errors.TaskAwaited):
        await world.does(failed, Retry(str(task(before, "Thue"))), HEAD)


async def test_incidents_are_seen_by_those_whose_units_they_concern(world: World) -> None:
    _, incident = await held(world)
    assert [str(each.id) for each in await listed(world, [DEPARTMENT])] == [incident]
    assert await listed(world, [OTHER]) == ()
    assert await listed(world, []) == ()


async def test_incidents_are_read_page_by_page(world: World) -> None:
    for minute in range(3):
        before = await calling(world)
        failed = Fail(task(before, "Thue"), "Hết giờ")
        await world.does(before, failed, PARTNER, f"2026-03-02 11:0{minute}")
    seen, place = [], None
    while True:
        page = await incidents.search(world.db, None, limit=1, after=place)
        seen += [each.since for each in page.items]
        place = page.after
        if place is None:
            break
    assert seen == [instant(f"2026-03-02 11:0{minute}") for minute in range(3)]


async def test_an_altered_incident_is_found_and_mended(world: World) -> None:
    before, _ = await held(world)
    await world.changed("update dossier set incidents = '[]'")
    assert [found.what async for found in audit.differences(world.service)] == ["dossier incidents"]
    await audit.rebuild(world.service, before.reference)
    assert [str(found) async for found in audit.differences(world.service)] == []


async def migrated(world: World, change: str = "") -> migration.Migration:
    """Publish a second version, with elements replaced, and move the running dossiers to it."""
    await publish_package(world.db, exchange.drawn(change))
    approver = person("procedure_approver", PROVINCE)
    return await migration.apply(world.service, CODE, 1, 2, actor=approver, at=instant("2026-03-03 12:00"))


async def test_an_incident_moves_with_its_dossier_to_another_version(world: World) -> None:
    before, incident = await held(world)
    moved = await migrated(world, '<userTask id="Bao_cao" name="Báo cáo lãnh đạo"/>')
    assert moved.counts["moved"] == 1
    assert [str(each.id) for each in await listed(world)] == [incident]
    done = await world.does(before, Retry(incident, {"muc": 9}), HEAD, "2026-03-03 13:00")
    assert "Báo cáo lãnh đạo" in [each["name"] for each in done.body["tasks"]]
    await sound(world, done)


async def test_an_incident_whose_timer_the_new_version_no_longer_draws_is_resolved(world: World) -> None:
    before, incident = await held(world)
    reminder = (
        '<boundaryEvent id="Hen" attachedToRef="Xem_lai" cancelActivity="false"><timerEventDefinition>'
        "<timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>"
    )
    assert (await migrated(world, reminder)).counts["moved"] == 1
    assert (await listed(world), await events(world, "incident_resolved")) == (
        (),
        [("incident_resolved", {"id": incident})],
    )
    await sound(world, before)


async def test_a_failed_call_moves_with_its_dossier_and_ends_with_its_task(world: World) -> None:
    before = await calling(world)
    failed = await world.does(before, Fail(task(before, "Thue"), "Hết giờ"), PARTNER)
    assert (await migrated(world, '<userTask id="Bao_cao" name="Báo cáo lãnh đạo"/>')).counts["moved"] == 1
    assert [each.id for each in await listed(world)] == [task(before, "Thue")]
    done = await world.does(failed, Complete(task(before, "Thue")), PARTNER, "2026-03-03 13:00")
    assert await listed(world) == ()
    await sound(world, done)
