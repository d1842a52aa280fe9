"""Services that are not integrated: handled by a unit, and nobody can file them here."""

from datetime import date

from hoso_workflows.reports import integration
from hoso_workflows.reports.integration import Gap, Service
from support import world as worlds
from support.world import DEPARTMENT, OTHER, PROVINCE

ADMINISTRATOR = worlds.person("administrator", PROVINCE)
BEFORE, DAY = date(2026, 3, 9), date(2026, 3, 10)
COMPETENT = """
insert into competence (unit_code, part, procedure_code, field, valid_from, basis)
values ($1, 'handling', $2, $3, '2026-03-09', 'QĐ 1')
"""
CLOSED = """
insert into procedure_opening (procedure_code, valid_from, is_open, basis, entered_at, entered_by)
values ('1.014464', $1, false, 'QĐ 2', $2, $3)
"""


async def test_what_nobody_can_file_here_is_listed_by_its_unit_with_the_reason(world: worlds.World) -> None:
    async def listed(day: date, *units: str) -> tuple[Service, ...]:
        return (await integration.unintegrated(world.db, units or None, day)).items

    assert await listed(BEFORE) == ()
    name, field = next(
        iter(
            await world.db.rows(
                "select name, manifest ->> 'field' from workflow_version where procedure_code = '1.014464'"
            )
        )
    )
    names = dict([tuple(row) for row in await world.db.rows("select code, name from unit")])
    await world.changed(COMPETENT, OTHER, "9.999999", None)
    await world.changed(COMPETENT, OTHER, None, field)
    await world.changed(CLOSED, DAY, worlds.FOUNDED, ADMINISTRATOR)
    missing = Service(OTHER, names[OTHER], "9.999999", None, Gap.NO_VERSION, None)
    closed = [Service(each, names[each], "1.014464", name, Gap.CLOSED, DAY) for each in (DEPARTMENT, OTHER)]
    assert await listed(BEFORE) == (missing,)
    assert await listed(DAY) == await listed(DAY, PROVINCE) == (*closed, missing)
    assert await listed(DAY, DEPARTMENT) == (closed[0],)
    assert await listed(date(2026, 3, 8), OTHER) == ()
    first = await integration.unintegrated(world.db, None, DAY, limit=2)
    rest = await integration.unintegrated(world.db, None, DAY, limit=2, after=first.after)
    assert (first.items, rest.items, rest.after) == ((*closed,), (missing,), None)
