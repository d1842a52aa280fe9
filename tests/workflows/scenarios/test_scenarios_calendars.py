"""Scenarios count by the calendars of the house in which the package is declared, shown and played."""

import pytest

import hoso_calendar as wt
from hoso_bpmn.package import package
from hoso_bpmn.package.bundle import Parcel
from hoso_workflows import errors
from hoso_workflows.calendars import register
from hoso_workflows.procedures import examination, publication
from support import calendars, scenario_calendars
from support.calendars import ADMINISTRATOR, Way
from support.scenario_calendars import CALENDAR, WHOLE_DAYS, counted_by
from support.world import FOUNDED, World, own, person

DECLARER = person("procedure_declarer")
CODE = "9.000001"


async def kept(world: World, text: bytes, number: int = 1) -> None:
    """Bring a text of the calendar its whole way."""
    way = Way(world, CALENDAR)
    await way.entered(text)
    await way.previewed(number)
    await way.approved(number)
    await way.applied(number)


async def test_a_calendar_of_the_house_is_known_wherever_its_scenarios_are_played(world: World) -> None:
    await own(world.db, CODE)
    data = counted_by("2026-03-02 17:00:00")
    with pytest.raises(errors.PackageRefused) as refused:
        await publication.declare(world.db, data, actor=DECLARER, at=FOUNDED)
    (finding,) = refused.value.report.findings
    assert (finding.rule, finding.file, str(finding.message)) == (
        "scenario-key",
        "scenarios/thu.toml",
        "given.calendar: no calendar 'lam-dong-thu'; known are cao-bang, ha-tinh, nghe-an, vn.",
    )
    await calendars.administrators(world.db)
    await register.create(world.db, CALENDAR, "Lịch thử", unit=None, actor=ADMINISTRATOR, at=FOUNDED)
    await kept(world, scenario_calendars.text(WHOLE_DAYS))
    assert (await examination.examine(world.db, data, actor=DECLARER, at=FOUNDED)).ok
    version = await publication.declare(world.db, data, actor=DECLARER, at=FOUNDED)
    declared = await publication.declared(world.db, version.procedure, version.number)
    assert (await examination.played(world.db, declared)).failed == 0
    # The same version, by the calendar as it is revised: what was kept of the last run is not shown.
    await kept(world, scenario_calendars.text("08:00-11:00"), 2)
    (scenario,) = (await examination.played(world.db, declared)).scenarios
    assert [str(each) for each in scenario.differences] == [
        "step 1, 2026-03-02 08:00 file: reception_due should be 2026-03-02 17:00, but is 2026-03-04 10:00"
    ]


def test_a_parcel_brings_its_calendars_through_the_wall() -> None:
    texts = {"lam-dong-thu": scenario_calendars.text(WHOLE_DAYS), **wt.sources("vn")}
    parcel = Parcel(counted_by("2026-03-02 17:00:00"), calendars=texts)
    again = Parcel.unpacked(parcel.packed())
    assert (again.calendars, again.known, package.read(again.data).code) == (texts, {}, CODE)
