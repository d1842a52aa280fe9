"""An act on what the one before has left is one write; what others did since is never overlooked."""

from typing import Any

import pytest

from hoso_workflows import audit, errors
from hoso_workflows.dossiers.service import DossierService, Outcome
from hoso_workflows.lifecycle.commands import AskSupplement, Claim, Complete, ReceiveSupplement, Unclaim
from support.world import DESK, OTHER, World, instant, only_task, person

RECEPTION, STRANGER = person("reception", DESK), person("clerk", OTHER)
FIRST, SECOND = person("specialist"), person("specialist", number=2)
#: A role at a unit, for a principal.
GIVEN = (
    "insert into role_assignment (id, principal_id, unit_code, role, valid_from)"
    " values (gen_random_uuid(), $1, $2, 'reception', '2026-03-01')"
)


@pytest.fixture
def sent(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The first word of every statement that goes to the database from now on."""
    words: list[str] = []
    really = world.db._single_statement

    async def told(sql: str, *said: Any, **named: Any) -> Any:
        words.append(sql.split(maxsplit=1)[0])
        return await really(sql, *said, **named)

    monkeypatch.setattr(world.db, "_single_statement", told)
    return words


async def of_known_officers(world: World) -> Outcome:
    """A dossier that was accepted, in a service that has seen those at work who have its next three steps."""
    other = await world.accepts(await world.files())
    for _ in range(3):
        other = await world.completes(other)
    return await world.accepts(await world.files())


async def differences(world: World) -> list[str]:
    """Disagreements of stored rows, events and engines."""
    return [str(found) async for found in audit.differences(world.service)]


async def test_completing_what_the_act_before_has_opened_is_one_write(world: World, sent: list[str]) -> None:
    before = await of_known_officers(world)
    sent.clear()
    for _ in range(3):
        before = await world.completes(before)
    assert sent == ["with"] * 3
    assert await differences(world) == []


async def test_who_was_never_seen_here_is_looked_up_first(world: World, sent: list[str]) -> None:
    before = await world.at_the_specialists()
    sent.clear()
    after = await world.completes(before, actor=SECOND)
    assert sent == ["select", "with"]
    assert (after.version, await differences(world)) == (before.version + 1, [])


async def test_a_refusal_tells_what_is_stored_and_not_what_is_remembered(world: World) -> None:
    """Here the first specialist has the task; elsewhere it was given back and the second one took it."""
    before = await of_known_officers(world)
    for _ in range(2):
        before = await world.completes(before)
    claim = Claim(only_task(before))
    await world.does(before, claim, FIRST, at="2026-03-02 10:10")
    elsewhere = World(DossierService(world.db))
    await elsewhere.does(before, Unclaim(only_task(before)), FIRST, at="2026-03-02 10:20")
    await elsewhere.does(before, claim, SECOND, at="2026-03-02 10:30")
    with pytest.raises(errors.AlreadyClaimed) as refused:
        await world.service.perform(str(claim.task), claim, actor=FIRST, at=instant("2026-03-02 10:40"))
    assert (type(refused.value), str(refused.value)) == (
        errors.AlreadyClaimed,
        str(errors.AlreadyClaimed(claim.task, SECOND)),
    )
    assert await differences(world) == []


async def test_a_request_that_is_refused_takes_no_number_by_whatever_name_it_asks(world: World) -> None:
    """The dossier is named by the id of its open task; the one who asks has lost the role since the act before."""
    before, other = await of_known_officers(world), await world.files()
    await world.completes(before)
    (opened,) = await world.open_tasks(before)
    ask, at = AskSupplement("Bản sao mờ"), instant("2026-03-02 10:20")
    await world.changed("update role_assignment set role = 'archivist' where principal_id = $1", RECEPTION)
    with pytest.raises(errors.Refusal):
        await world.service.perform(opened["id"], ask, actor=RECEPTION, at=at)
    await world.changed("update role_assignment set role = 'reception' where principal_id = $1", RECEPTION)
    await world.does(other, ask, RECEPTION, at)
    assert await world.one("select number from letter where form = '02'") == 1


async def test_whoever_was_a_stranger_to_what_is_remembered_may_act_when_no_longer_one(world: World) -> None:
    """Let the stranger act without a role, known from another dossier, then with one."""
    before, other = await of_known_officers(world), await world.accepts(await world.files())
    with pytest.raises(errors.NotFound):
        await world.completes(other, actor=STRANGER)
    await world.changed(GIVEN, STRANGER, DESK)
    assert (await world.completes(before, actor=STRANGER)).version == before.version + 1
    assert await world.one("select count(*) from access_log where not granted") == 1
    assert await differences(world) == []


async def test_an_acceptance_that_is_refused_takes_no_number(world: World) -> None:
    """After a supplement; the one who accepts has lost the role since the act before."""
    await world.accepts(await world.files())
    filed = await world.files()
    asked = await world.does(filed, AskSupplement("Bản sao mờ"), RECEPTION, "2026-03-02 10:00")
    given = await world.does(asked, ReceiveSupplement(), RECEPTION, "2026-03-02 10:10")
    await world.changed("update role_assignment set role = 'archivist' where principal_id = $1", RECEPTION)
    command = Complete(only_task(given), "accept")
    at = instant("2026-03-02 10:20")
    with pytest.raises(errors.Forbidden):
        await world.service.perform(str(command.task), command, actor=RECEPTION, at=at)
    await world.changed("update role_assignment set role = 'reception' where principal_id = $1", RECEPTION)
    done = await world.service.perform(str(command.task), command, actor=RECEPTION, at=at)
    codes = [
        row.code
        for row in await world.db.rows("select code from dossier where code is not null order by code")
    ]
    assert [code.rpartition("-")[2].lstrip("0") for code in codes if code] == ["1", "2"]
    assert done.code == codes[-1]


async def test_what_another_service_did_meanwhile_is_heard_first(world: World) -> None:
    before = await of_known_officers(world)
    for _ in range(2):
        before = await world.completes(before)
    elsewhere = World(DossierService(world.db))
    await elsewhere.does(before, Claim(only_task(before)), FIRST, at="2026-03-02 10:30")
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
    await world.changed(GIVEN, STRANGER, DESK)
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
    command = Complete(only_task(before))
    asked: dict[str, Any] = {"actor": RECEPTION, "at": instant("2026-03-02 10:00")}
    with pytest.raises(errors.StaleVersion):
        await world.service.perform(str(command.task), command, if_match=before.version - 1, **asked)
    done = await world.service.perform(str(command.task), command, if_match=before.version, **asked)
    assert done.version == before.version + 1
