"""Results that await their return: who has to do something next, the desk or the owner."""

from typing import Any

import pytest

from hoso_models import DeliveryMode
from hoso_workflows import audit
from hoso_workflows.clock.at_desk import Readiness
from hoso_workflows.dossiers import worklist
from hoso_workflows.dossiers.worklist import TaskFilter
from hoso_workflows.lifecycle.commands import HandOver
from hoso_workflows.monitoring import return_queue
from hoso_workflows.monitoring.overdue import Lateness
from hoso_workflows.monitoring.return_queue import WaitingReturn
from support.builders.histories import local
from support.procedures import unlimited
from support.world import DESK, OTHER, World, person

CLERK = person("reception", DESK)
PROMISED = local("2026-03-23 17:00")


async def waiting(world: World, at: str, **asked: Any) -> tuple[WaitingReturn, ...]:
    calendars = await world.service.reference_data.unit_calendars()
    return (await return_queue.returns(world.db, calendars, at=local(at), **asked)).items


async def standing(world: World, at: str) -> list[tuple[Readiness, Lateness | None]]:
    return [(each.readiness, each.lateness) for each in await waiting(world, at)]


async def test_a_result_that_is_not_at_the_desk_is_told_by_how_near_its_hour_is(world: World) -> None:
    await unlimited.publish(world, unlimited.SIGNS)
    await unlimited.signed(world)

    (result,) = await waiting(world, "2026-03-20 09:00")

    assert (result.readiness, result.due, result.ready_at, result.lateness) == (
        Readiness.AHEAD,
        PROMISED,
        None,
        None,
    )
    assert (result.unit, result.step, result.step_unit) == (DESK, "B7", OTHER)
    assert await standing(world, "2026-03-22 09:00") == [(Readiness.SOON, None)]
    assert await standing(world, "2026-03-23 17:00") == [(Readiness.SOON, None)]
    assert await standing(world, "2026-03-24 09:00") == [(Readiness.MISSING, Lateness(0, 2, 120))]


async def test_a_result_that_came_to_the_desk_after_its_hour_says_by_how_much_whenever_it_is_read(
    world: World,
) -> None:
    await unlimited.publish(world, unlimited.SIGNS)
    await world.completes(await unlimited.signed(world), "2026-03-24 09:00")

    late = [(Readiness.LATE, Lateness(0, 2, 120))]
    assert await standing(world, "2026-03-24 09:00") == late
    assert await standing(world, "2026-04-10 09:00") == late


async def test_a_result_that_lay_there_in_time_is_its_owners_to_fetch_however_late_they_come(
    world: World,
) -> None:
    await unlimited.publish(world, unlimited.SIGNS)
    there = await world.completes(await unlimited.signed(world), "2026-03-23 16:00")

    assert await standing(world, "2026-05-04 09:00") == [(Readiness.READY, None)]
    assert await overdue_at_the_desk(world, "2026-05-04 09:00") == 0

    await world.does(there, HandOver(), CLERK, "2026-05-04 09:00")

    assert await waiting(world, "2026-05-04 09:01") == ()
    judged = await world.db.rows("select judged, due_own from user_task where milestone = 'return'")
    assert [(row.judged, row.due_own) for row in judged] == [(None, None)]
    assert await world.one("select verdict from dossier") == "early"
    assert [str(each) async for each in audit.differences(world.service)] == []


async def overdue_at_the_desk(world: World, at: str) -> int:
    """The tasks that the inbox of the desk shows as late."""
    found = await worklist.search(world.service, TaskFilter(overdue=True), reader=CLERK, at=local(at))
    return len(found.items)


@pytest.mark.parametrize("mode", [DeliveryMode.POST, DeliveryMode.ONLINE])
async def test_a_result_that_nobody_fetches_is_missing_until_the_desk_has_sent_it(
    world: World, mode: DeliveryMode
) -> None:
    """Also in the inbox: its owner can do nothing."""
    await unlimited.publish(world, unlimited.SIGNS)
    there = await world.completes(await unlimited.signed(world, delivery_mode=mode), "2026-03-16 11:00")

    assert await standing(world, "2026-03-23 09:00") == [(Readiness.SOON, None)]
    assert await standing(world, "2026-03-24 09:00") == [(Readiness.MISSING, Lateness(0, 2, 120))]
    assert await overdue_at_the_desk(world, "2026-03-24 09:00") == 1

    await world.does(there, HandOver(), CLERK, "2026-03-24 10:00")
    assert await waiting(world, "2026-03-24 10:01") == ()


async def test_where_a_fee_of_it_is_open_its_owner_is_next(world: World) -> None:
    await unlimited.publish(world, unlimited.SIGNS)
    there = await unlimited.signed(world, delivery_mode=DeliveryMode.POST)
    await world.completes(there, "2026-03-16 11:00")
    await world.changed(_FEE, there.reference)

    assert await standing(world, "2026-03-24 09:00") == [(Readiness.READY, None)]
    assert await overdue_at_the_desk(world, "2026-03-24 09:00") == 0


_FEE = """
update fee set amount = 20000, assessed_at = d.accepted_at from dossier d
where d.id = fee.dossier_id and fee.number = 1 and d.reference = $1
"""


async def test_what_is_not_there_comes_first_then_what_came_late_each_by_its_hour_page_by_page(
    world: World,
) -> None:
    await unlimited.publish(world, unlimited.SIGNS)
    ready, late, missing, sent = [await unlimited.signed(world) for _ in range(3)] + [
        await unlimited.signed(world, delivery_mode=DeliveryMode.POST)
    ]
    await world.completes(ready, "2026-03-16 11:00")
    await world.completes(late, "2026-03-24 09:00")
    await world.completes(sent, "2026-03-16 11:00")
    calendars = await world.service.reference_data.unit_calendars()
    at, found, after = local("2026-03-25 09:00"), [], None
    while True:
        page = await return_queue.returns(world.db, calendars, at=at, unit=[DESK], limit=1, after=after)
        found += [(each.reference, each.readiness) for each in page.items]
        if (after := page.after) is None:
            break

    first = [(each.reference, Readiness.MISSING) for each in (missing, sent)]
    assert sorted(found[:2]) == sorted(first)
    assert found[2:] == [(late.reference, Readiness.LATE), (ready.reference, Readiness.READY)]
    assert await return_queue.counts(world.db, DESK, at=at) == {
        Readiness.MISSING: 2,
        Readiness.SOON: 0,
        Readiness.AHEAD: 0,
        Readiness.LATE: 1,
        Readiness.READY: 1,
    }
