"""Owed reports on the ladder: whom they are told to, when, once, and up to the coordinating function."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from hoso_models import RungRecipient, RungSubject
from hoso_workflows.audit import stored_rows
from hoso_workflows.ladder import acts
from hoso_workflows.ladder.acts import Wanted
from hoso_workflows.monitoring import escalation, escalation_preview, escalations_told
from hoso_workflows.monitoring.escalation import Level
from hoso_workflows.monitoring.escalation_preview import Foreseen
from hoso_workflows.notifications import wording
from hoso_workflows.organisation import units
from hoso_workflows.reports.obligations import acts as report_acts
from hoso_workflows.reports.obligations import register, sweep
from hoso_workflows.reports.obligations.acts import By
from hoso_workflows.reports.obligations.register import Obligation
from support import owed_reports
from support import world as worlds
from support.builders.histories import local
from support.world import DEPARTMENT, DESK, OTHER, PROVINCE, person

CLERK, LEADER, WAITING = person("clerk"), person("provincial_leader", PROVINCE), person("head", DESK)
HEADS = sorted(person(role) for role in ("agency_head", "division_head", "head"))
COORDINATOR, ABOVE = person("specialist", OTHER), person("procedure_approver", PROVINCE)
READY = local("2026-02-02 08:00")
Said = tuple[str, list[UUID]]


@pytest.fixture
async def owed(world: worlds.World) -> Obligation:
    """The report that a part of the province owes before 5 March."""
    await world.changed("update unit set is_authority = false where code = $1", DEPARTMENT)
    async with world.db.transaction() as tx:
        units.assign(tx, ABOVE, PROVINCE, "agency_head", worlds.SINCE)
        units.assign(tx, COORDINATOR, PROVINCE, "coordinator", worlds.SINCE)
    await owed_reports.owed(
        world, local("2026-01-06 08:00"), replace(owed_reports.QUARTERLY, owing=(DEPARTMENT,))
    )
    await sweep.sweep(world.db, at=READY)
    (found,) = await register.listed(world.db, None, period="2026-Q1", unit=DEPARTMENT)
    return found


async def swept(world: worlds.World, at: str) -> escalation.Swept:
    calendars = await world.service.reference_data.unit_calendars()
    return await escalation.sweep(world.db, calendars, at=local(at))


async def told(world: worlds.World, at: str, *, sweeps: int = 1) -> list[Said]:
    """Messages that sweeps at an instant send of the department's report, by level."""
    before = await world.one("select coalesce(max(id), 0) from outbox")
    await asyncio.gather(*(swept(world, at) for _ in range(sweeps)))
    rows = await world.db.rows(
        "select topic, array_agg(recipient_id order by recipient_id) from outbox where id > $1"
        " and topic like 'escalation.report%' and payload ->> 'unit' = $2 group by topic order by topic",
        [before, DEPARTMENT],
    )
    return [(topic.removeprefix("escalation."), people) for topic, people in rows]


async def enters(world: worlds.World, level: str, recipient: str, days: int, **said: Any) -> None:
    wanted = Wanted(
        level=level,
        subject=RungSubject.REPORT,
        recipient=RungRecipient(recipient),
        days=days,
        valid_from=date(2026, 2, 2),
        basis="QĐ 1",
        **said,
    )
    await acts.enter(world.db, wanted, actor=owed_reports.ADMINISTRATOR, at=READY)


async def submits(world: worlds.World, found: Obligation, at: str) -> None:
    await report_acts.write(world.db, found.id, {"proposals": "x"}, By(CLERK, local(at)))
    await report_acts.approve(world.db, found.id, By(HEADS[0], local(at)))
    await report_acts.submit(world.db, found.id, By(CLERK, local(at)))


async def test_a_report_goes_up_from_the_heads_to_the_agency_and_the_coordinating_function_each_once(
    world: worlds.World, owed: Obligation
) -> None:
    days: Sequence[tuple[str, list[Said]]] = (
        ("2026-02-20 23:59", []),
        ("2026-02-23 00:00", [("report_due", HEADS)]),
        ("2026-03-04 23:59", []),
        ("2026-03-05 00:01", [("report_awaited", [WAITING]), ("report_late", HEADS)]),
        ("2026-03-09 23:59", []),
        ("2026-03-10 00:00", [("report_late_agency", [ABOVE])]),
        ("2026-03-11 23:59", []),
        ("2026-03-12 00:00", [("report_late_coordinator", [COORDINATOR])]),
        ("2026-04-01 08:00", []),
    )
    for at, said in days:
        assert (at, await told(world, at, sweeps=3)) == (at, said)
        assert (at, await told(world, at)) == (at, [])
    remembered = await world.db.rows(
        "select level, count(*)::int as times from escalation where subject_kind = 'report' and subject_id = $1 group by 1",
        [owed.id],
    )
    assert {row.level: row.times for row in remembered} == dict.fromkeys(
        (level.value for level in Level if level.startswith("report")), 1
    )


