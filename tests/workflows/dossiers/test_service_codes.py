"""Codes and numbers: by unit and local day, in the form that holds on that day, as wide as needed."""

import asyncio
from datetime import date

import pytest

from hoso_workflows import errors
from hoso_workflows.letters import numbering
from hoso_workflows.letters.numbering import Template
from support.world import DEPARTMENT, DESK, World


async def test_the_day_of_a_code_begins_at_midnight_in_vietnam(world: World) -> None:
    """17:00 UTC is midnight there."""
    evening = await world.accepts(await world.files(), "2026-03-02 23:59")
    morning = await world.accepts(await world.files(), "2026-03-03 00:00")
    assert (evening.code, morning.code) == ("H27.PVHCC-260302-0001", "H27.PVHCC-260303-0001")


async def test_the_ten_thousandth_code_of_a_day_is_one_digit_wider(world: World) -> None:
    await world.changed("insert into code_sequence values ($1, '2026-03-02', 9998)", DESK)
    accepted = [await world.accepts(await world.files()) for _ in range(2)]
    assert [each.code for each in accepted] == ["H27.PVHCC-260302-9999", "H27.PVHCC-260302-10000"]


async def test_codes_are_counted_for_each_unit_and_day(world: World) -> None:
    asked = [(DESK, date(2026, 3, 2)), (DEPARTMENT, date(2026, 3, 2)), (DESK, date(2026, 3, 3))]
    found = await asyncio.gather(*(numbering.next_code(world.db, *each) for each in asked * 2))
    assert sorted(found) == [
        "H27.PVHCC-260302-0001",
        "H27.PVHCC-260302-0002",
        "H27.PVHCC-260303-0001",
        "H27.PVHCC-260303-0002",
        "H27.SVHTTDL-260302-0001",
        "H27.SVHTTDL-260302-0002",
    ]


async def test_letters_are_numbered_for_each_unit_form_and_year(world: World) -> None:
    asked = [(DESK, "01", 2026), (DESK, "02", 2026), (DESK, "01", 2027), (DESK, "01", 2026)]
    assert [await numbering.next_letter(world.db, *each) for each in asked] == [1, 1, 1, 2]


async def test_a_refused_acceptance_takes_no_number(world: World) -> None:
    filed = await world.files()
    await world.accepts(filed)
    with pytest.raises(errors.TaskNotOpen):
        await world.accepts(filed)
    assert await world.one("select last from code_sequence") == 1


def test_a_code_is_written_as_the_template_of_its_day_says(monkeypatch: pytest.MonkeyPatch) -> None:
    old = Template("{unit}-{yymmdd}-{number:04}", date(2018, 6, 22), date(2026, 6, 30), "Thông tư 01/2018")
    new = Template("{unit}-{yymmdd}-11{number:04}", date(2026, 7, 1), None, "Thông tư 04/2025")
    monkeypatch.setattr(numbering, "templates", lambda: (old, new))
    assert numbering.code("H27.16", date(2026, 6, 30), 7) == "H27.16-260630-0007"
    assert numbering.code("H27.16", date(2026, 7, 1), 7) == "H27.16-260701-110007"


def test_a_day_before_every_template_has_no_code() -> None:
    with pytest.raises(errors.NotFound):
        numbering.code("000.00.16.H27", date(2018, 6, 21), 1)


def test_the_published_example_is_written_as_published() -> None:
    """Circular 01/2018 art. 19."""
    assert numbering.code("000.00.16.H27", date(2018, 8, 3), 1) == "000.00.16.H27-180803-0001"
