"""Internal registers are read in one's own authority, above it, and below an office."""

from uuid import UUID

import pytest

from hoso_workflows.organisation import asking
from hoso_workflows.procedures import overview
from support.coordinators import asked
from support.world import DEPARTMENT, DESK, OTHER, PROVINCE, STRANGER, World, person

HEAD, ELSEWHERE = person("head"), person("clerk", OTHER)


async def units(world: World, reader: UUID) -> set[str]:
    return set((await asking.circle(world.db, asked(reader))).units)


@pytest.fixture
async def rooms(world: World) -> list[str]:
    """Two units of the department, one below the other, that answer for nothing themselves; a third is of another province."""
    made = [("R1", DEPARTMENT), ("R2", "R1"), ("NA", None)]
    for code, parent in made:
        await world.changed(
            "insert into unit (code, name, kind, level, parent_code, calendar, is_authority, assignment, valid_from)"
            " select $1, 'Phòng ' || $1, kind, level, $2, calendar, false, assignment, valid_from from unit where code = $3",
            *(code, parent, DEPARTMENT),
        )
    return ["R1", "R2", "NA"]


async def test_a_circle_is_ones_authority_with_all_its_rooms_and_what_is_above(
    world: World, rooms: list[str]
) -> None:
    await world.changed("update principal set home_unit_code = 'R2' where id = $1", STRANGER)
    assert [
        await units(world, each) for each in (HEAD, ELSEWHERE, person("provincial_leader", PROVINCE))
    ] == [
        {PROVINCE, DEPARTMENT, "R1", "R2"},
        {PROVINCE, OTHER},
        {PROVINCE, DESK, DEPARTMENT, OTHER, "R1", "R2"},
    ]


async def test_who_works_in_a_room_of_the_authority_reads_what_is_of_the_whole(
    world: World, rooms: list[str]
) -> None:
    await world.changed("update role_assignment set unit_code = 'R2' where principal_id = $1", ELSEWHERE)
    await world.changed("update principal set home_unit_code = 'NA' where id = $1", HEAD)
    await world.changed("delete from role_assignment where principal_id = $1", HEAD)
    assert [await units(world, each) for each in (ELSEWHERE, HEAD)] == [
        {PROVINCE, DEPARTMENT, "R1", "R2"},
        {"NA"},
    ]


async def test_officers_of_another_authority_are_named_by_their_unit(world: World) -> None:
    within = await asking.circle(world.db, asked(ELSEWHERE))
    found = await overview.names(world.db, [HEAD, ELSEWHERE, None], within)
    assert found == {HEAD: "Sở Văn hóa, Thể thao và Du lịch", ELSEWHERE: "clerk 1 · Sở Y tế"}
