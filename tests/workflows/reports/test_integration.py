"""Services that are not integrated: handled by a unit, and nobody can file them here."""

from datetime import date

from hoso_models import Integration
from hoso_workflows.reports import integration
from hoso_workflows.reports.integration import Gap, Service, UnitSystem
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


LEVEL = """
insert into service_level (procedure_code, kind, decision_no, decision_date, valid_from, entered_at, entered_by)
values ('1.014464', 'partial', '5/QĐ', $1, $1, $2, $3)
"""
SYSTEM = """
insert into agency_system (unit_code, name, purpose, state, state_from, entered_at, entered_by, changed_at, changed_by)
values ($1, $2, 'Xử lý hồ sơ', $3, '2026-03-09', $4, $5, $4, $5)
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


async def test_each_service_is_told_with_its_level_of_the_day_and_the_systems_of_its_agency(
    world: worlds.World,
) -> None:
    by = (worlds.FOUNDED, ADMINISTRATOR)
    await world.changed(CLOSED, BEFORE, *by)
    await world.changed(LEVEL, DAY, *by)
    for unit, name, state in (
        (PROVINCE, "Cổng chung", "under_way"),
        (DEPARTMENT, "Một cửa của sở", "apart"),
        (DEPARTMENT, "Bản cũ", "ended"),
        (OTHER, "Của sở khác", "integrated"),
    ):
        await world.changed(SYSTEM, unit, name, state, *by)
    systems = (
        UnitSystem(DEPARTMENT, "Một cửa của sở", Integration.APART),
        UnitSystem(PROVINCE, "Cổng chung", Integration.UNDER_WAY),
    )
    for day, level in ((BEFORE, None), (DAY, "partial")):
        (found,) = (await integration.unintegrated(world.db, None, day)).items
        assert (found.procedure, found.service_level, found.systems) == ("1.014464", level, systems)
