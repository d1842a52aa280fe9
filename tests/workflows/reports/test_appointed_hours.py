"""Appointed hours that came in a period: the result was ready for its owner, or was not."""

from datetime import date, datetime
from typing import Any

from hoso_models import DeliveryMode
from hoso_workflows.lifecycle.commands import HandOver, Reopen, Suspend
from hoso_workflows.reports import lateness
from hoso_workflows.reports.lateness import Hours, Part
from support.builders.histories import local
from support.procedures import unlimited
from support.world import DESK, OTHER, World, person

CLERK = person("reception", DESK)
AFTER = local("2026-06-01 08:00")


async def hours(world: World, first: str, last: str, at: datetime = AFTER, **asked: Any) -> list[list[Any]]:
    """Unit, hours, ready ones, those not returned, those without a result."""
    period = date.fromisoformat(first), date.fromisoformat(last)
    made = await lateness.report_lateness(world.db, *period, at=at, **asked)
    return [
        [each.unit, each.hours, each.ready, each.not_returned, each.without_result]
        for each in made.hours or ()
    ]


async def test_hours_count_by_what_was_ready_then_whatever_is_fetched_or_sent_later(world: World) -> None:
    await unlimited.publish(world, unlimited.SIGNS)
    fetched, sealed_late = [await unlimited.signed(world) for _ in range(2)]
    posted, unsent = [await unlimited.signed(world, delivery_mode=DeliveryMode.POST) for _ in range(2)]
    for each in (fetched, posted, unsent):
        await world.completes(each, "2026-03-16 11:00")
    await world.does(posted, HandOver(), CLERK, "2026-03-20 09:00")
    await world.accepts(await world.files(procedure=unlimited.CODE))
    still = await world.accepts(await world.files(procedure=unlimited.CODE))
    await world.does(still, Suspend("Luật số 1", "Chờ kết luận"), person("head", OTHER), "2026-03-04 10:00")
    before = await hours(world, "2026-03-23", "2026-03-23", local("2026-03-23 17:30"))

    # What its owner fetches a month later was ready; what comes to the desk, or is sent, after the hour was not.
    await world.does(fetched, HandOver(), CLERK, "2026-04-20 09:00")
    await world.completes(sealed_late, "2026-03-24 09:00")
    await world.does(unsent, HandOver(), CLERK, "2026-03-24 09:00")

    assert before == await hours(world, "2026-03-01", "2026-03-31") == [[OTHER, 5, 2, 2, 1]]
    assert await hours(world, "2026-03-01", "2026-03-31", part=Part.RECEIVING) == [[DESK, 5, 2, 2, 1]]
    assert await hours(world, "2026-03-01", "2026-03-31", unit=DESK) == []
    assert await hours(world, "2026-04-01", "2026-04-30") == []


async def test_a_kept_report_gives_its_hours_again_and_one_kept_before_they_were_counted_none(
    world: World,
) -> None:
    await unlimited.publish(world, unlimited.SIGNS)
    await unlimited.signed(world)
    march = date(2026, 3, 1), date(2026, 3, 31)
    first = await lateness.report_lateness(world.db, *march, at=AFTER)

    again = await lateness.report_lateness(world.db, *march, at=local("2026-07-01 08:00"))
    await world.changed("update report set figures = figures - 'hours'")
    older = await lateness.report_lateness(world.db, *march, at=local("2026-07-01 08:00"))

    name = "Sở Y tế"
    assert again.hours == first.hours == (Hours(OTHER, name, unlimited.CODE, 1, 0, 1, 0),)
    assert older.hours is None


async def test_the_hour_of_a_result_that_was_taken_up_again_since_stays_as_it_was(world: World) -> None:
    """The projection has lost the first result then; its events tell."""
    await unlimited.publish(world, unlimited.SIGNS)
    fetched, unsent = (
        await unlimited.signed(world),
        await unlimited.signed(world, delivery_mode=DeliveryMode.POST),
    )
    for each in (fetched, unsent):
        await world.completes(each, "2026-03-16 11:00")
    await world.does(fetched, HandOver(), CLERK, "2026-03-20 09:00")
    await world.does(unsent, HandOver(), CLERK, "2026-03-24 09:00")
    before = await hours(world, "2026-03-23", "2026-03-23", local("2026-04-01 08:00"))

    for each in (fetched, unsent):
        await world.does(
            each, Reopen("Sai sót", "Quyết định số 9"), person("head", OTHER), "2026-04-02 09:00"
        )
    await world.changed("truncate report")

    assert await hours(world, "2026-03-23", "2026-03-23") == before == [[OTHER, 2, 1, 1, 0]]
