"""An act is one look and one write; what others did since is never overlooked."""

from typing import Any
from uuid import UUID

import pytest

from hoso_workflows import audit, errors
from hoso_workflows.dossiers.service import DossierService, Outcome
from hoso_workflows.lifecycle.commands import Claim, Complete
from support.world import DESK, OTHER, World, instant, person

RECEPTION, STRANGER = person("reception", DESK), person("clerk", OTHER)
FIRST, SECOND = person("specialist"), person("specialist", number=2)


@pytest.fixture
def sent(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The first word of every statement that goes to the database from now on."""
    words: list[str] = []
    really = world.db.one_statement

    async def told(sql: str, parameters: Any = ()) -> Any:
        words.append(sql.split(maxsplit=1)[0])
        return await really(sql, parameters)

    monkeypatch.setattr(world.db, "one_statement", told)
    return words


def task(before: Outcome) -> UUID:
    """The only open task."""
    (found,) = before.body["tasks"]
    return UUID(found["id"])


async def of_known_officers(world: World) -> Outcome:
    """A dossier that was accepted, in an office that has seen those at work who have its next three steps."""
    other = await world.accepts(await world.files())
    for _ in range(3):
        other = await world.completes(other)
    return await world.accepts(await world.files())


async def differences(world: World) -> list[str]:
    """Disagreements of stored rows, events and engines."""
    return [str(found) async for found in audit.differences(world.service)]


async def test_completing_a_step_is_one_look_and_one_write(world: World, sent: list[str]) -> None:
    before = await of_known_officers(world)
    sent.clear()
    for _ in range(3):
        before = await world.completes(before)
    assert sent == ["select", "with"] * 3
    assert await differences(world) == []


async def test_what_another_office_did_meanwhile_is_heard_first(world: World) -> None:
    before = await of_known_officers(world)
    for _ in range(2):
        before = await world.completes(before)
    elsewhere = World(DossierService(world.db))
    await elsewhere.does(before, Claim(task(before)), FIRST, at="2026-03-02 10:30")
    with pytest.raises(errors.AlreadyClaimed):
        await world.completes(before, "2026-03-02 11:00", actor=SECOND)
    after = await world.completes(before, "2026-03-02 11:00", actor=FIRST)
    assert after.version == before.version + 2
    with pytest.raises(errors.TaskNotOpen):
        await elsewhere.completes(before, "2026-03-02 11:30", actor=FIRST)
    assert await differences(world) == []


TAKEN_AWAY = {
    "a role": "delete from role_assignment where principal_id = $1",
    "the account": "update principal set closed_at = '2026-03-02 09:30+07' where id = $1",
}


@pytest.mark.parametrize("change", TAKEN_AWAY.values(), ids=TAKEN_AWAY.keys())
async def test_whoever_lost_the_right_since_is_refused_and_that_is_remembered_once(
    world: World, change: str
) -> None:
    before = await of_known_officers(world)
    await world.changed(change, RECEPTION)
    with pytest.raises(errors.NotFound):
        await world.completes(before)
    assert await world.one("select count(*) from access_log where not granted") == 1
    assert (
        await world.one("select version from engine_state order by updated_at, version limit 1") is not None
    )
    assert await differences(world) == []


async def test_whoever_got_the_right_since_may_act(world: World) -> None:
    before = await of_known_officers(world)
    with pytest.raises(errors.NotFound):
        await world.completes(before, actor=STRANGER)
    await world.changed(
        "insert into role_assignment (id, principal_id, unit_code, role, valid_from)"
        " values (gen_random_uuid(), $1, $2, 'reception', '2026-03-01')",
        STRANGER,
        DESK,
    )
    assert (await world.completes(before, actor=STRANGER)).version == before.version + 1
    assert await differences(world) == []


async def test_a_unit_that_is_competent_no_more_is_refused(world: World) -> None:
    before = await of_known_officers(world)
    await world.changed("update competence set valid_to = '2026-03-01' where unit_code = $1", DESK)
    with pytest.raises(errors.NotCompetent):
        await world.completes(before)


async def test_rights_of_yesterday_are_read_again_today(world: World) -> None:
    before = await of_known_officers(world)
    await world.changed(
        "update role_assignment set valid_to = '2026-03-02' where principal_id = $1", RECEPTION
    )
    with pytest.raises(errors.NotFound):
        await world.completes(before, "2026-03-03 00:00")
    await world.completes(before, "2026-03-02 23:59")
    assert await differences(world) == []


async def test_a_key_that_was_used_for_another_task_is_refused(world: World) -> None:
    before = await of_known_officers(world)
    await world.completes(before, key="k-1")
    other = await world.accepts(await world.files())
    with pytest.raises(errors.KeyReused):
        await world.completes(other, key="k-1")
    assert (await world.completes(before, key="k-1")).replayed
    assert (await world.completes(other)).version == other.version + 1
    assert await differences(world) == []


async def test_who_has_seen_an_older_version_is_refused(world: World) -> None:
    before = await of_known_officers(world)
    command = Complete(task(before))
    asked: dict[str, Any] = {"actor": RECEPTION, "at": instant("2026-03-02 10:00")}
    with pytest.raises(errors.StaleVersion):
        await world.service.perform(str(command.task), command, if_match=before.version - 1, **asked)
    done = await world.service.perform(str(command.task), command, if_match=before.version, **asked)
    assert done.version == before.version + 1
