"""Many at once: nothing is lost, nothing is done twice, and whoever comes second is told so."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from hoso_workflows import audit, errors
from hoso_workflows.dossiers.repository import Repository
from hoso_workflows.dossiers.service import DossierService, Outcome
from hoso_workflows.lifecycle import commands
from hoso_workflows.lifecycle.commands import Claim, Complete, Result
from support.world import DESK, World, complete, instant, only_task, person

RECEPTION = person("reception", DESK)
FIRST, SECOND = person("specialist"), person("specialist", number=2)


async def at_once(*acts: Any) -> list[Any]:
    """Results of concurrent acts: outcomes and refusals, in their order."""
    return list(await asyncio.gather(*acts, return_exceptions=True))


def told(found: list[Any]) -> Counter[str]:
    """Number of acts that won, and of the others by refusal."""
    return Counter("won" if isinstance(each, Outcome) else type(each).__name__ for each in found)


async def differences(world: World) -> list[str]:
    """Disagreements of stored rows, events and engines."""
    return [str(found) async for found in audit.differences(world.service)]


async def test_of_two_rivals_on_a_task_one_wins_and_the_other_is_told(world: World) -> None:
    before = await world.at_the_specialists()
    rivals = [world.completes(before, actor=actor) for actor in (FIRST, SECOND)]
    assert told(await at_once(*rivals)) == {"won": 1, "TaskNotOpen": 1}
    assert await world.one("select count(*) from user_task where element = 'B4' and status = 'closed'") == 1
    assert await differences(world) == []


async def test_of_ten_who_claim_at_once_one_gets_the_task(world: World) -> None:
    before = await world.at_the_specialists()
    claims = [
        world.does(before, Claim(only_task(before)), (FIRST, SECOND)[number % 2], at="2026-03-02 11:00")
        for number in range(10)
    ]
    # Each of the two comes five times: the winner is told four times that it is theirs already.
    assert told(await at_once(*claims)) == {"won": 1, "AlreadyYours": 4, "AlreadyClaimed": 5}


async def test_the_same_key_gives_the_same_answer_however_often_and_at_once(world: World) -> None:
    before = await world.at_the_specialists()
    found = await at_once(*(world.completes(before, actor=FIRST, key="k-1") for _ in range(8)))
    later = await world.completes(before, actor=FIRST, key="k-1")
    assert Counter(each.replayed for each in [*found, later]) == {True: 8, False: 1}
    assert [each.body for each in found] == [later.body] * 8
    assert await world.one("select count(*) from idempotency") == 1


async def test_a_filing_repeated_at_once_under_one_key_is_one_dossier(world: World) -> None:
    found = await at_once(*(world.files(key="f-1") for _ in range(6)))
    assert len({each.reference for each in found}) == 1
    assert await world.one("select count(*) from dossier") == 1
    assert await differences(world) == []


async def test_a_key_is_good_for_one_request_of_one_principal(world: World) -> None:
    before = await world.at_the_specialists()
    await world.does(before, Claim(only_task(before)), FIRST, key="k-1")
    with pytest.raises(errors.KeyReused):
        await world.completes(before, actor=FIRST, key="k-1")
    with pytest.raises(errors.KeyReused):
        await world.files(actor=FIRST, key="k-1")
    with pytest.raises(errors.AlreadyClaimed):
        await world.does(before, Claim(only_task(before)), SECOND, key="k-1")


async def test_the_same_words_in_another_body_are_another_request(world: World) -> None:
    before = await world.at_the_specialists()
    identity = only_task(before)
    asked: dict[str, Any] = {"actor": FIRST, "at": instant("2026-03-02 11:00"), "key": "k-1"}
    await world.service.perform(str(identity), Complete(identity), body=b'{"a":1}', **asked)
    again = await world.service.perform(str(identity), Complete(identity), body=b'{"a":1}', **asked)
    assert again.replayed
    with pytest.raises(errors.KeyReused):
        await world.service.perform(str(identity), Complete(identity), body=b'{"a":2}', **asked)


async def test_who_has_seen_an_older_version_is_refused(world: World) -> None:
    before = await world.at_the_specialists()
    await world.does(before, Claim(only_task(before)), FIRST, if_match=before.version)
    with pytest.raises(errors.StaleVersion) as stale:
        await world.does(before, commands.Unclaim(only_task(before)), FIRST, if_match=before.version)
    assert (stale.value.seen, stale.value.version) == (before.version, before.version + 1)


async def test_sixty_four_acceptances_at_once_get_sixty_four_codes(world: World) -> None:
    filed = await asyncio.gather(*(world.files() for _ in range(64)))
    accepted = await asyncio.gather(*(world.accepts(each) for each in filed))
    assert sorted(each.code for each in accepted) == [
        f"H27.PVHCC-260302-{number:04}" for number in range(1, 65)
    ]
    receipts = await world.db.rows("select number from letter where form = '01' order by number")
    assert [row.number for row in receipts] == list(range(1, 65))
    assert await differences(world) == []


async def test_two_offices_never_overwrite_each_other(world: World) -> None:
    """Parallel acts of many officers on the same dossiers through two processes' worth of offices."""
    offices = [world.service, DossierService(world.db)]
    filed = await asyncio.gather(*(world.files() for _ in range(6)))

    async def act(number: int) -> Outcome:
        dossier = filed[number % len(filed)]
        task = await world.db.row(
            "select t.id, t.role, t.unit_code, t.element from user_task t join dossier d on d.id = t.dossier_id"
            " where d.reference = $1 and t.status = 'open'",
            [dossier.reference],
        )
        if task is None:
            raise LookupError(dossier.reference)
        outcome = {"B1": "accept", "B5": "Trình UBND tỉnh"}.get(task.element)
        result = Result.GRANTED if task.element == "B6" else None
        actor = person(task.role, task.unit_code, number // 2 % 2 + 1 if task.role == "specialist" else 1)
        return await offices[number % 2].perform(
            str(task.id),
            Complete(task.id, outcome, result=result),
            actor=actor,
            at=instant("2026-03-02 10:00"),
        )

    won = 0
    for _ in range(12):
        won += told(await at_once(*(act(number) for number in range(24))))["won"]
    closed = await world.one("select count(*) from user_task where status = 'closed'")
    assert won == closed == 6 * 7
    assert await world.one("select count(*) from dossier where status = 'returned'") == 6
    assert await differences(world) == []


async def test_whoever_loses_too_often_is_told_of_the_conflict(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await world.at_the_specialists()
    find = Repository.find

    async def slow(self: Repository, *asked: Any, **read: Any) -> Any:
        found = await find(self, *asked, **read)
        assert found is not None
        await world.changed("update engine_state set version = version + 1 where dossier_id = $1", found.id)
        return found

    monkeypatch.setattr(Repository, "find", slow)
    with pytest.raises(errors.Conflict):
        await world.completes(before, actor=FIRST)
    assert await world.one("select count(*) from user_task where element = 'B4' and status = 'closed'") == 0


async def test_a_dossier_is_refused_as_a_whole_or_not_at_all(world: World) -> None:
    await world.changed("alter table fee add constraint full_up check (amount > 10)")
    with pytest.raises(Exception, match="full_up"):
        await world.service.file(complete(), actor=RECEPTION, at=instant("2026-03-02 08:00"))
    for table in ("dossier", "party", "engine_state", "user_task", "dossier_event", "outbox"):
        assert await world.one(f"select count(*) from {table}") == 0  # noqa: S608 - the names above
