"""Repair of altered rows from events, the engine's state included, wherever the events hold all its inputs."""

from uuid import UUID

import pytest

from hoso_models.tables.base import Record
from hoso_workflows import audit, errors
from hoso_workflows.dossiers.service import DossierService, Outcome
from hoso_workflows.lifecycle import seals
from hoso_workflows.lifecycle.commands import Claim
from hoso_workflows.monitoring import incidents
from support.world import World, person

#: Each alteration is undone by a rebuild.
MENDED = (
    "update engine_state set state = ''",
    "update engine_state set state = set_byte(state, 9, get_byte(state, 9) # 255)",
    "update engine_state set version = version - 1, finished = not finished, updated_at = updated_at - interval '40 days'",
    "update dossier set handling_unit = deciding_unit, filed_at = filed_at - interval '1 day', entry_channel = 'post'",
    "update component set received = not received",
)


async def worked_on(world: World) -> Outcome:
    before = await world.accepts(await world.files())
    before = await world.completes(before)
    before = await world.completes(before, actor=person("division_head"))
    (task,) = before.body["tasks"]
    return await world.does(before, Claim(UUID(task["id"])), person("specialist"))


async def found(world: World) -> list[str]:
    return [each.what async for each in audit.differences(world.service)]


async def open_incidents(world: World) -> list[tuple[str, str, str, str]]:
    page = await incidents.search(world.db, None)
    return [(each.reference, each.element, each.message, each.unit) for each in page.items]


async def content(world: World) -> dict[str, str]:
    names = sorted(set(Record.metadata.tables) - {"throttle", "access_log"})
    digest = "select md5(string_agg(t::text, '' order by t::text)) from {} t"
    return {name: await world.one(digest.format(name)) for name in names}


async def test_what_was_altered_is_written_anew_bit_by_bit(world: World) -> None:
    before = await worked_on(world)
    sound = await content(world)
    for alteration in MENDED:
        await world.changed(alteration)
        assert await found(world) != []
        assert await audit.rebuild(world.service, before.reference) == []
        assert (await found(world), await content(world)) == ([], sound)
    await audit.rebuild(world.service, before.reference)
    assert await content(world) == sound


async def test_who_completes_a_task_of_a_damaged_run_is_told_so_and_goes_on_behind_the_rebuild(
    world: World,
) -> None:
    before = await worked_on(world)
    for alteration in MENDED[:2]:
        await world.changed(alteration)
        fresh = World(DossierService(world.db))
        with pytest.raises(errors.StateDamaged, match=before.reference):
            await fresh.completes(before, actor=person("specialist"))
        await audit.rebuild(world.service, before.reference)
    after = await World(DossierService(world.db)).completes(before, actor=person("specialist"))
    assert (after.version, await found(world)) == (before.version + 1, [])


async def test_a_run_found_damaged_is_one_incident_until_its_state_is_made_anew(world: World) -> None:
    before = await worked_on(world)
    handling = await world.one("select handling_unit from dossier")
    await world.changed("update engine_state set state = ''")
    listed = [await open_incidents(world)]
    for _ in range(2):
        with pytest.raises(errors.StateDamaged) as refused:
            await World(DossierService(world.db)).completes(before, actor=person("specialist"))
        listed.append(await open_incidents(world))
    elsewhere = await incidents.search(world.db, ["nowhere"])
    await audit.rebuild(world.service, before.reference)
    damage = (before.reference, "Process_1_014464", refused.value.why, handling)
    assert listed == [[], [damage], [damage]]
    assert (elsewhere.items, await open_incidents(world)) == ((), [])


async def test_a_run_that_cannot_be_made_anew_is_an_incident_without_an_act(world: World) -> None:
    before = await worked_on(world)
    await world.changed("""update dossier set form_data = form_data || '{"khác": 1}'""")
    await world.changed("update engine_state set state = ''")
    await audit.rebuild(world.service, before.reference)
    ((reference, _, why, _),) = await open_incidents(world)
    assert (reference, why) == (before.reference, "the form is not the one that was filed")


async def test_a_task_that_the_engine_does_not_know_is_no_fault_of_the_server(world: World) -> None:
    before, other = await worked_on(world), await worked_on(world)
    await world.changed("update engine_state set state = (select state from engine_state e limit 1)")
    refused = 0
    for each in (before, other):
        try:
            await World(DossierService(world.db)).completes(each, actor=person("specialist"))
        except errors.StateDamaged:
            refused += 1
    assert refused == 1


async def test_an_instant_by_which_months_are_found_may_be_wrong_and_acts_go_on(world: World) -> None:
    before = await worked_on(world)
    await world.changed("update engine_state set updated_at = '2025-01-01'")
    await world.changed("update dossier set filed_at = '2027-01-01'")
    after = await World(DossierService(world.db)).completes(before, actor=person("specialist"))
    assert (after.version, await found(world)) == (before.version + 1, ["dossier filed_at"])


async def test_a_form_that_was_altered_is_no_source_of_a_run(world: World) -> None:
    before = await worked_on(world)
    await world.changed("""update dossier set form_data = form_data || '{"khác": 1}'""")
    await world.changed("update engine_state set state = ''")
    (left,) = await audit.rebuild(world.service, before.reference)
    assert left == (
        f"The engine's state of {before.reference} was left as it is: the form is not the one that was filed."
    )
    assert await found(world) == ["dossier form_data", "engine state"]


async def test_acts_that_older_programs_did_not_seal_are_compared_as_far_as_they_tell(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before_seals:
        before_seals.setattr(seals, "sealed", lambda told, *_: tuple(told))
        before = await worked_on(world)
    assert await found(world) == []
    await world.changed("update engine_state set state = '', version = 0")
    assert sorted(await found(world)) == ["engine state", "engine_state version"]
    assert await audit.rebuild(world.service, before.reference) == []
    assert await found(world) == ["engine_state version"]
