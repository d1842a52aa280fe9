"""Waiting for the outside while its unit is replaced: messages, calls, incidents, and payloads that were erased."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from hoso_models import CompetencePart, postgres
from hoso_workflows import audit, errors
from hoso_workflows.dossiers import due_timers
from hoso_workflows.dossiers.service import DossierService, Outcome
from hoso_workflows.lifecycle.commands import ReplaceUnit, Retry, Send
from hoso_workflows.organisation import units
from support.procedures import exchange
from support.procedures.exchange import ADMINISTRATOR, CODE, OPINION, SPECIALIST, appraised, sound, waits
from support.world import DEPARTMENT, FOUNDED, OTHER, SINCE, World, instant, person

#: An officer of the unit that takes the department's place, and its head.
NEW, NEW_HEAD = person("specialist", OTHER), person("head", OTHER)


@pytest.fixture
def world_url(server: postgres.Server) -> Iterator[str]:
    """The address of a fresh copy of the world with the procedure in it."""
    with exchange.founded(server) as url:
        yield url


async def replaced(world: World, before: Outcome, at: str = "2026-03-02 12:00") -> Outcome:
    """The department is merged into the other one."""
    async with world.db.transaction() as tx:
        for part in CompetencePart:
            units.competence(tx, CODE, OTHER, part, SINCE, basis="Quyết định sáp nhập")
    command = ReplaceUnit(DEPARTMENT, OTHER, "Quyết định sáp nhập")
    return await world.does(before, command, ADMINISTRATOR, at)


async def test_a_message_is_sent_by_the_successors_officers_and_no_more_by_the_others(world: World) -> None:
    before = await exchange.accepted(world)
    await replaced(world, before)
    said = await waits(world, before, NEW)
    assert [(each["name"], each["unit"]) for each in said["messages"]] == [(OPINION, OTHER)]
    with pytest.raises((errors.Forbidden, errors.NotFound)):
        await world.does(before, Send(OPINION), SPECIALIST, "2026-03-02 13:30")
    after = await world.does(before, Send(OPINION), NEW, "2026-03-02 13:30")
    assert [(each["step"], each["unit"]) for each in after.body["tasks"]] == [("Thue", OTHER)]
    await sound(world, before)


async def test_an_incident_is_the_successors_to_resolve(world: World) -> None:
    before = await appraised(world)
    await due_timers.fire(world.service, at=instant("2026-03-03 12:00"))
    await replaced(world, before, "2026-03-03 13:30")
    (incident,) = (await waits(world, before, NEW))["incidents"]
    assert incident["unit"] == OTHER
    retry = Retry(incident["id"], {"muc": 9})
    with pytest.raises((errors.Forbidden, errors.NotFound)):
        await world.does(before, retry, person("head"), "2026-03-03 14:00")
    after = await world.does(before, retry, NEW_HEAD, "2026-03-03 14:00")
    assert {(each["step"], each["unit"]) for each in after.body["tasks"]} == {
        ("Tham_dinh", OTHER),
        ("Bao_cao", OTHER),
    }
    await sound(world, before)


@pytest.mark.parametrize(
    "kinds", [("filed",), ("task_opened",), ("unit_replaced",), ("filed", "accepted", "unit_replaced")]
)
async def test_what_was_erased_is_stood_in_for_on_both_sides_of_the_replacement(
    world: World, kinds: tuple[str, ...]
) -> None:
    before = await appraised(world)
    await replaced(world, before)
    erase = (
        "select dossier_event_erase(d.id, (select array_agg(seq) from dossier_event where dossier_id = d.id"
        " and kind = any($3::text[])), $1, $2, 'Luật A điều 1') from dossier d"
    )
    await world.db.one_statement(erase, [ADMINISTRATOR, FOUNDED, list(kinds)])
    assert [str(found) async for found in audit.differences(world.service)] == []
    again = World(DossierService(world.db))
    after = await again.does(before, Send(exchange.REMINDER), NEW, "2026-03-02 13:30")
    assert {each["unit"] for each in after.body["tasks"]} == {OTHER}
    assert [str(found) async for found in audit.differences(again.service)] == []


async def test_who_acts_on_a_dossier_at_hand_finds_it_moved(world: World) -> None:
    """Another process has replaced the unit while this one remembers the dossier as it left it."""
    before = await appraised(world)
    (task,) = (UUID(each["id"]) for each in before.body["tasks"] if each["step"] == "Tham_dinh")
    await replaced(World(DossierService(world.db)), before)
    with pytest.raises((errors.Forbidden, errors.NotFound)):
        await world.completes(before, "2026-03-02 13:30", actor=SPECIALIST)
    done = await world.service.perform(
        str(task), exchange.Complete(task), actor=NEW, at=instant("2026-03-02 13:30")
    )
    assert done.status == "in_process"
    await sound(world, before)
