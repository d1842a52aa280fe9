"""The duty roster: officers of the unit on its working days, entered by its head or administrator."""

import asyncio
from datetime import date
from uuid import UUID

import pytest

from hoso_models import DutyKind
from hoso_workflows import errors
from hoso_workflows.organisation import duty_roster, units
from hoso_workflows.organisation.duty_roster import DutyDay, Entry, OnDuty
from hoso_workflows.procedures.reference_data import calendar_of
from support.world import DESK, OTHER, PROVINCE, World, instant, person

CLERK, SECOND = person("reception", DESK), person("reception", DESK, 2)
HEAD, ADMINISTRATOR = person("head", DESK), person("administrator", PROVINCE)
MONDAY, TUESDAY, SATURDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 7)
AT = instant("2026-03-02 08:00")


async def enters(world: World, *entries: Entry, actor: UUID = HEAD, at: str = "2026-03-02 08:00") -> None:
    calendar = await calendar_of(world.service.reference_data, DESK)
    await duty_roster.enter(world.db, calendar, DESK, entries, actor=actor, at=instant(at))


async def shown(world: World, first: date = MONDAY, last: date = SATURDAY) -> list[DutyDay]:
    calendar = await calendar_of(world.service.reference_data, DESK)
    return list(await duty_roster.roster(world.db, calendar, DESK, first, last, at=AT))


def main(day: date, who: UUID | None = CLERK) -> Entry:
    return Entry(day, DutyKind.MAIN, who)


def backup(day: date, who: UUID | None = SECOND) -> Entry:
    return Entry(day, DutyKind.BACKUP, who)


async def test_the_working_days_are_shown_with_who_is_on_duty_and_gaps_are_marked(world: World) -> None:
    await enters(world, main(MONDAY), backup(MONDAY), backup(TUESDAY))
    name = "reception {} · Trung tâm Phục vụ hành chính công tỉnh"
    first, second = OnDuty(CLERK, name.format(1), True), OnDuty(SECOND, name.format(2), True)
    found = await shown(world)
    assert found[:2] == [DutyDay(MONDAY, first, second), DutyDay(TUESDAY, None, second)]
    assert [(each.day.day, each.covered) for each in found] == [
        (2, True),
        (3, True),
        (4, False),
        (5, False),
        (6, False),
    ]


async def test_a_place_is_given_to_somebody_else_and_cleared(world: World) -> None:
    await enters(world, main(MONDAY))
    await enters(world, main(MONDAY, SECOND), actor=ADMINISTRATOR)
    (day, *_) = await shown(world)
    assert day.main is not None
    assert day.main.id == SECOND
    await enters(world, main(MONDAY, None))
    (day, *_) = await shown(world)
    assert (day.main, day.covered) == (None, False)


async def test_an_officer_who_leaves_the_unit_covers_no_day_any_more(world: World) -> None:
    await enters(world, main(TUESDAY))
    await world.changed("update role_assignment set valid_to = '2026-03-02' where principal_id = $1", CLERK)
    day = (await shown(world))[1]
    assert day.main is not None
    assert (day.main.available, day.covered) == (False, False)


REFUSED = {
    "a day that has passed": (main(date(2026, 2, 27)), "has passed"),
    "a day that has passed, cleared": (main(date(2026, 2, 27), None), "has passed"),
    "a Saturday": (main(SATURDAY), "no working day"),
    "a holiday": (main(date(2026, 4, 30)), "no working day"),
    "an officer of another unit": (main(MONDAY, person("clerk", OTHER)), "plays no role"),
    "a citizen": (main(MONDAY, person("citizen", "")), "plays no role"),
    "nobody known": (main(MONDAY, UUID(int=404)), "plays no role"),
}


@pytest.mark.world("shared")
@pytest.mark.parametrize("what", REFUSED)
async def test_what_cannot_be_entered_is_refused_and_nothing_of_the_rest_is_entered(
    world: World, what: str
) -> None:
    wrong, said = REFUSED[what]
    with pytest.raises(errors.FormRefused, match=said):
        await enters(world, backup(TUESDAY), wrong)
    assert await world.one("select count(*) from duty") == 0


async def test_one_officer_does_not_stand_in_for_themselves(world: World) -> None:
    with pytest.raises(errors.FormRefused, match="one officer has both places"):
        await enters(world, main(MONDAY), backup(MONDAY, CLERK))
    with pytest.raises(errors.FormRefused, match="name each day once"):
        await enters(world, main(MONDAY), main(MONDAY, SECOND))
    with pytest.raises(errors.FormRefused, match="name at least one day"):
        await enters(world)


async def test_a_closed_officer_is_not_entered(world: World) -> None:
    await world.changed("update principal set closed_at = '2026-03-01' where id = $1", CLERK)
    with pytest.raises(errors.FormRefused, match="plays no role"):
        await enters(world, main(MONDAY))


async def test_a_day_beyond_the_calendar_is_told(world: World) -> None:
    with pytest.raises(errors.CalendarEnds):
        await enters(world, main(date(2190, 3, 1)))


@pytest.mark.world("shared")
@pytest.mark.parametrize(
    "actor", [CLERK, person("head", OTHER), person("procedure_approver", PROVINCE), person("citizen", "")]
)
async def test_only_the_head_and_administrators_enter_it(world: World, actor: UUID) -> None:
    with pytest.raises(errors.Forbidden, match="head or administrator"):
        await enters(world, main(MONDAY), actor=actor)


async def test_an_administrator_of_another_unit_does_not_enter_it(world: World) -> None:
    async with world.db.transaction() as tx:
        units.assign(tx, person("head", OTHER), OTHER, "administrator", date(2026, 1, 1))
    with pytest.raises(errors.Forbidden):
        await enters(world, main(MONDAY), actor=person("head", OTHER))


async def test_many_at_once_leave_one_officer_on_each_place(world: World) -> None:
    await asyncio.gather(*(enters(world, main(MONDAY, who)) for who in (CLERK, SECOND) * 4))
    assert await world.one("select count(*) from duty") == 1


async def test_a_period_that_cannot_be_is_refused(world: World) -> None:
    for last in (date(2026, 3, 1), date(2027, 3, 4)):
        with pytest.raises(errors.FormRefused, match="to: the period begins at most 366 days"):
            await shown(world, last=last)
