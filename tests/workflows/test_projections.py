"""What lists read is what the events say, and can be written again from them."""

from world import World

from hoso_workflows import audit


async def test_a_sound_database_shows_no_difference(world: World) -> None:
    filed = await world.files()
    await world.accepts(filed)
    assert [str(found) async for found in audit.differences(world.office)] == []
