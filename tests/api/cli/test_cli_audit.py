"""`hoso audit` of the house's own rows, and how an operator seals one that was put right by hand."""

from support import databases
from support.command_line import hoso
from support.world import World


async def test_an_altered_row_of_the_house_is_found_until_it_is_put_right_and_sealed(
    world: World, world_url: str
) -> None:
    await databases.changed(world_url, "update unit set name = 'Sở khác' where code = 'H27.SYT'")
    found = hoso("audit", "--json", url=world_url)
    assert (found.status, [(each["reference"], each["what"], each["said"]) for each in found.json]) == (
        1,
        [("unit H27.SYT", "name", '"Sở Y tế"')],
    )
    await world.db.one_statement("update unit set name = 'Sở Y tế' where code = 'H27.SYT'")
    # It is as it was, yet that it was not is known until somebody answers for it.
    assert hoso("audit", url=world_url).status == 1
    assert hoso("audit", "--seal", "unit H27.SYT", url=world_url).status == 2
    assert hoso("audit", "--seal", "unit H28", "--reason", "như quyết định 3", url=world_url).status == 1
    assert hoso("audit", "--seal", "unit H27.SYT", "--reason", "như quyết định 3", url=world_url).status == 0