async def test_after_an_outage_everybody_hears_of_the_last_rung_alone_and_the_preview_says_so(
    world: worlds.World, owed: Obligation
) -> None:
    await enters(world, "report_again", "head", 2)
    calendars = await world.service.reference_data.unit_calendars()
    foreseen: list[Foreseen] = []
    after: str | None = ""
    while after is not None:
        # Page by page nobody is left out, however many are told of one report.
        page = await escalation_preview.preview(
            world.db, calendars, [DEPARTMENT], at=local("2026-03-11 08:00"), limit=1, after=after
        )
        foreseen, after = [*foreseen, *page.items], page.after
    said = await told(world, "2026-03-11 08:00")

    assert said == [
        ("report_again", HEADS),
        ("report_awaited", [WAITING]),
        ("report_late_agency", [ABOVE]),
    ]
    assert sorted((each.level, each.recipient) for each in foreseen) == [
        (level, each) for level, people in said for each in people
    ]
    assert {(each.id, each.watched, each.report, each.period, each.code) for each in foreseen} == {
        (owed.id, RungSubject.REPORT, owed_reports.QUARTERLY.name, "2026-Q1", None)
    }
    lately = await escalations_told.search(world.db, [DEPARTMENT], at=local("2026-03-11 08:01"))
    assert sorted((each.level, each.recipient, each.obligation) for each in lately.items) == [
        (level, each, owed.id) for level, people in said for each in people
    ]
    payload = await world.one("select payload from outbox where topic = 'escalation.report_again' limit 1")
    assert wording.said("escalation.report_again", payload) == (
        "Chưa gửi báo cáo 2026-Q1: Báo cáo quý về dịch vụ công trực tuyến",
        (
            "Sở Văn hóa, Thể thao và Du lịch phải gửi Báo cáo quý về dịch vụ công trực tuyến, kỳ 2026-Q1,"
            " trước ngày 05/03/2026, mà chưa gửi."
        ),
    )


async def test_who_hears_of_the_last_rung_alone_is_not_written_down_as_told_of_the_one_before(
    world: worlds.World, owed: Obligation
) -> None:
    async with world.db.transaction() as tx:
        units.assign(tx, HEADS[0], DESK, "head", worlds.SINCE)
    said = await told(world, "2026-03-05 08:00")
    assert said == [("report_awaited", sorted([HEADS[0], WAITING])), ("report_late", HEADS[1:])]
    written = await world.one("select recipient_id from escalation where level = 'report_late'")
    assert written in HEADS[1:]
    at = local("2026-03-05 08:01")
    found = [each async for each in stored_rows.differences(world.db, at)]
    assert [each for each in found if each.reference.startswith("escalation")] == []


async def test_the_narrowest_rung_of_a_level_holds_for_a_report_too(
    world: worlds.World, owed: Obligation
) -> None:
    await enters(world, "report_late", "head", 0, unit=DEPARTMENT, silent=True)
    await enters(world, "report_late_agency", "coordinator", 1, unit=PROVINCE, unit_kind="department")
    await enters(world, "report_due", "holder", -1)
    assert await told(world, "2026-03-04 00:00") == [("report_due", HEADS)]
    assert await told(world, "2026-03-05 08:00") == [("report_awaited", [WAITING])]
    assert await told(world, "2026-03-06 00:00") == [("report_late_agency", [COORDINATOR])]


async def test_the_officer_who_writes_a_report_holds_it_and_who_acts_for_them_is_told(
    world: worlds.World, owed: Obligation
) -> None:
    await enters(world, "report_unfinished", "holder", -2)
    await report_acts.write(world.db, owed.id, {"proposals": "x"}, By(CLERK, READY))
    async with world.db.transaction() as tx:
        units.substitute(
            tx, CLERK, person("specialist"), date(2026, 3, 3), date(2026, 3, 3), reason="Nghỉ phép"
        )
    assert ("report_unfinished", [person("specialist")]) in await told(world, "2026-03-03 08:00")


async def test_a_submitted_report_is_told_of_no_more_also_where_it_was_returned(
    world: worlds.World, owed: Obligation
) -> None:
    await told(world, "2026-02-23 08:00")
    await submits(world, owed, "2026-03-02 08:00")
    assert await told(world, "2026-03-05 08:00") == []
    by = By(person("reception", DESK), local("2026-03-06 08:00"))
    await report_acts.return_(world.db, owed.id, "Thiếu số liệu", by)
    assert await told(world, "2026-03-20 08:00") == []


async def test_where_nobody_can_be_told_the_next_sweep_tries_again_and_after_120_days_none_does(
    world: worlds.World, owed: Obligation
) -> None:
    gone = "update role_assignment set valid_to = $1 where role = 'coordinator'"
    await world.changed(gone, date(2026, 3, 1))
    assert (await swept(world, "2026-03-12 08:00")).unaddressed == 1
    await world.changed(gone, None)
    assert await told(world, "2026-03-12 08:05") == [("report_late_coordinator", [COORDINATOR])]

    await world.changed("delete from escalation where subject_id = $1", owed.id)
    await world.changed("delete from outbox")
    assert await told(world, "2026-07-03 08:00") == []
