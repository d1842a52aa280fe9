"""A command becomes rows."""

from world import World


async def test_a_dossier_walks_from_the_desk_to_the_applicant(world: World) -> None:
    filed = await world.files()
    accepted = await world.accepts(filed)
    for _ in range(3):
        accepted = await world.completes(accepted)
    decided = await world.completes(accepted, outcome="Trình UBND tỉnh")
    ready = await world.completes(decided, "2026-03-04 09:00")
    returned = await world.completes(ready, "2026-03-05 09:00")
    statuses = [x.status for x in (filed, accepted, ready, returned)]
    assert statuses == ["filed", "in_process", "result_ready", "returned"]
    assert returned.code == "H27.PVHCC-260302-0001"
    assert returned.body["verdict"] == "early"
