"""Lists that a message enters, whoever has written it."""

import asyncio
from datetime import date, datetime
from uuid import UUID

import pytest

from hoso_workflows.notifications import outbox, undelivered
from hoso_workflows.organisation import permissions, units
from support.builders.histories import local
from support.world import DEPARTMENT, DESK, FOUNDED, OTHER, PROVINCE, World, person

# Each test asks about messages of its own.
pytestmark = pytest.mark.world("shared")

AT = local("2026-03-06 09:00")


async def told(world: World, key: str, topic: str, **payload: str) -> set[UUID]:
    """People who find a new message without a recipient in their list."""
    await world.changed(
        "insert into outbox (dedup_key, topic, payload, created_at, available_at) values ($1, $2, $3::jsonb, $4, $4)",
        key,
        topic,
        payload,
        AT,
    )
    rows = await world.db.rows(
        "select n.principal_id from notice n join outbox o on o.id = n.message_id where o.dedup_key = $1",
        [key],
    )
    return {UUID(int=row.principal_id.int) for row in rows}


async def aside(world: World, key: str) -> object:
    """Reason for which a message is not mailed in a house without mail."""
    await outbox.deliver(world.db, [], at=AT)
    return await world.one("select aside from outbox where dedup_key = $1", key)


async def test_a_unit_s_message_is_for_its_heads_and_reception(world: World) -> None:
    assert await told(world, "heads", "unit.asked", unit=OTHER) == {
        person(role, OTHER) for role in ("head", "division_head", "agency_head")
    }
    assert await aside(world, "heads") == "portal"


async def test_without_heads_it_is_for_all_who_work_there_and_without_these_it_reaches_nobody(
    world: World,
) -> None:
    ends = "update role_assignment set valid_to = '2026-03-01' where unit_code = $1 and role like '%head'"
    await world.changed(ends, DEPARTMENT)
    there = await told(world, "workers", "unit.asked", unit=DEPARTMENT)
    assert {person("specialist"), person("clerk")} <= there
    assert {person("head"), person("procedure_declarer")}.isdisjoint(there)
    await world.changed("update role_assignment set valid_to = '2026-03-01' where unit_code = $1", DEPARTMENT)
    assert await told(world, "nobody", "unit.asked", unit=DEPARTMENT) == set()
    assert await aside(world, "nobody") == "unreached"


async def test_what_reached_nobody_enters_the_lists_of_who_is_there_when_it_is_released(
    world: World,
) -> None:
    held = "update role_assignment set valid_to = $2 where principal_id = $1"
    leader = person("provincial_leader", PROVINCE)
    await world.changed(held, leader, date(2026, 3, 5))
    await world.changed(
        "insert into role_assignment (principal_id, unit_code, role, valid_from)"
        " select $1, $2, unnest($3::text[]), '2026-01-01'",
        person("specialist"),
        PROVINCE,
        list(permissions.OFFICES),
    )
    assert await told(world, "offices", "unit.asked", unit=PROVINCE) == set()
    assert await aside(world, "offices") == "unreached"

    async def releases(at: datetime) -> list[tuple[UUID, datetime]]:
        number = await world.one("select id from outbox where dedup_key = 'offices'")
        assert isinstance(number, int)
        released = await undelivered.release(
            world.db, [number], None, actor=person("administrator", PROVINCE), at=at
        )
        assert released == 1
        await outbox.deliver(world.db, [], at=at)
        listed = await world.db.rows("select principal_id, at from notice where message_id = $1", [number])
        return [(UUID(int=row.principal_id.int), row.at) for row in listed]

    assert await releases(AT) == []
    await world.changed(held, leader, None)
    later = local("2026-03-09 09:00")
    assert await releases(later) == [(leader, later)]
    assert await aside(world, "offices") == "portal"
    with pytest.raises(undelivered.NotSetAside):
        await releases(later)


async def test_of_several_who_release_everything_at_once_one_does(world: World) -> None:
    assert await told(world, "several", "unit.asked", unit="unknown") == set()
    assert await aside(world, "several") == "unreached"
    found = len((await undelivered.search(world.db, None, aside=True)).items)
    by = person("administrator", PROVINCE)
    released = await asyncio.gather(
        *(undelivered.release(world.db, None, None, actor=by, at=AT) for _ in range(4))
    )
    assert sum(released) == found


async def test_who_acts_for_an_absent_officer_is_told_as_well_and_who_has_left_is_not(world: World) -> None:
    async with world.db.transaction() as tx:
        acting = person("specialist", OTHER)
        units.substitute(
            tx, person("head", OTHER), acting, date(2026, 3, 6), date(2026, 3, 6), reason="Nghỉ phép"
        )
    left = person("agency_head", OTHER)
    await world.changed("update principal set closed_at = $2 where id = $1", left, FOUNDED)
    assert await told(world, "acting", "unit.asked", unit=OTHER) == {
        *(person("head", OTHER), person("division_head", OTHER)),
        acting,
    }


async def test_what_another_system_fetches_is_in_no_list_and_what_is_for_the_desk_in_receptions(
    world: World,
) -> None:
    assert await told(world, "partner", "partner.message") == set()
    filed = await world.files()
    await world.changed(
        "insert into outbox (dedup_key, topic, dossier_id, created_at, available_at)"
        " select 'desk', 'desk.asked', id, $2, $2 from dossier where reference = $1",
        filed.reference,
        AT,
    )
    rows = await world.db.rows(
        "select n.principal_id from notice n join outbox o on o.id = n.message_id where o.dedup_key = 'desk'"
    )
    assert person("reception", DESK) in [row.principal_id for row in rows]
