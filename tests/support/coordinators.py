"""A coordinator of a province, and the two recipients that its regulation names, for tests."""

from datetime import date
from uuid import UUID

from hoso_models import PrincipalKind
from hoso_workflows.coordination import recipients
from hoso_workflows.coordination.asking import Asked
from hoso_workflows.organisation import principals, units
from support.world import FOUNDED, OTHER, PROVINCE, SINCE, World, instant, person

COORDINATOR = person("coordinator", PROVINCE)
BASIS = "Quyết định 15/2016/QĐ-UBND điều 17 khoản 7"


def asked(by: UUID, at: str = "2026-03-02 09:00") -> Asked:
    """Somebody who asks at a local time."""
    return Asked(by, instant(at))


async def appointed(world: World) -> UUID:
    """The coordinator of the province, entered once."""
    if await world.one("select count(*) from principal where id = $1", COORDINATOR):
        return COORDINATOR
    async with world.db.transaction() as tx:
        name = f"coordinator 1 · {PROVINCE}"
        principals.principal(tx, PrincipalKind.OFFICER, name, at=FOUNDED, identity=COORDINATOR)
        await tx.flush()
        units.assign(tx, COORDINATOR, PROVINCE, "coordinator", SINCE)
    return COORDINATOR


async def both_named(world: World) -> None:
    """The heads of a department and the leaders of the province are told of outages."""
    await named(world, (OTHER, None), (PROVINCE, "provincial_leader"))


async def named(world: World, *places: tuple[str, str | None]) -> None:
    """Units are told of outages in the province, each with the role that is meant there."""
    by = asked(await appointed(world))
    for unit, role in places:
        entry = recipients.Entry(PROVINCE, unit, BASIS, date(2026, 1, 1), role)
        await recipients.enter(world.db, entry, by)
